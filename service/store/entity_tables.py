"""The tables of entities: who is known, under which ids, keys and names, and which articles name them."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from service.store.table import Time, metadata

entities = Table(
    "entities",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", Text, nullable=False),  # as first met
    Column("country", String, nullable=False),
    Column("first_at", Time, nullable=False),
    Column("last_at", Time, nullable=False),
)

entity_ids = Table(
    "entity_ids",  # every id that enrichment ever gave, and whose it is
    metadata,
    Column("id", String, primary_key=True),
    Column("entity_id", String, nullable=False),
)

entity_keys = Table(
    "entity_keys",
    metadata,
    Column("key", String, primary_key=True),
    Column("entity_id", String, primary_key=True),
)

entity_aliases = Table(
    "entity_aliases",
    metadata,
    Column("entity_id", String, primary_key=True),
    Column("language", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("articles", Integer, nullable=False),
)

entity_roles = Table(
    "entity_roles",
    metadata,
    Column("entity_id", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("articles", Integer, nullable=False),
)

entity_words = Table(
    "entity_words",  # of its names, in small ASCII letters: for prefixes
    metadata,
    Column("word", String, primary_key=True),
    Column("entity_id", String, primary_key=True),
)

article_entities = Table(
    "article_entities",  # of the article's current text
    metadata,
    Column("entity_id", String, primary_key=True),
    Column("article_id", String, primary_key=True),
    Column("at", Time, nullable=False),
    Index(None, "article_id"),
    Index(None, "entity_id", "at"),
)
