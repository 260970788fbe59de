"""What is told of one story: its id in, everything that `service.story` finds in its articles out.

However many articles a story has, so much of it is read and no more; the answer says how much.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.model import Story
from service.sources import Sources
from service.store import Store, Transaction
from service.story import (
    Citing,
    Corroboration,
    Growth,
    Portrait,
    Report,
    Stream,
    Told,
    corroboration,
    growth,
    portrait,
    to_read,
)
from service.story.growth import BEFORE, NOW
from service.story.reports import in_order


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a story."""

    story: Story
    reports: Sequence[Report]
    citings: Sequence[Citing]
    found: Corroboration
    told: Sequence[Told] = ()


@dataclass(frozen=True, slots=True)
class StoryPortrait:
    read: Read
    portrait: Portrait
    growth: Growth


@dataclass(frozen=True, slots=True)
class Portraits:
    """Tells of stories. `known` says which sources are of one house."""

    store: Store
    known: Sources

    async def read(self, story_id: str, texts: bool) -> Read:
        """A story's reports, and with `texts` some of what they say. Raises `NotFound`."""
        story, (reports, citings) = await self.store.read(_reports, story_id)
        found = await asyncio.to_thread(corroboration, reports, self.known)
        if not texts:
            return Read(story, reports, citings, found)
        wanted = to_read(in_order(reports), found)
        told = await self.store.read(lambda tx: tx.reports.texts(wanted))
        return Read(story, reports, citings, found, told)

    async def of(self, story_id: str, now: datetime) -> StoryPortrait:
        """What a story says, and on whose word. Raises `NotFound`."""
        read = await self.read(story_id, texts=True)
        times, stream = await self.store.read(_pace, read.story, now)
        told = await asyncio.to_thread(portrait, read.reports, read.told, read.found)
        return StoryPortrait(read, told, growth(times, now, stream))


def _reports(tx: Transaction, story_id: str) -> tuple[Story, tuple[list[Report], list[Citing]]]:
    story = tx.stories.get(story_id)
    return story, tx.reports.of(story.id)


def _pace(tx: Transaction, story: Story, now: datetime) -> tuple[list[datetime], Stream]:
    """When it was reported in the time that growth looks at, and when it began if that was before."""
    since = now - NOW - BEFORE
    times = tx.reports.times(story.id, since)
    return times + ([story.first_at] if story.first_at < since else []), tx.reports.stream(now)
