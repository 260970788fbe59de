"""What is told to whom: topics, endpoints, subscriptions, notices, alerts; what went wrong."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, get_args

from service.model.accounts import MAIN
from service.model.subscribing import PROMPT, Follow, Timing


def fresh_id(now: datetime) -> str:
    """An id for what a user makes: feed, topic, endpoint, subscription. Such ids sort by time of making."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(5)}"


@dataclass(frozen=True, slots=True)
class Topic:
    """A named query."""

    id: str
    name: str
    query: str
    enabled: bool = True
    created_at: datetime | None = None
    version: int = 1
    seq: int = 0
    """Grows with every change to any topic, so that a matcher can ask for what is new."""
    muted_since: datetime | None = None
    muted_until: datetime | None = None
    """Between these it raises no alerts."""
    cost_class: str = ""
    """low, middle or high; "" if it was saved before that was known."""
    matches_per_day: float | None = None
    """An estimate, made when it was saved; None if there was none."""
    tree: bytes = field(default=b"", repr=False)
    """Its query as it was understood, for whoever understands it the same way; see `service.query.kept`."""
    read_as: str = ""
    account_id: str = MAIN

    def is_muted(self, at: datetime) -> bool:
        """Whether it raises no alerts at that time."""
        return self.muted_until is not None and at < self.muted_until and (self.muted_since or at) <= at


SignatureScheme = Literal["v1", "v1a", "both"]
Ordering = Literal["any", "fifo"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to deliver, how, and how it is doing."""

    id: str
    url: str
    secret: str = field(default="", repr=False)
    """`whsec_...`, sealed; shown once, when it is made."""
    enabled: bool = True
    notices: tuple[str, ...] = ()
    """The kinds of notices it asks for, such as `feed.failing`, or `feed.*` for all about feeds."""
    disabled_why: str = ""
    failing_since: datetime | None = None
    failures: int = 0
    created_at: datetime | None = None
    account_id: str = MAIN
    signature: SignatureScheme = "v1"
    signing_key: str = field(default="", repr=False)
    """`whsk_...`, sealed; "" if it never had one."""
    public_key: str = ""
    """`whpk_...`, for whoever checks `v1a`."""
    former: str = field(default="", repr=False)
    """Keys before these, sealed, each until when it still signs."""
    schedule: tuple[float, ...] = ()
    """Seconds before each attempt; none for the settings' own."""
    max_per_second: float | None = None
    max_in_flight: int | None = None
    """None for the settings' own."""
    ordering: Ordering = "any"
    batch_size: int = 1
    openings: int = 0
    """How often in a row it failed so much that nothing was sent for a while."""
    open_until: datetime | None = None
    """Until then nothing is sent; then one delivery tries whether it is well again."""

    def forgiven(self) -> "Endpoint":
        """As if it had never failed."""
        return replace(self, disabled_why="", failures=0, failing_since=None, openings=0, open_until=None)


@dataclass(frozen=True, slots=True)
class Subscription:
    """Deliver this topic's alerts to this endpoint."""

    id: str
    topic_id: str
    endpoint_id: str
    created_at: datetime | None = None
    account_id: str = MAIN
    """That of its topic and its endpoint."""
    follow: Follow = field(default_factory=Follow)
    timing: Timing = PROMPT
    head: int = 0
    """The sequence of the last delivery that came by it; the first has 1."""


NoticeKind = Literal[
    "article.retracted",
    "digest",
    "endpoint.disabled", "endpoint.failing", "endpoint.test",
    "feed.failing", "feed.gap", "feed.recovered", "feed.silent",
    "source.extraction_failing", "source.silent",
    "story.alerted", "story.grew", "story.merged", "story.revised",
    "topic.burst", "topic.quarantined", "topic.silent",
]  # fmt: skip
Asked = Literal[
    "endpoint.*", "endpoint.disabled", "endpoint.failing",
    "feed.*", "feed.failing", "feed.gap", "feed.recovered", "feed.silent",
    "source.*", "source.extraction_failing", "source.silent",
    "topic.*", "topic.burst", "topic.quarantined", "topic.silent",
]  # fmt: skip
"""What an endpoint can ask for: kinds, or all of a group. Alerts, and what follows them, come by subscription."""
ALERTED: NoticeKind = "story.alerted"
"""The kind of notice that an alert is."""
KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that is told to the endpoints that asked for its kind: the webhook's `type`, `timestamp`, `data`."""

    id: str
    """Follows from what it tells, so that telling it twice changes nothing; an alert's notice has the alert's."""
    kind: str
    subject: str
    """The id of what it is about: a feed, a source, or an alert's story."""
    at: datetime
    payload: dict[str, Any]
    seq: int = 0
    """Given by the store. Whoever has seen a `seq` has seen all before it, or will never see them."""
    account_id: str = ""
    """Whose it is; "" for what concerns everybody, such as a feed."""
    topic_id: str = ""
    """The topic it comes by, if it comes by one."""
    trace: str = ""
    """The `traceparent` of the request or poll that it goes back to, if it goes back to one."""


def notice_id(kind: str, *parts: str) -> str:
    """The same kind and parts always make the same notice."""
    return "nt_" + sha256("\n".join((kind, *parts)).encode()).hexdigest()[:20]


def asked_for(kinds: Iterable[str]) -> frozenset[str]:
    """The kinds that these words ask for: each a kind, or all of a group, such as `feed.*`."""
    wanted = frozenset(kinds)
    return frozenset(kind for kind in KINDS if kind in wanted or f"{kind.partition('.')[0]}.*" in wanted)


@dataclass(frozen=True, slots=True)
class Alert:
    """A topic matched a story: at most one for each pair."""

    id: str
    topic_id: str
    story_id: str
    article_id: str
    created_at: datetime
    payload: dict[str, Any]
    """The webhook's `data`: topic, story, article, reasons, times."""
    account_id: str = MAIN
    """That of its topic."""
    revision: int = 0
    """Of the article, which it tells of."""
    independent: int = 0
    """Of the story as it tells of it, as are sources and languages: what is more has grown since."""
    sources: int = 0
    languages: int = 0
    trace: str = ""
    """That of the article; kept with the notice."""


def alert_id(topic_id: str, article_id: str) -> str:
    """The same topic and article always make the same alert."""
    return "al_" + sha256(f"{topic_id}\n{article_id}".encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record set aside with its error."""

    id: str
    stage: str
    stream: str
    position: str
    key: str
    value: bytes
    error: str
    at: datetime
    retried_at: datetime | None = None
