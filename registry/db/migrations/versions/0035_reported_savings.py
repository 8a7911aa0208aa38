"""Savings that organisations report"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0035'
down_revision = '0028b'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reported_saving',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('component_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('is_by_operator', sa.Boolean(), nullable=False),
    sa.Column('kind', sa.Enum('cash_releasing', 'non_cash', 'avoided', name='savingclass', native_enum=False, length=40), nullable=False),
    sa.Column('low', sa.BigInteger(), nullable=False),
    sa.Column('high', sa.BigInteger(), nullable=False),
    sa.Column('currency', sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('method', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('source_url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=True),
    sa.Column('source_on', sa.Date(), nullable=True),
    sa.Column('source_sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('precision', sa.JSON(), nullable=True),
    sa.Column('supersedes_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_reported_saving_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['component_id'], ['component.id'], name=op.f('fk_reported_saving_component_id_component'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_reported_saving_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['supersedes_id'], ['reported_saving.id'], name=op.f('fk_reported_saving_supersedes_id_reported_saving'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reported_saving')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_reported_saving_supersedes_id'))
    )
    with op.batch_alter_table('reported_saving', schema=None) as batch_op:
        for name in ('account_id', 'component_id', 'organisation_id'):
            batch_op.create_index(batch_op.f(f'ix_reported_saving_{name}'), [name], unique=False)
    op.create_table('saving_confirmation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('saving_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('auditor', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('source_url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=True),
    sa.Column('source_on', sa.Date(), nullable=True),
    sa.Column('source_sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('precision', sa.JSON(), nullable=True),
    sa.Column('confirmed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_saving_confirmation_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_saving_confirmation_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['saving_id'], ['reported_saving.id'], name=op.f('fk_saving_confirmation_saving_id_reported_saving'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saving_confirmation')),
    sa.UniqueConstraint('saving_id', 'organisation_id', 'auditor', name=op.f('uq_saving_confirmation_saving_id_organisation_id_auditor'))
    )
    with op.batch_alter_table('saving_confirmation', schema=None) as batch_op:
        for name in ('account_id', 'organisation_id', 'saving_id'):
            batch_op.create_index(batch_op.f(f'ix_saving_confirmation_{name}'), [name], unique=False)


def downgrade() -> None:
    op.drop_table('saving_confirmation')
    op.drop_table('reported_saving')
