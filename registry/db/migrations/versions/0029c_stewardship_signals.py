"""Signals of stewardship that were told"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0029c'
down_revision = '0029b'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('stewardship_signal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('component_id', sa.Integer(), nullable=True),
    sa.Column('body_id', sa.Integer(), nullable=True),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('mark', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('shown_on', sa.Date(), nullable=True),
    sa.Column('began_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['body_id'], ['joint_body.id'], name=op.f('fk_stewardship_signal_body_id_joint_body'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['component_id'], ['component.id'], name=op.f('fk_stewardship_signal_component_id_component'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stewardship_signal'))
    )
    with op.batch_alter_table('stewardship_signal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stewardship_signal_body_id'), ['body_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stewardship_signal_component_id'), ['component_id'], unique=False)


def downgrade() -> None:
    op.drop_table('stewardship_signal')
