"""What follows an alert, when it is told, and what waits for its story.

In goes the schema of 0021; out come the options of subscriptions, and the tables of who heard what, of what is held
back for a digest, and of articles whose stories are not yet as a topic asks. Who was owed an alert before has heard
of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
NOTHING = sa.text("'{}'")


def upgrade() -> None:
    for name in ("follow", "timing"):
        op.add_column("subscriptions", sa.Column(name, sa.Text, nullable=False, server_default=NOTHING))
    for name in ("revision", "independent", "sources", "languages"):
        op.add_column("alerts", sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0")))
    _waiting()
    _told()
    _held()


def _waiting() -> None:
    op.create_table(
        "waiting",
        sa.Column("topic_id", sa.String, nullable=False),
        sa.Column("article_id", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("story", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "article_id", name="pk_waiting"),
    )
    for name in ("article_id", "since"):
        op.create_index(f"ix_waiting_{name}", "waiting", [name])


def _told() -> None:
    op.create_table(
        "told",
        *(sa.Column(name, sa.String, nullable=False) for name in ("alert_id", "endpoint_id", "what")),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "endpoint_id", "what", name="pk_told"),
    )
    op.execute("""
        insert into told (alert_id, endpoint_id, what, at)
        select notice_id, endpoint_id, '', created_at from deliveries where kind = 'story.alerted'
    """)


def _held() -> None:
    op.create_table(
        "held",
        *(sa.Column(name, sa.String, nullable=False) for name in ("subscription_id", "notice_id")),
        sa.Column("due_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("subscription_id", "notice_id", name="pk_held"),
    )
    op.create_index("ix_held_due_at", "held", ["due_at"])
