"""Inspections for obstacles to use elsewhere

Expand first, contract in a later release: the former version must run on the new schema.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0013'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('inspection',
    sa.Column('repository_id', sa.Integer(), nullable=False),
    sa.Column('commit', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('inspected_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['repository_id'], ['repository.id'], name=op.f('fk_inspection_repository_id_repository'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('repository_id', name=op.f('pk_inspection'))
    )
    op.create_table('inspection_sign',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('repository_id', sa.Integer(), nullable=False),
    sa.Column('rule', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('country', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('path', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('blob', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('line', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['repository_id'], ['repository.id'], name=op.f('fk_inspection_sign_repository_id_repository'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_sign'))
    )
    with op.batch_alter_table('inspection_sign', schema=None) as batch_op:
        batch_op.create_index('ix_inspection_sign_repository_id', ['repository_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('inspection_sign', schema=None) as batch_op:
        batch_op.drop_index('ix_inspection_sign_repository_id')

    op.drop_table('inspection_sign')
    op.drop_table('inspection')
