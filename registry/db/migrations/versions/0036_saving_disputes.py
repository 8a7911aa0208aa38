"""Objections to reported savings"""

import sqlalchemy as sa
from alembic import op


revision = '0036'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.add_column(sa.Column('saving_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_dispute_saving_id'), ['saving_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_dispute_saving_id_reported_saving'), 'reported_saving', ['saving_id'], ['id'], ondelete='CASCADE')


def downgrade() -> None:
    op.execute('DELETE FROM dispute WHERE saving_id IS NOT NULL')
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_dispute_saving_id_reported_saving'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_dispute_saving_id'))
        batch_op.drop_column('saving_id')
