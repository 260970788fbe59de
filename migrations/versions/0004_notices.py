"""What is told to endpoints: notices, of which alerts are one kind. What alerts said, their notices say now."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
FILL = """
    insert into notices (id, kind, subject, at, payload, seq)
    select id, 'story.alerted', story_id, created_at, payload, row_number() over (order by created_at, id)
    from alerts"""


def upgrade() -> None:
    _notices()
    with op.batch_alter_table("alerts") as alerts:
        alerts.drop_column("payload")
    _deliveries()
    _endpoints()
    _feeds()


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.execute(FILL)
    op.create_index("ix_notices_seq", "notices", ["seq"], unique=True)
    op.create_index("ix_notices_at_id", "notices", ["at", "id"])
    op.create_index("ix_notices_kind_at_id", "notices", ["kind", "at", "id"])
    op.create_index("ix_notices_subject_at_id", "notices", ["subject", "at", "id"])


def _deliveries() -> None:
    """A delivery's alert becomes its notice, which has the same id."""
    op.add_column("deliveries", sa.Column("kind", sa.String))
    op.execute("update deliveries set kind = 'story.alerted'")
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.alter_column("kind", existing_type=sa.String(), nullable=False)
        deliveries.drop_constraint("uq_deliveries_alert_id_endpoint_id", type_="unique")
        deliveries.alter_column("alert_id", new_column_name="notice_id", existing_type=sa.String())
    with op.batch_alter_table("deliveries") as deliveries:  # by its new name
        deliveries.create_unique_constraint("uq_deliveries_notice_id_endpoint_id", ["notice_id", "endpoint_id"])


def _endpoints() -> None:
    """They have asked for nothing yet."""
    op.add_column("endpoints", sa.Column("notices", sa.Text))
    op.execute("update endpoints set notices = ''")
    with op.batch_alter_table("endpoints") as endpoints:
        endpoints.alter_column("notices", existing_type=sa.Text(), nullable=False)


def _feeds() -> None:
    """How they are doing shows at their next poll."""
    op.add_column("feeds", sa.Column("health", sa.String, nullable=False, server_default="healthy"))
    op.add_column("feeds", sa.Column("habits", sa.Text, nullable=False, server_default="{}"))
    op.create_index("ix_feeds_health_id", "feeds", ["health", "id"])
