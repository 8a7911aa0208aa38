"""Approvals: trailers of commits, who merged them, and what was counted of both

Expand first, contract in a later release: the former version must run on the new schema.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0032'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No batch: SQLite would write the largest tables anew.
    op.add_column('commit_fact', sa.Column('merger_key', sa.LargeBinary(length=16), nullable=True))
    op.add_column('commit_fact', sa.Column('merger_domain', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=True))
    op.add_column('contribution', sa.Column('reviewed', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('contribution', sa.Column('approvals', sa.Integer(), nullable=False, server_default='0'))
    op.create_table('trailer_fact',
    sa.Column('repository_id', sa.Integer(), nullable=False),
    sa.Column('commit', sa.LargeBinary(length=32), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('person_key', sa.LargeBinary(length=16), nullable=False),
    sa.Column('person_domain', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.ForeignKeyConstraint(['repository_id'], ['repository.id'], name=op.f('fk_trailer_fact_repository_id_repository'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('repository_id', 'commit', 'role', 'person_key', name=op.f('pk_trailer_fact')),
    sqlite_with_rowid=False
    )
    op.create_table('approval_count',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('repository_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('author_domain', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.Column('is_own', sa.Boolean(), nullable=False),
    sa.Column('approvers', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
    sa.Column('commits', sa.Integer(), nullable=False),
    sa.Column('committed', sa.Integer(), nullable=False),
    sa.Column('merged', sa.Integer(), nullable=False),
    sa.Column('reviewed', sa.Integer(), nullable=False),
    sa.Column('signed_off', sa.Integer(), nullable=False),
    sa.Column('co_authored', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['repository_id'], ['repository.id'], name=op.f('fk_approval_count_repository_id_repository'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_count'))
    )
    with op.batch_alter_table('approval_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_approval_count_repository_id'), ['repository_id'], unique=False)


def downgrade() -> None:
    op.drop_table('approval_count')
    op.drop_table('trailer_fact')
    op.drop_column('contribution', 'approvals')
    op.drop_column('contribution', 'reviewed')
    op.drop_column('commit_fact', 'merger_domain')
    op.drop_column('commit_fact', 'merger_key')
