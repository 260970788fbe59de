"""The tables of feeds and of their polls, and how a feed lies in one."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Boolean, Column, Float, Index, Integer, Row, String, Table, Text, false, text

from service.clock import now
from service.model import Detour, Feed, Habits, PageRules
from service.store.as_json import AsJson
from service.store.table import Time, metadata
from service.urls import host_of

feeds = Table(
    "feeds",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("language", String, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("status", String, nullable=False),
    Column("error", Text, nullable=False),
    Column("failing_since", Time),
    Column("failures", Integer, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("body_hash", String, nullable=False),
    Column("seen", Text, nullable=False),  # fingerprints of the last document's entries, separated by spaces
    Column("interval", Float, nullable=False),
    Column("last_poll_at", Time),
    Column("next_poll_at", Time),
    Column("moved_to", Text, nullable=False),
    Column("moved_times", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("claimed_until", Time),
    Column("host", String, nullable=False, server_default=text("''")),
    Column("held_until", Time),  # another feed of its host comes first
    Column("fixed_interval", Float),
    Column("asked_interval", Float, nullable=False, server_default=text("0")),
    Column("skips", String, nullable=False, server_default=text("''")),
    Column("trust", String, nullable=False, server_default="unproved"),
    Column("claims", Integer, nullable=False, server_default=text("0")),
    Column("trouble", Float, nullable=False, server_default=text("0")),
    Column("overlap", Float),
    Column("per_day", Float, nullable=False, server_default=text("0")),
    Column("invalid_ids", Float, nullable=False, server_default=text("0")),
    Column("last_new_at", Time),
    Column("kind", String, nullable=False, server_default="feed"),
    Column("rules", AsJson(PageRules)),
    Column("labels", AsJson(tuple[str, ...]), nullable=False, server_default="[]"),
    Column("sitemap", Text, nullable=False, server_default=text("''")),
    Column("archive", Text, nullable=False, server_default=text("''")),
    Column("identity", String, nullable=False, server_default="auto"),
    Column("health", String, nullable=False, server_default="healthy"),
    Column("habits", AsJson(Habits), nullable=False, server_default="{}"),
    Column("routes", AsJson(tuple[str, ...]), nullable=False, server_default="[]"),
    Column("detour", AsJson(Detour)),
    Column("slow", Boolean, nullable=False, server_default=false()),
    Index(None, "enabled", "next_poll_at"),
    Index(None, "health", "id"),
    Index(None, "host", "claimed_until"),
)

polls = Table(
    "polls",
    metadata,
    Column("feed_id", String, primary_key=True),
    Column("at", Time, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("status", Integer),
    Column("entries", Integer, nullable=False),
    Column("fresh", Integer, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("passed_over", Integer, nullable=False, server_default=text("0")),
    Column("route", Text, nullable=False, server_default=text("''")),
    Index(None, "at"),
)

APART = ("claimed_until", "held_until", "host")
"""Columns that are the store's own affair."""


def feed_row(feed: Feed) -> dict[str, object]:
    given: dict[str, object] = {field.name: getattr(feed, field.name) for field in fields(feed)}
    return given | {"host": host_to_ask(feed), "seen": " ".join(feed.seen), "created_at": feed.created_at or now()}


def host_to_ask(feed: Feed) -> str:
    """The host that its next poll troubles first."""
    return host_of(feed.address(feed.first_route))


def read_feed(row: Row[Any] | Mapping[str, Any]) -> Feed:
    values = dict(row._mapping if isinstance(row, Row) else row)
    for name in APART:
        del values[name]
    return Feed(**values | {"seen": tuple(values["seen"].split())})
