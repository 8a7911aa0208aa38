"""What became of inbound messages, and when a hook last refused one

Expand first, contract in a later release: the former version must run on the new schema.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0010b'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('inbound_hook', schema=None) as batch_op:
        batch_op.add_column(sa.Column('last_refused_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    with op.batch_alter_table('inbound_delivery', schema=None) as batch_op:
        batch_op.add_column(sa.Column('outcome', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('inbound_delivery', schema=None) as batch_op:
        batch_op.drop_column('outcome')
    with op.batch_alter_table('inbound_hook', schema=None) as batch_op:
        batch_op.drop_column('last_refused_at')
