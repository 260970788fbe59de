"""By what articles are known again, and what became of every record.

In goes the schema of 0008, out come sightings by article and revision, addresses and ids under which an article
is known besides its first one, what is compared to know it again, and the counts of outcomes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")

schema = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _strings(*names: str, kind: type[sa.String] = sa.String, primary_key: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, kind, nullable=False, primary_key=primary_key) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


sightings = sa.Table(
    "sightings",
    schema,
    *_strings("article_id", primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    *_strings("url", "text_hash", "title_hash", "state", "moved_to", "kind", "original_id", "position"),
    sa.Column("seen_at", TIME, nullable=False),
)

sa.Table(
    "aliases",
    schema,
    *_strings("id", primary_key=True),
    *_strings("article_id"),
    *_strings("url", kind=sa.Text),
    sa.Column("seen_at", TIME, nullable=False),
    sa.Index(None, "article_id"),
)

sa.Table(
    "identities",
    schema,
    *_strings("id", primary_key=True),
    *_strings("source", "article_id"),
    *_strings("external_id", kind=sa.Text),
)

sa.Table(
    "leads",
    schema,
    *_strings("article_id", primary_key=True),
    *_strings("source", "feed_id"),
    *_strings("title", "body", kind=sa.Text),
    sa.Column("published_at", TIME),
    sa.Column("seen_at", TIME, nullable=False),
    sa.Index(None, "published_at"),
    sa.Index(None, "seen_at"),
)

sa.Table(
    "tallies",
    schema,
    *_strings("stage", primary_key=True),
    sa.Column("day", TIME, primary_key=True),
    *_strings("outcome", primary_key=True),
    *_numbers("records"),
)

sa.Table(
    "counted",
    schema,
    *_strings("stage", "stream", primary_key=True),
    sa.Column("partition", sa.Integer, primary_key=True),
    *_numbers("first_offset", "next_offset"),
)


def upgrade() -> None:
    _put_aside()
    schema.create_all(op.get_bind(), checkfirst=False)
    _take_over()
    op.add_column("feeds", sa.Column("identity", sa.String, nullable=False, server_default="auto"))
    op.add_column("polls", sa.Column("passed_over", sa.Integer, nullable=False, server_default=sa.text("0")))


def _put_aside() -> None:
    op.drop_index("ix_sightings_article_id", "sightings")
    op.rename_table("sightings", "sightings_before")
    if op.get_bind().dialect.name == "postgresql":  # whose names of keys are shared by all tables
        op.execute("alter table sightings_before rename constraint pk_sightings to pk_sightings_before")


def _take_over() -> None:
    """Until now an article's id followed from its address, and its revisions counted its texts."""
    kept = ("article_id", "revision", "url", "text_hash", "kind", "original_id", "position", "seen_at")
    before = sa.table("sightings_before", *map(sa.column, kept))
    rows = sa.select(*before.c, sa.literal(""), sa.literal("published"), sa.literal(""))
    op.execute(sightings.insert().from_select([*kept, "title_hash", "state", "moved_to"], rows))
    op.drop_table("sightings_before")
