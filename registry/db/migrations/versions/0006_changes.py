"""The change log, beginning with the components that are there

Expand first, contract in a later release: the former version must run on the new schema.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('change_log',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.Enum('created', 'updated', 'licence', 'moved', 'reuse', 'removed', name='changekind', native_enum=False, length=40), nullable=False),
    sa.Column('uuid', sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
    sa.Column('slug', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=False),
    sa.Column('repository_url', sqlmodel.sql.sqltypes.AutoString(length=2048), nullable=False),
    sa.Column('organisation', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
    sa.Column('country', sqlmodel.sql.sqltypes.AutoString(length=2), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('visible_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change_log')),
    sa.UniqueConstraint('seq', name=op.f('uq_change_log_seq'))
    )
    with op.batch_alter_table('change_log', schema=None) as batch_op:
        batch_op.create_index('ix_change_log_kind_seq', ['kind', 'seq'], unique=False)
        batch_op.create_index('ix_change_log_uuid_seq', ['uuid', 'seq'], unique=False)
        batch_op.create_index('ix_change_log_visible_at', ['visible_at'], unique=False)

    # Who reads the log from its beginning must learn of what was there before it; the numbers
    # are given when it is first read.
    op.execute(
        """
        INSERT INTO change_log (kind, uuid, slug, name, repository_url, organisation, country, detail, at)
        SELECT CASE WHEN repository.state IN ('moved', 'identity_changed', 'taken_down')
                    THEN 'removed' ELSE 'created' END,
               component.uuid, component.slug, component.name, repository.url, organisation.slug,
               component.country, '{}', component.updated_at
        FROM component
        JOIN repository ON repository.id = component.repository_id
        LEFT JOIN organisation ON organisation.id = component.organisation_id
        ORDER BY component.updated_at, component.id
        """
    )


def downgrade() -> None:
    with op.batch_alter_table('change_log', schema=None) as batch_op:
        batch_op.drop_index('ix_change_log_visible_at')
        batch_op.drop_index('ix_change_log_uuid_seq')
        batch_op.drop_index('ix_change_log_kind_seq')

    op.drop_table('change_log')
