"""The tables of topics, endpoints, and the subscriptions that join them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from service.model import MAIN, Follow, Timing
from service.store.as_json import AsJson
from service.store.table import Numbers, Time, Words, metadata

topics = Table(
    "topics",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),  # kept, so that matchers hear of it
    Column("version", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("muted_since", Time),
    Column("muted_until", Time),
    Column("cost_class", String, nullable=False, server_default=text("''")),
    Column("matches_per_day", Float),
    Column("tree", LargeBinary),  # the query as it was understood
    Column("read_as", String, nullable=False, server_default=text("''")),  # by what
    Column("account_id", String, nullable=False, server_default=MAIN),
    UniqueConstraint("account_id", "name"),
    Index(None, "seq"),
    Index(None, "account_id", "id"),
)

versions = Table(
    "topic_versions",  # written once, never changed
    metadata,
    Column("topic_id", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("query", Text, nullable=False),
    Column("examples", Text, nullable=False),  # a JSON list
    Column("read_as", String, nullable=False),
    Column("made_at", Time, nullable=False),
    Column("made_by", String, nullable=False),
    Column("why", Text, nullable=False),
)

endpoints = Table(
    "endpoints",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("notices", Words, nullable=False),
    Column("disabled_why", Text, nullable=False),
    Column("failing_since", Time),
    Column("failures", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("account_id", String, nullable=False, server_default=MAIN),
    Column("signature", String, nullable=False, server_default=text("'v1'")),
    Column("signing_key", Text, nullable=False, server_default=text("''")),
    Column("public_key", String, nullable=False, server_default=text("''")),
    Column("former", Text, nullable=False, server_default=text("''")),  # keys before these, while they still sign
    Column("schedule", Numbers, nullable=False, server_default=text("''")),
    Column("max_per_second", Float),
    Column("max_in_flight", Integer),
    Column("ordering", String, nullable=False, server_default=text("'any'")),
    Column("batch_size", Integer, nullable=False, server_default=text("1")),
    Column("openings", Integer, nullable=False, server_default=text("0")),
    Column("open_until", Time),  # nothing is sent before
    Column("next_start_at", Time),  # where a rate is kept: the next delivery starts no earlier
    Index(None, "account_id", "id"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String, primary_key=True),
    Column("topic_id", String, nullable=False),
    Column("endpoint_id", String, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("account_id", String, nullable=False, server_default=MAIN),
    Column("follow", AsJson(Follow), nullable=False, server_default=text("'{}'")),
    Column("timing", AsJson(Timing), nullable=False, server_default=text("'{}'")),
    Column("head", BigInteger, nullable=False, server_default=text("0")),  # the last sequence given
    UniqueConstraint("topic_id", "endpoint_id"),
    Index(None, "endpoint_id"),
    Index(None, "account_id", "id"),
)
