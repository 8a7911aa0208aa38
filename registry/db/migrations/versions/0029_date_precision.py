"""How precisely dates of a body's record are known"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0017b'
branch_labels = None
depends_on = None

_TABLES = (
    'joint_body', 'body_component', 'body_member', 'body_fact', 'decision_body', 'decision',
    'funding_line', 'supplier_contract',
)  # fmt: skip


def upgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('precision', sa.JSON(), nullable=True))


def downgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('precision')
