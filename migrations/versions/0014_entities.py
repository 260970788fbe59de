"""People and organisations under stable ids.

In goes the schema of 0013, out come entities with their ids, keys, spellings and roles, the words they are
searched by, and which articles name them. Articles filed before are not looked through again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")

schema = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _strings(*names: str, primary_key: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False, primary_key=primary_key) for name in names]


sa.Table(
    "entities",
    schema,
    *_strings("id", primary_key=True),
    *_strings("kind"),
    sa.Column("name", sa.Text, nullable=False),
    *_strings("country"),
    sa.Column("first_at", TIME, nullable=False),
    sa.Column("last_at", TIME, nullable=False),
)

sa.Table("entity_ids", schema, *_strings("id", primary_key=True), *_strings("entity_id"))

sa.Table("entity_keys", schema, *_strings("key", "entity_id", primary_key=True))

sa.Table(
    "entity_aliases",
    schema,
    *_strings("entity_id", "language", "form", primary_key=True),
    sa.Column("articles", sa.Integer, nullable=False),
)

sa.Table(
    "entity_roles",
    schema,
    *_strings("entity_id", "role", primary_key=True),
    sa.Column("articles", sa.Integer, nullable=False),
)

sa.Table("entity_words", schema, *_strings("word", "entity_id", primary_key=True))

sa.Table(
    "article_entities",
    schema,
    *_strings("entity_id", "article_id", primary_key=True),
    sa.Column("at", TIME, nullable=False),
    sa.Index(None, "article_id"),
    sa.Index(None, "entity_id", "at"),
)


def upgrade() -> None:
    schema.create_all(op.get_bind(), checkfirst=False)
