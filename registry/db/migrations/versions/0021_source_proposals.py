"""Proposals of organisations to crawl: a table of their own in place of one that nobody wrote to
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0021'
down_revision = '0025'
branch_labels = None
depends_on = None

STATES = ('waiting', 'accepted', 'refused')


def upgrade() -> None:
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proposal_state'))
        batch_op.drop_index(batch_op.f('ix_proposal_spec'))
        batch_op.drop_index(batch_op.f('ix_proposal_account_id'))

    op.drop_table('proposal')
    op.create_table('source_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('spec', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('country', sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
    sa.Column('evidence_url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum(*STATES, name='proposalstate', native_enum=False, length=40), nullable=False),
    sa.Column('reply', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('decided_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_source_proposal_account_id_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_proposal'))
    )
    with op.batch_alter_table('source_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_source_proposal_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_source_proposal_spec'), ['spec'], unique=False)
        batch_op.create_index(batch_op.f('ix_source_proposal_state'), ['state'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('source_proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_source_proposal_state'))
        batch_op.drop_index(batch_op.f('ix_source_proposal_spec'))
        batch_op.drop_index(batch_op.f('ix_source_proposal_account_id'))

    op.drop_table('source_proposal')
    op.create_table('proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('spec', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('country', sqlmodel.sql.sqltypes.AutoString(length=2), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum(*STATES, 'withdrawn', name='proposalstate', native_enum=False, length=40), nullable=False),
    sa.Column('reply', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('decided_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_proposal_account_id_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal'))
    )
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_spec'), ['spec'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_state'), ['state'], unique=False)
