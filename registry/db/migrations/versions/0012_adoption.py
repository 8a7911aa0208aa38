"""Reuse actions, and organisations that state that they use a component

Expand first, contract in a later release: the former version must run on the new schema.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0012'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('adoption',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('component_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('version', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('used_since', sa.Date(), nullable=True),
    sa.Column('in_production', sa.Boolean(), nullable=True),
    sa.Column('how', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('contact', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('repository_url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=True),
    sa.Column('declared_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('confirmed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('expires_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('withdrawn_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_adoption_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['component_id'], ['component.id'], name=op.f('fk_adoption_component_id_component'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_adoption_organisation_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adoption')),
    sa.UniqueConstraint('component_id', 'organisation_id', name=op.f('uq_adoption_component_id_organisation_id'))
    )
    with op.batch_alter_table('adoption', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_adoption_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_adoption_component', ['component_id', 'withdrawn_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_adoption_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_adoption_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_adoption_repository_url'), ['repository_url'], unique=False)

    op.create_table('reuse_action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('component_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('adoption_id', sa.Integer(), nullable=True),
    sa.Column('url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('forge', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('way', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('default_branch_only', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('recorded', 'forking', 'failed', 'found', 'measured', 'missing', name='reusestate', native_enum=False, length=40), nullable=False),
    sa.Column('problem', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('detail', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('looks', sa.Integer(), nullable=False),
    sa.Column('look_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('edge_key', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('changed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('found_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('measured_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_reuse_action_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['adoption_id'], ['adoption.id'], name=op.f('fk_reuse_action_adoption_id_adoption'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['component_id'], ['component.id'], name=op.f('fk_reuse_action_component_id_component'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reuse_action')),
    sa.UniqueConstraint('key', name=op.f('uq_reuse_action_key'))
    )
    with op.batch_alter_table('reuse_action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reuse_action_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_action_adoption_id'), ['adoption_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_action_component_id'), ['component_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reuse_action_look_at'), ['look_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('reuse_action', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reuse_action_look_at'))
        batch_op.drop_index(batch_op.f('ix_reuse_action_component_id'))
        batch_op.drop_index(batch_op.f('ix_reuse_action_adoption_id'))
        batch_op.drop_index(batch_op.f('ix_reuse_action_account_id'))

    op.drop_table('reuse_action')
    with op.batch_alter_table('adoption', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_adoption_repository_url'))
        batch_op.drop_index(batch_op.f('ix_adoption_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_adoption_expires_at'))
        batch_op.drop_index('ix_adoption_component')
        batch_op.drop_index(batch_op.f('ix_adoption_account_id'))

    op.drop_table('adoption')
