"""Searches in vain, by words and day

Expand first, contract in a later release: the former version must run on the new schema.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0023'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('vain_search',
    sa.Column('words', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('searches', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('words', 'day', name=op.f('pk_vain_search'))
    )
    with op.batch_alter_table('vain_search', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vain_search_day'), ['day'], unique=False)


def downgrade() -> None:
    op.drop_table('vain_search')
