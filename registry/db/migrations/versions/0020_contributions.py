"""Contributions and affiliations

Expand first, contract in a later release: the former version must run on the new schema.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0020'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No batch: SQLite would write the largest table anew.
    op.add_column('commit_fact', sa.Column('committer_key', sa.LargeBinary(length=16), nullable=True))
    op.add_column('commit_fact', sa.Column('committer_domain', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=True))
    op.create_table('contribution',
    sa.Column('repository_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('author_key', sa.LargeBinary(length=16), nullable=False),
    sa.Column('author_domain', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.Column('is_bot', sa.Boolean(), nullable=False),
    sa.Column('is_own', sa.Boolean(), nullable=False),
    sa.Column('commits', sa.Integer(), nullable=False),
    sa.Column('merges', sa.Integer(), nullable=False),
    sa.Column('put_in', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['repository_id'], ['repository.id'], name=op.f('fk_contribution_repository_id_repository'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('repository_id', 'month', 'author_key', 'author_domain', 'is_bot', 'is_own', name=op.f('pk_contribution')),
    sqlite_with_rowid=False
    )
    op.create_table('contribution_count',
    sa.Column('repository_id', sa.Integer(), nullable=False),
    sa.Column('head', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('counted_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['repository_id'], ['repository.id'], name=op.f('fk_contribution_count_repository_id_repository'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('repository_id', name=op.f('pk_contribution_count'))
    )
    op.create_table('affiliation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.Column('organisation', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('category', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('country', sqlmodel.sql.sqltypes.AutoString(length=2), nullable=True),
    sa.Column('scope', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('source_url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('changed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_affiliation')),
    sa.UniqueConstraint('key', name=op.f('uq_affiliation_key'))
    )
    with op.batch_alter_table('affiliation', schema=None) as batch_op:
        batch_op.create_index('ix_affiliation_subject', ['kind', 'subject'], unique=False)

    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.add_column(sa.Column('affiliation_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_dispute_affiliation_id'), ['affiliation_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_dispute_affiliation_id_affiliation'), 'affiliation', ['affiliation_id'], ['id'], ondelete='CASCADE')


def downgrade() -> None:
    op.execute('DELETE FROM dispute WHERE affiliation_id IS NOT NULL')
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_dispute_affiliation_id_affiliation'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_dispute_affiliation_id'))
        batch_op.drop_column('affiliation_id')

    with op.batch_alter_table('affiliation', schema=None) as batch_op:
        batch_op.drop_index('ix_affiliation_subject')

    op.drop_table('affiliation')
    op.drop_table('contribution_count')
    op.drop_table('contribution')
    op.drop_column('commit_fact', 'committer_domain')
    op.drop_column('commit_fact', 'committer_key')
