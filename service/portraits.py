"""What is told of one story: its id in, everything that `service.story` finds in its articles out.

However many articles a story has, so much of it is read and no more; the answer says how much. What was found is kept
in the store for all processes, until the story or one of its articles changes.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import blake2b
from importlib.resources import files

import msgspec

from service.model import Story, StoryView
from service.sources import Sources
from service.store import Store, Transaction
from service.store.browse import Filter
from service.store.portraits import Kept
from service.store.reports import COARSE
from service.story import (
    QUIET,
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
from service.text import ANALYSER

MOST_SHOWN = 60
"""Articles that are shown with a story: the newest."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a story."""

    story: Story
    reports: Sequence[Report]
    citings: Sequence[Citing]
    found: Corroboration
    told: Sequence[Told] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true of a story until it changes."""

    view: StoryView
    portrait: Portrait
    reports: int
    """Articles that were read, by whom and when."""
    texts: int
    """Texts that were."""


@dataclass(frozen=True, slots=True)
class StoryPortrait:
    standing: Standing
    growth: Growth

    @property
    def story(self) -> Story:
        return self.standing.view.story

    @property
    def portrait(self) -> Portrait:
        return self.standing.portrait


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
        kept, found = await self.store.read(_kept, story_id, rules(self.known), now)
        if found is not None:
            return found
        standing = await self._made(kept.story_id)
        await self.store.write(lambda tx: tx.portraits.keep(replace(kept, told=_ENCODER.encode(standing))))
        return await self.store.read(_growing, standing, now)

    async def _made(self, story_id: str) -> Standing:
        read = await self.read(story_id, texts=True)
        view = await self.store.read(_view, read.story)
        told = await asyncio.to_thread(portrait, read.reports, read.told, read.found)
        return Standing(view, told, len(read.reports), len(read.told))


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Standing)


@cache
def rules(known: Sources) -> str:
    """Changes whenever the same articles might be told of otherwise: with the code that does, and with what is known
    of sources."""
    told = blake2b(f"{ANALYSER}".encode(), digest_size=8)
    package = files("service.story")
    for each in sorted(package.iterdir(), key=lambda each: each.name):
        if each.name.endswith((".py", ".tsv")):
            told.update(each.read_bytes())
    for source in sorted(map(repr, known)):
        told.update(source.encode())
    return told.hexdigest()


def _kept(tx: Transaction, story_id: str, rules: str, now: datetime) -> tuple[Kept, StoryPortrait | None]:
    kept = tx.portraits.find(story_id, rules)
    return kept, _growing(tx, _DECODER.decode(kept.told), now) if kept.told else None


def _growing(tx: Transaction, standing: Standing, now: datetime) -> StoryPortrait:
    """A story of which nothing was new since growth looks back does not grow, whatever the others do."""
    story, since = standing.view.story, now - NOW - BEFORE
    earlier = [story.first_at] if story.first_at < since else []
    if story.last_at < since - COARSE:
        return StoryPortrait(standing, growth(earlier, now, QUIET))
    times = tx.reports.times(story.id, since)
    return StoryPortrait(standing, growth([*times, *earlier], now, _stream(tx, times, now)))


def _stream(tx: Transaction, times: Sequence[datetime], now: datetime) -> Stream:
    return tx.reports.stream(now) if times else QUIET


def _reports(tx: Transaction, story_id: str) -> tuple[Story, tuple[list[Report], list[Citing]]]:
    story = tx.stories.get(story_id)
    return story, tx.reports.of(story.id)


def _view(tx: Transaction, story: Story) -> StoryView:
    merged = tx.stories.lineage([story.id])[story.id]
    newest = tx.browse.articles(Filter(story_id=story.id), most=MOST_SHOWN)
    return StoryView(story, tuple(sorted(merged)), tuple(newest))
