"""Endpoints: how they are sent to, tested, and given what they missed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from service.api.schemas import Given, OrNone, PageQuery, Shown, Url
from service.endpoint_addresses import concealed
from service.endpoint_keys import MOST_GRACE_SECONDS
from service.model import Asked, Ordering, SignatureScheme

MOST_PER_SECOND, MOST_IN_FLIGHT, MOST_ATTEMPTS, MOST_BATCH = 1000, 100, 30, 100
WEEK_SECONDS = 7 * 86_400

SecretGiven = Annotated[str, Field(max_length=200, pattern=r"^whsec_[0-9A-Za-z+/]+={0,2}$")]
Wait = Annotated[float, Field(ge=0, le=WEEK_SECONDS, allow_inf_nan=False)]
Schedule = Annotated[Sequence[Wait], Field(max_length=MOST_ATTEMPTS, examples=[[0, 5, 300, 1800]])]
PerSecond = Annotated[float, Field(ge=0.01, le=MOST_PER_SECOND, allow_inf_nan=False, examples=[20])]
InFlight = Annotated[int, Field(ge=1, le=MOST_IN_FLIGHT, strict=True, examples=[4])]
BatchSize = Annotated[int, Field(ge=1, le=MOST_BATCH, strict=True, examples=[1])]


class EndpointQuery(PageQuery):
    """Which endpoints."""


class EndpointGiven(Given):
    """A new endpoint."""

    url: Url = Field(examples=["https://reader.example/inbox"])
    """Where webhooks are posted: http or https, on the open internet. Or the address of another channel, such as
    `slack://...`, `ntfys://...`, `mailto:...`: those that are installed and allowed here."""
    secret: SecretGiven | None = None
    """`whsec_` and 24 to 64 bytes in base64, to sign with. Left out, one is made."""
    enabled: bool = Field(True, strict=True)
    notices: Sequence[Asked] = Field((), max_length=50, examples=[["feed.*"]])
    """The kinds of notices it asks for; `feed.*` is all about feeds. Alerts come by subscription."""
    signature: SignatureScheme = "v1"
    """`v1` (HMAC-SHA256 with the secret), `v1a` (Ed25519, checked with the public key), or both."""
    schedule: Schedule = ()
    """Seconds before each attempt, the first included; empty for the installation's own."""
    max_per_second: PerSecond | None = None
    """No more deliveries a second than this; null for as many as there are."""
    max_in_flight: InFlight | None = None
    """No more deliveries under way at once than this; null for the installation's own."""
    ordering: Ordering = "any"
    """`fifo`: in the order in which they were told, each only after the one before was taken or given up."""
    batch_size: BatchSize = 1
    """With `fifo`: up to so many in one request, as `{"type": "batch", "data": [...]}`; 1 for each alone."""


class EndpointChange(Given):
    """What is to be changed; what is left out stays."""

    url: Url = Field(default_factory=str, examples=["https://reader.example/inbox"])
    enabled: bool = Field(default_factory=bool, strict=True, examples=[True])
    """Switched on again, its failures are forgotten and deliveries that waited are sent."""
    notices: Sequence[Asked] = Field(default_factory=tuple, max_length=50, examples=[["feed.*"]])
    """The kinds of notices it asks for, from now on."""
    signature: SignatureScheme = Field(default_factory=lambda: "v1", examples=["both"])
    schedule: Schedule = Field(default_factory=tuple)
    max_per_second: PerSecond | None = Field(default_factory=lambda: None)
    max_in_flight: InFlight | None = Field(default_factory=lambda: None)
    ordering: Ordering = Field(default_factory=lambda: "any", examples=["fifo"])
    batch_size: BatchSize = Field(default_factory=lambda: 1)


class Endpoint(Shown):
    """Where to deliver, how, and how it is doing."""

    id: str
    url: Annotated[str, BeforeValidator(concealed)] = Field(examples=["https://reader.example/inbox"])
    """Of a chat's address, which holds secrets, only enough to tell it from others."""
    enabled: bool
    notices: Sequence[Asked]
    """The kinds of notices it asks for. Alerts come by subscription."""
    signature: SignatureScheme
    public_key: OrNone = Field(examples=["whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="])
    """Checks signatures of `v1a`; no secret."""
    schedule: Sequence[float]
    """Seconds before each attempt; empty for the installation's own."""
    max_per_second: float | None
    max_in_flight: int | None
    ordering: Ordering
    batch_size: int
    disabled_why: OrNone
    """Why it was switched off by itself."""
    failing_since: datetime | None
    failures: int
    """Attempts that failed in a row."""
    open_until: datetime | None
    """It failed so much that nothing is sent until then; what is owed waits, and no attempt is spent."""
    created_at: datetime | None


class EndpointMade(Endpoint):
    """An endpoint with a new secret."""

    secret: str = Field(examples=["whsec_dGhpcyBpcyBubyBzZWNyZXQsIGJ1dCBhbiBleGFtcGxl"])
    """Shown this once: keep it, and check the signature of every webhook with it (Standard Webhooks, v1)."""


class Rotation(Given):
    """A new secret and a new signing key."""

    grace_seconds: int = Field(86_400, ge=0, le=MOST_GRACE_SECONDS, strict=True)
    """For so long the old ones sign, too, so that every webhook can be checked with either."""
    secret: SecretGiven | None = None
    """`whsec_` and 24 to 64 bytes in base64. Left out, one is made."""
