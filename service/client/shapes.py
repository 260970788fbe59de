"""What the client gives: the part of the API's answers that programs ask for. What else an answer holds is passed over,
so that a client goes on working when the API grows. Tested against `docs/openapi.json`.
"""

from datetime import datetime
from typing import Any

from msgspec import Struct


class Topic(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    query: str
    enabled: bool
    version: int
    created_at: datetime | None


class Feed(Struct, frozen=True, kw_only=True):
    id: str
    url: str
    title: str
    source: str
    enabled: bool
    health: str
    error: str | None


class Story(Struct, frozen=True, kw_only=True):
    id: str
    title: str
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    articles: int
    copies: int
    sources: int
    independent: int
    first_at: datetime
    last_at: datetime


class Article(Struct, frozen=True, kw_only=True):
    id: str
    url: str
    title: str
    source: str
    language: str
    published_at: datetime | None
    story_id: str | None


class Alert(Struct, frozen=True, kw_only=True):
    id: str
    topic_id: str
    story_id: str
    article_id: str
    created_at: datetime | None


class Endpoint(Struct, frozen=True, kw_only=True):
    id: str
    url: str
    enabled: bool
    notices: tuple[str, ...]
    disabled_why: str | None
    failing_since: datetime | None
    failures: int
    created_at: datetime | None


class EndpointMade(Struct, frozen=True, kw_only=True):
    id: str
    url: str
    enabled: bool
    secret: str


class Subscription(Struct, frozen=True, kw_only=True):
    id: str
    topic_id: str
    endpoint_id: str
    created_at: datetime | None


class Delivery(Struct, frozen=True, kw_only=True):
    id: str
    endpoint_id: str
    notice_id: str
    alert_id: str | None
    kind: str
    state: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    done_at: datetime | None


class Recovery(Struct, frozen=True, kw_only=True):
    """What is sent again to an endpoint; `progress` is the share that is looked at, 0 to 1."""

    id: str
    endpoint_id: str
    only: str
    since: datetime
    until: datetime
    state: str
    progress: float
    recovered: int
    created_at: datetime
    done_at: datetime | None


class Event(Struct, frozen=True, kw_only=True):
    """What was told: a notice, as `/v1/events` and webhooks have it."""

    id: str
    cursor: str
    type: str
    timestamp: datetime
    data: dict[str, Any]


class Change(Struct, frozen=True, kw_only=True):
    field: str
    before: Any
    after: Any
    drift: bool


class Step(Struct, frozen=True, kw_only=True):
    """What is to be done, or was done, with one resource that files manage."""

    action: str
    kind: str
    name: str
    id: str | None
    note: str | None
    changes: tuple[Change, ...]


class Planned(Struct, frozen=True, kw_only=True):
    owner: str
    fingerprint: str
    steps: tuple[Step, ...]


class MadeSecret(Struct, frozen=True, kw_only=True):
    endpoint: str
    secret: str


class Applied(Struct, frozen=True, kw_only=True):
    owner: str
    steps: tuple[Step, ...]
    secrets: tuple[MadeSecret, ...]


class Fault(Struct, frozen=True, kw_only=True):
    pointer: str
    detail: str


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: tuple[Fault, ...] = ()
