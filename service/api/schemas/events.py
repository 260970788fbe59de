"""Notices in the order in which they became known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from service.api.schemas import Given, Key, Limit, Shown
from service.model import NoticeKind

Cursor = Annotated[str, StringConstraints(min_length=1, max_length=512)]
KindOrGroup = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}(\.(\*|[a-z_]{1,50}))?$")]
CURSOR = "s0mRZqiUPpQ0c8SSNDI"
"""An example."""


class Wanted(Given):
    """Which of them, from where on."""

    after: Cursor | None = Field(None, examples=[CURSOR])
    """A cursor: of a webhook, of this list or of the stream. What became known later is wanted."""
    topic: Key | None = None
    """Only what comes by this topic: an id."""
    kind: list[KindOrGroup] = Field(default_factory=list, max_length=50, examples=[["story.*"]])
    """Only of these kinds, or of a group such as `feed.*`; may be given more than once."""


class EventQuery(Wanted):
    """Which of them, from where on, and how many; the cursor stays good with other filters."""

    limit: Limit = None
    """How many at once; more than the server allows is brought down to what it allows."""
    wait: int = Field(0, ge=0, le=60, examples=[0])
    """If there are none, wait up to so many seconds for the next."""


class Event(Shown):
    """A notice, as a webhook's body has it."""

    id: str = Field(examples=["nt_5d1c90ab7e33f0248c61"])
    """The same in every way to hear of it."""
    cursor: str = Field(examples=[CURSOR])
    """Come again with it as `after`, or to the stream as `Last-Event-ID`."""
    type: NoticeKind
    """The notice's kind."""
    timestamp: datetime
    data: dict[str, Any]
    """See the webhook of this kind."""


class Events(Shown):
    """Some notices, in the order in which they became known."""

    items: Sequence[Event]
    next_cursor: str = Field(examples=[CURSOR])
    """Always there: come again with it, now or later, and nothing is missed or seen twice."""
    more: bool
    """Whether there are more by now."""
