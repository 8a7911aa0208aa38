"""Components of a body come and go, signed off like members"""

import sqlalchemy as sa
from alembic import op

revision = '0029b'
down_revision = '0028'
branch_labels = None
depends_on = None

_KEY = 'fk_member_change_component_id_component'


def upgrade() -> None:
    with op.batch_alter_table('body_component', schema=None) as batch_op:
        batch_op.add_column(sa.Column('since', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('until', sa.Date(), nullable=True))
    with op.batch_alter_table('member_change', schema=None) as batch_op:
        batch_op.add_column(sa.Column('component_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f(_KEY), 'component', ['component_id'], ['id'], ondelete='CASCADE'
        )
        batch_op.create_index(
            batch_op.f('ix_member_change_component_id'), ['component_id'], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table('member_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_member_change_component_id'))
        batch_op.drop_constraint(batch_op.f(_KEY), type_='foreignkey')
        batch_op.drop_column('component_id')
    with op.batch_alter_table('body_component', schema=None) as batch_op:
        batch_op.drop_column('until')
        batch_op.drop_column('since')
