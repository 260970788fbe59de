"""Feeds as they are before their first poll."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from service.model import Feed
from service.urls import feed_address, source_of

SECONDS_EACH = 0.1


def new_feed(url: str, now: datetime | None, title: str = "", source: str = "", language: str = "") -> Feed:
    """A feed due at once. Its id follows from its address, so adding it twice is seen, however it is written.

    Raises `Invalid`.
    """
    url = feed_address(url)
    return Feed(
        id="feed_" + hashlib.sha256(url.encode()).hexdigest()[:16],
        url=url,
        title=title,
        source=source or source_of(url),
        language=language,
        created_at=now,
        next_poll_at=now,
    )


def spread(feeds: Sequence[Feed], now: datetime, within: float) -> list[Feed]:
    """The same feeds, their first polls spread over `within` seconds at most, so that thousands that come
    together are not due together."""
    gap = min(SECONDS_EACH, within / max(1, len(feeds)))
    return [replace(feed, next_poll_at=now + timedelta(seconds=gap * n)) for n, feed in enumerate(feeds)]
