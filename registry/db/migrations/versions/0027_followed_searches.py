"""Searches that are followed, and readiness to run elsewhere

Expand first: the former version must run on the new schema. Readiness is filled at the next check
of each repository.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0027'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('component', schema=None) as batch_op:
        batch_op.add_column(sa.Column('readiness', sqlmodel.sql.sqltypes.AutoString(length=20), server_default='not_inspected', nullable=False))
    with op.batch_alter_table('follow', schema=None) as batch_op:
        batch_op.add_column(sa.Column('search', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=True))
        batch_op.add_column(sa.Column('search_key', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True))
        batch_op.add_column(sa.Column('looked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_index(batch_op.f('ix_follow_search_key'), ['search_key'], unique=False)
    op.create_table('follow_match',
    sa.Column('follow_id', sa.Integer(), nullable=False),
    sa.Column('component_id', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('found_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['component_id'], ['component.id'], name=op.f('fk_follow_match_component_id_component'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['follow_id'], ['follow.id'], name=op.f('fk_follow_match_follow_id_follow'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('follow_id', 'component_id', name=op.f('pk_follow_match'))
    )
    with op.batch_alter_table('follow_match', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_match_component_id'), ['component_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_match_mail_id'), ['mail_id'], unique=False)


def downgrade() -> None:
    op.drop_table('follow_match')
    with op.batch_alter_table('follow', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_search_key'))
        batch_op.drop_column('looked_at')
        batch_op.drop_column('search_key')
        batch_op.drop_column('search')
    with op.batch_alter_table('component', schema=None) as batch_op:
        batch_op.drop_column('readiness')
