"""Votes imported from forges, and who votes there for a member

Expand first, contract in a later release: the former version must run on the new schema.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0028b'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('voter_handle',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('handle_key', sa.LargeBinary(length=16), nullable=False),
    sa.Column('host', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('given_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_voter_handle_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['body_member.id'], name=op.f('fk_voter_handle_member_id_body_member'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'handle_key', name=op.f('pk_voter_handle'))
    )
    with op.batch_alter_table('voter_handle', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_voter_handle_account_id'), ['account_id'], unique=False)
    op.create_table('imported_vote',
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=False),
    sa.Column('url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('host', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.Column('opened_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('tally', sa.JSON(), nullable=False),
    sa.Column('imported_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['joint_body.id'], name=op.f('fk_imported_vote_body_id_joint_body'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_imported_vote_decision_id_decision'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('decision_id', name=op.f('pk_imported_vote')),
    sa.UniqueConstraint('body_id', 'url', name=op.f('uq_imported_vote_body_id_url'))
    )


def downgrade() -> None:
    op.drop_table('imported_vote')
    op.drop_table('voter_handle')
