"""Where a decision was talked about, and what share of the money a payer gives

Expand first, contract in a later release: the former version must run on the new schema.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0024'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('thread_url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=True))

    with op.batch_alter_table('funding_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('share', sa.Float(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('funding_line', schema=None) as batch_op:
        batch_op.drop_column('share')

    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_column('thread_url')
