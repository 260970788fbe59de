"""The strands of a stretch of time, in all languages, held ready for comparing. A cache of the store.

In go linked articles, in the order of linking; out come the strands near one of them. What it answers depends
only on what was linked: one just read from the store answers as one that lived on.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from heapq import heappop, heappush

import numpy as np

from consumers.link.held import Floats, HeldStrand, Table
from consumers.link.lookup import Lookup
from service.model import Span

NEAR = 20
"""Strands compared with one, by shared keys."""
NEAR_BY_MEANING = 16
"""And so many by their embeddings."""
OF_STORY = 5
"""Of the stories of these, so many strands more, those linked first."""
SPARE = 4
"""So many times more are looked at, for some are of the same language or story."""


class Memory:
    """The strands that have an article in the span."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.seq = 0
        """Of the last linking that this knows of."""
        self.table = Table()
        self.strands: dict[str, HeldStrand] = {}
        self._lookup = Lookup()
        self._of_story: dict[str, dict[str, None]] = {}
        self._ends: list[tuple[datetime, str]] = []
        """A heap of the times at which strands ended, and ended before they grew."""

    def __len__(self) -> int:
        return len(self.strands)

    def move_to(self, span: Span) -> None:
        """Forget the strands that ended before the span, which has moved on."""
        self.span = span
        while self._ends and self._ends[0][0] < span.start:
            strand = self.strands.get(heappop(self._ends)[1])
            if strand and strand.times.last < span.start:
                self.drop(strand.id)

    def hold(self, strand: HeldStrand) -> None:
        """Take in a strand, or what has become of it."""
        before = self.strands.get(strand.id)
        if before:
            self._leave(before)
        if before and before.traits is strand.traits:
            self.table.replace(strand)
        else:
            if before:
                self._lookup.remove(self.table.remove(before))
            self._lookup.add(self.table.add(strand), strand.traits)
        self.strands[strand.id] = strand
        if before is None or before.times.last != strand.times.last:
            heappush(self._ends, (strand.times.last, strand.id))
        self._of_story.setdefault(strand.story_id, {})[strand.id] = None

    def drop(self, strand_id: str) -> None:
        """Forget a strand, if it is held."""
        if strand := self.strands.pop(strand_id, None):
            self._leave(strand)
            self._lookup.remove(self.table.remove(strand))

    def _leave(self, strand: HeldStrand) -> None:
        of_story = self._of_story[strand.story_id]
        del of_story[strand.id]
        if not of_story:
            del self._of_story[strand.story_id]

    def of_story(self, story_id: str) -> list[HeldStrand]:
        """Its strands, the first linked first."""
        found = [self.strands[strand_id] for strand_id in self._of_story.get(story_id, ())]
        return sorted(found, key=lambda strand: strand.born)

    def move_story(self, loser: str, winner: str) -> None:
        for strand in self.of_story(loser):
            self.hold(replace(strand, story_id=winner))

    def speaks(self, story_id: str, language: str) -> bool:
        """Whether a story has a strand in that language."""
        return any(self.strands[strand_id].language == language for strand_id in self._of_story.get(story_id, ()))

    def near(self, strand: HeldStrand) -> list[HeldStrand]:
        """Strands in other languages that may report the same, with the first strands of their stories."""
        row = self.table.of[strand.id]
        sharing = self._best(strand, self._lookup.sharing(row, len(self.strands)), NEAR)
        alike = self._best(strand, self.table.meanings(row), NEAR_BY_MEANING) if self.table.embedded(row) else []
        close = {each.id: each for each in (*sharing, *alike)}
        stories = dict.fromkeys(each.story_id for each in close.values() if each.story_id)
        close |= {each.id: each for known in stories for each in self.of_story(known)[:OF_STORY]}
        return self._compared(strand, close.values())

    def first(self, strand: HeldStrand, story_id: str, most: int) -> list[HeldStrand]:
        """The first strands of a story that can be compared with this one."""
        return self._compared(strand, self.of_story(story_id))[:most]

    def _compared(self, strand: HeldStrand, others: Iterable[HeldStrand]) -> list[HeldStrand]:
        found = [each for each in others if each.story_id and _comparable(strand, each)]
        return sorted(found, key=lambda each: each.born)

    def _best(self, strand: HeldStrand, scores: Floats, most: int) -> list[HeldStrand]:
        """The highest; of equal ones the first born, wherever they stand."""
        looked_at = most * SPARE
        least = np.partition(scores, -looked_at)[-looked_at] if len(scores) > looked_at else 0.0
        rows = np.flatnonzero(scores >= max(float(least), 1e-4)).tolist()
        ranked = sorted(
            (-round(float(scores[row]), 4), each.born, each.id, each)
            for row in rows
            if (each := self.table.strands[row]) and _comparable(strand, each)
        )
        return [each for _, _, _, each in ranked[:most]]


def _comparable(strand: HeldStrand, other: HeldStrand) -> bool:
    return other.language != strand.language and (not strand.story_id or other.story_id != strand.story_id)
