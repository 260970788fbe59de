"""Topics, endpoints and subscriptions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from service.api.schemas import READABLE, Given, Key, OrNone, PageQuery, QueryText, Shown, Url
from service.model import Asked

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=READABLE)]


class TopicQuery(PageQuery):
    """Which topics."""


class TopicGiven(Given):
    """A new topic."""

    name: Name = Field(examples=["Prisoner releases"])
    """Yours to choose; no two topics share one."""
    query: QueryText = Field(examples=['Belarus AND "prisoner release"'])
    """What an article must say."""
    enabled: bool = Field(True, strict=True)


class TopicChange(Given):
    """What is to be changed; what is left out stays."""

    name: Name = Field(default_factory=str, examples=["Prisoner releases"])
    query: QueryText = Field(default_factory=str, examples=['Belarus AND "prisoner release"'])
    enabled: bool = Field(default_factory=bool, strict=True, examples=[False])


class Topic(Shown):
    """A named query. A story that satisfies it raises one alert."""

    id: str
    name: str = Field(examples=["Prisoner releases"])
    query: str = Field(examples=['Belarus AND "prisoner release"'])
    enabled: bool
    version: int
    """Grows when the query is changed."""
    created_at: datetime | None


class EndpointQuery(PageQuery):
    """Which endpoints."""


class EndpointGiven(Given):
    """A new endpoint."""

    url: Url = Field(examples=["https://reader.example/inbox"])
    """Where webhooks are posted: http or https, on the open internet."""
    secret: str | None = Field(None, max_length=200, pattern=r"^whsec_[0-9A-Za-z+/]+={0,2}$")
    """`whsec_` and 24 to 64 bytes in base64, to sign with. Left out, one is made."""
    enabled: bool = Field(True, strict=True)
    notices: Sequence[Asked] = Field((), max_length=50, examples=[["feed.*"]])
    """The kinds of notices it asks for; `feed.*` is all about feeds. Alerts come by subscription."""


class EndpointChange(Given):
    """What is to be changed; what is left out stays."""

    url: Url = Field(default_factory=str, examples=["https://reader.example/inbox"])
    enabled: bool = Field(default_factory=bool, strict=True, examples=[True])
    """Switched on again, its failures are forgotten and deliveries that waited are sent."""
    notices: Sequence[Asked] = Field(default_factory=tuple, max_length=50, examples=[["feed.*"]])
    """The kinds of notices it asks for, from now on."""


class Endpoint(Shown):
    """Where to deliver."""

    id: str
    url: str = Field(examples=["https://reader.example/inbox"])
    enabled: bool
    notices: Sequence[Asked]
    """The kinds of notices it asks for. Alerts come by subscription."""
    disabled_why: OrNone
    """Why it was switched off by itself."""
    failing_since: datetime | None
    failures: int
    """Attempts that failed in a row."""
    created_at: datetime | None


class EndpointMade(Endpoint):
    """An endpoint just made."""

    secret: str = Field(examples=["whsec_dGhpcyBpcyBubyBzZWNyZXQsIGJ1dCBhbiBleGFtcGxl"])
    """Shown this once: keep it, and check the signature of every webhook with it (Standard Webhooks, v1)."""


class SubscriptionQuery(PageQuery):
    """Which subscriptions."""

    topic: Key | None = None
    """The id of a topic."""
    endpoint: Key | None = None
    """The id of an endpoint."""


class SubscriptionGiven(Given):
    """Deliver this topic's alerts to this endpoint."""

    topic_id: Key
    endpoint_id: Key


class Subscription(Shown):
    """This topic's alerts are delivered to this endpoint."""

    id: str
    topic_id: str
    endpoint_id: str
    created_at: datetime | None
