"""Work by days, and figures that are kept

Counts are made anew from the commits, so those by months are not moved.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0025'
down_revision = '0016'
branch_labels = None
depends_on = None


def _contribution(time: str) -> None:
    op.drop_table('contribution')
    op.execute('DELETE FROM contribution_count')
    op.create_table('contribution',
    sa.Column('repository_id', sa.Integer(), nullable=False),
    sa.Column(time, sa.Integer(), nullable=False),
    sa.Column('author_key', sa.LargeBinary(length=16), nullable=False),
    sa.Column('author_domain', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.Column('is_bot', sa.Boolean(), nullable=False),
    sa.Column('is_own', sa.Boolean(), nullable=False),
    sa.Column('commits', sa.Integer(), nullable=False),
    sa.Column('merges', sa.Integer(), nullable=False),
    sa.Column('put_in', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['repository_id'], ['repository.id'], name=op.f('fk_contribution_repository_id_repository'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('repository_id', time, 'author_key', 'author_domain', 'is_bot', 'is_own', name=op.f('pk_contribution')),
    sqlite_with_rowid=False
    )


def upgrade() -> None:
    _contribution('day')
    op.create_table('work_figures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('repository_id', sa.Integer(), nullable=True),
    sa.Column('body_id', sa.Integer(), nullable=True),
    sa.Column('basis', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('figures', sa.LargeBinary(), nullable=False),
    sa.Column('measured_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['joint_body.id'], name=op.f('fk_work_figures_body_id_joint_body'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['repository_id'], ['repository.id'], name=op.f('fk_work_figures_repository_id_repository'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_figures')),
    sa.UniqueConstraint('body_id', name=op.f('uq_work_figures_body_id')),
    sa.UniqueConstraint('repository_id', name=op.f('uq_work_figures_repository_id'))
    )
    with op.batch_alter_table('work_figures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_work_figures_measured_at'), ['measured_at'], unique=False)


def downgrade() -> None:
    op.drop_table('work_figures')
    _contribution('month')
