"""Disputes of edges and of attributions in one table

Nothing wrote `attribution_dispute` and `dispute.former_state` in any version, so they go at once.
An edge that was disputed after review is withdrawn from now on: disputed ones are still counted.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0010'
down_revision = '0009b'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table('attribution_dispute')
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.alter_column('edge_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('component_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('attributed_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('side', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True))
        batch_op.drop_column('former_state')
        batch_op.create_index(batch_op.f('ix_dispute_component_id'), ['component_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_dispute_component_id_component'), 'component', ['component_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_dispute_attributed_id_organisation'), 'organisation', ['attributed_id'], ['id'], ondelete='CASCADE')
    with op.batch_alter_table('edge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('measured_state', sa.Enum('current', 'since_removed', 'disputed', 'withdrawn', 'superseded', name='edgestate', native_enum=False, length=40), nullable=True))
    op.execute("UPDATE edge SET state = 'withdrawn', measured_state = 'current' WHERE state = 'disputed'")


def downgrade() -> None:
    op.execute("UPDATE edge SET state = 'disputed' WHERE measured_state IS NOT NULL")
    with op.batch_alter_table('edge', schema=None) as batch_op:
        batch_op.drop_column('measured_state')
    op.execute("DELETE FROM dispute WHERE edge_id IS NULL")
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_dispute_attributed_id_organisation'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_dispute_component_id_component'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_dispute_component_id'))
        batch_op.add_column(sa.Column('former_state', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True))
        batch_op.drop_column('side')
        batch_op.drop_column('attributed_id')
        batch_op.drop_column('component_id')
        batch_op.alter_column('edge_id', existing_type=sa.Integer(), nullable=False)
    op.create_table('attribution_dispute',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('component_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('is_verified', sa.Boolean(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('reply', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('reviewed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_attribution_dispute_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['component_id'], ['component.id'], name=op.f('fk_attribution_dispute_component_id_component'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_attribution_dispute_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attribution_dispute'))
    )
    with op.batch_alter_table('attribution_dispute', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attribution_dispute_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attribution_dispute_component_id'), ['component_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attribution_dispute_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attribution_dispute_state'), ['state'], unique=False)
