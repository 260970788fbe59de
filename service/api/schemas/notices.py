"""Notices."""

from datetime import datetime
from typing import Any

from pydantic import Field

from service.api.schemas import Line, PageQuery, Shown
from service.model import Asked, NoticeKind


class NoticeQuery(PageQuery):
    """Which notices."""

    kind: NoticeKind | Asked | None = Field(None, examples=["feed.*"])
    """A kind, or all of a group, such as `feed.*`."""
    subject: Line | None = None
    """The id of what it is about: a feed, a source, or the story of an alert."""


class Notice(Shown):
    """Something that endpoints were told."""

    id: str = Field(examples=["nt_5d1c90ab7e33f0248c61"])
    kind: NoticeKind
    """Sent as `type`."""
    subject: str
    """The id of what it is about: a feed, a source, or the story of an alert."""
    at: datetime
    """Sent as `timestamp`."""
    payload: dict[str, Any]
    """Sent as `data`: see the webhook of this kind."""
