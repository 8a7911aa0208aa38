"""Federation

Expand first, contract in a later release: the former version must run on the new schema.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0008'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('peer_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('peer', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.Column('url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=True),
    sa.Column('aliases', sa.JSON(), nullable=False),
    sa.Column('read_from', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('text_sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('reader_version', sa.Integer(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('diagnostics', sa.JSON(), nullable=False),
    sa.Column('repository_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('read_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_peer_record_organisation_id_organisation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['repository_id'], ['repository.id'], name=op.f('fk_peer_record_repository_id_repository'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_peer_record'))
    )
    with op.batch_alter_table('peer_record', schema=None) as batch_op:
        batch_op.create_index('uq_peer_record_live', ['peer', 'kind', 'key'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_peer_record_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_peer_record_repository_id'), ['repository_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_peer_record_sha256'), ['sha256'], unique=False)
        batch_op.create_index(batch_op.f('ix_peer_record_url'), ['url'], unique=False)

    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.add_column(sa.Column('peer_record_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_claim_peer_record_id'), ['peer_record_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_claim_peer_record_id_peer_record'), 'peer_record', ['peer_record_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('source', schema=None) as batch_op:
        batch_op.add_column(sa.Column('options', sa.JSON(), server_default='{}', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('source', schema=None) as batch_op:
        batch_op.drop_column('options')

    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_claim_peer_record_id_peer_record'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_claim_peer_record_id'))
        batch_op.drop_column('peer_record_id')

    with op.batch_alter_table('peer_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_peer_record_url'))
        batch_op.drop_index(batch_op.f('ix_peer_record_sha256'))
        batch_op.drop_index(batch_op.f('ix_peer_record_repository_id'))
        batch_op.drop_index(batch_op.f('ix_peer_record_organisation_id'))
        batch_op.drop_index('uq_peer_record_live', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('peer_record')
