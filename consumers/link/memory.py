"""The strands of a stretch of time, in all languages, held ready for comparing. A cache of the store.

In go linked articles, in the order of linking; out come the strands near one of them. What it answers depends
only on what was linked: one just read from the store answers as one that lived on.
"""

from dataclasses import replace
from datetime import datetime
from heapq import heappop, heappush

from consumers.link.compare import HeldStrand
from consumers.link.lookup import Lookup
from service.model import Span

NEAR = 20
"""Strands compared with one, by shared keys."""
NEAR_BY_MEANING = 16
"""And so many by their embeddings."""


class Memory:
    """The strands that have an article in the span."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.seq = 0
        """Of the last linking that this knows of."""
        self.lookup = Lookup()
        self.strands: dict[str, HeldStrand] = {}
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
                self._drop(strand)

    def hold(self, strand: HeldStrand) -> None:
        """Take in a strand, or what has become of it."""
        before = self.strands.get(strand.id)
        if before:
            self._of_story[before.story_id].pop(strand.id)
        if before is None or before.traits is not strand.traits:
            if before:
                self.lookup.remove(before.id, before.traits)
            self.lookup.add(strand.id, strand.traits)
        self.strands[strand.id] = strand
        if before is None or before.times.last != strand.times.last:
            heappush(self._ends, (strand.times.last, strand.id))
        self._of_story.setdefault(strand.story_id, {})[strand.id] = None

    def _drop(self, strand: HeldStrand) -> None:
        del self.strands[strand.id]
        self._of_story[strand.story_id].pop(strand.id)
        self.lookup.remove(strand.id, strand.traits)

    def of_story(self, story_id: str) -> list[HeldStrand]:
        """Its strands, the first linked first."""
        found = [self.strands[strand_id] for strand_id in self._of_story.get(story_id, ())]
        return sorted(found, key=lambda strand: strand.born)

    def move_story(self, loser: str, winner: str) -> None:
        for strand in self.of_story(loser):
            self.hold(replace(strand, story_id=winner))

    def near(self, strand: HeldStrand, story_id: str = "") -> list[HeldStrand]:
        """Strands in other languages that may report the same, with the other strands of their stories.

        Those of `story_id` are among them, be they near or not.
        """
        sharing = self._best(strand, self.lookup.sharing(strand.traits), NEAR)
        alike = self._best(strand, self.lookup.alike(strand.traits), NEAR_BY_MEANING)
        stories = dict.fromkeys(each.story_id for each in (*sharing, *alike) if each.story_id)
        stories |= {story_id: None} if story_id else {}
        whole = {each.id: each for known in stories for each in self.of_story(known)}
        found = [each for each in whole.values() if self._comparable(strand, each)]
        return sorted(found, key=lambda each: each.born)

    def _best(self, strand: HeldStrand, scores: dict[str, float], most: int) -> list[HeldStrand]:
        ranked = sorted(
            (-round(score, 6), each.born, each)
            for strand_id, score in scores.items()
            if self._comparable(strand, each := self.strands[strand_id])
        )
        return [each for _, _, each in ranked[:most]]

    def _comparable(self, strand: HeldStrand, other: HeldStrand) -> bool:
        return other.language != strand.language and other.story_id != strand.story_id
