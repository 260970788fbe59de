"""Which memory to ask about a strand: that of the present, or one of the past, read from the store.

Linked articles come in; memories that know all of them go out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce

from consumers.link.held import HeldStrand
from consumers.link.memory import Memory
from consumers.link.traits import Times, Traits, together, traits
from service.model import Span, Strand
from service.store import Transaction
from service.store.linkings import Linking

VOICES = 5
"""A strand is known by its first articles; later ones seldom say what it is about any better."""
MOST = 6
"""Memories kept; the one asked longest ago is dropped first."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A strand has one more article; `traits` is None for a copy and for a text we know."""

    strand: Strand
    seq: int
    at: datetime
    traits: Traits | None


@dataclass
class Memories:
    """All that this worker remembers."""

    window: timedelta
    _kept: dict[Span | None, Memory] = field(default_factory=dict)

    def forget(self) -> None:
        """What was remembered is in doubt: it will be read anew."""
        self._kept.clear()

    def expect(self, seq: int) -> None:
        """Forget everything if another worker has linked meanwhile."""
        if any(memory.seq != seq for memory in self._kept.values()):
            self.forget()

    def of(self, tx: Transaction, at: datetime, newest: datetime) -> Memory:
        """The memory a strand of that time is compared with; all that was decided must be in the store."""
        span = Span.around(at, newest, self.window)
        key = span if span.end else None
        memory = self._kept.pop(key, None) or read(tx, span)
        self._kept[key] = memory
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        memory.move_to(span)
        return memory

    def must_read(self, strand: Strand, at: datetime, newest: datetime) -> bool:
        """Whether the store will be read before this strand can be compared."""
        span = Span.around(at, newest, self.window)
        if (span if span.end else None) not in self._kept:
            return True
        entering = (memory.span.holds(at) and strand.id not in memory.strands for memory in self._kept.values())
        return bool(strand.story_id) and any(entering)

    def learn(self, tx: Transaction, grown: Grown) -> None:
        for memory in self._kept.values():
            before = memory.strands.get(grown.strand.id)
            if before is not None:
                memory.hold(_grow(before, grown))
            elif memory.span.holds(grown.at):
                memory.hold(_enter(tx, grown))
            memory.seq = grown.seq

    def put(self, strand_id: str, story_id: str) -> None:
        for memory in self._kept.values():
            if strand_id in memory.strands:
                memory.hold(replace(memory.strands[strand_id], story_id=story_id))

    def move_story(self, loser: str, winner: str) -> None:
        for memory in self._kept.values():
            memory.move_story(loser, winner)


def _grow(strand: HeldStrand, grown: Grown) -> HeldStrand:
    strand = replace(strand, times=strand.times.widened(grown.at))
    if grown.traits is None or strand.spoken >= VOICES:
        return strand
    return replace(strand, spoken=strand.spoken + 1, traits=together(strand.traits, grown.traits))


def _enter(tx: Transaction, grown: Grown) -> HeldStrand:
    """A strand that a memory does not hold: it is new, or was forgotten because it had ended."""
    strand = grown.strand
    if strand.story_id:
        return _grow(_from_rows(tx, tx.linkings.of_strand(strand.id))[0], grown)
    if grown.traits is None:
        raise ValueError(f"strand {strand.id} begins with an article that has no voice")
    return HeldStrand(strand.id, strand.language, "", grown.seq, Times(grown.at, grown.at), 1, grown.traits)


def read(tx: Transaction, span: Span) -> Memory:
    """A memory of all that the store knows."""
    memory = Memory(span)
    for strand in _from_rows(tx, tx.linkings.of_strands_in(span)):
        memory.hold(strand)
    memory.seq, _ = tx.linkings.frontier()
    return memory


def _from_rows(tx: Transaction, rows: Sequence[Linking]) -> list[HeldStrand]:
    """Strands as they are after these decisions, which must be all that were made about them, in order."""
    of_strand: dict[str, list[Linking]] = {}
    for row in rows:
        of_strand.setdefault(row.strand_id, []).append(row)
    copies = tx.articles.copies(row.article_id for row in rows)
    speaking = {strand_id: _speaking(own, copies) for strand_id, own in of_strand.items()}
    texts = tx.articles.stored((row.article_id, row.revision) for own in speaking.values() for row in own)
    known = tx.stories.strands(of_strand)
    held = []
    for strand_id, own in of_strand.items():
        voices = [traits(texts[row.article_id, row.revision].enriched) for row in speaking[strand_id]]
        times = Times(min(row.at for row in own), max(row.at for row in own))
        strand = known[strand_id]
        whole, spoken = reduce(together, voices), len(voices)
        held.append(HeldStrand(strand_id, strand.language, strand.story_id, own[0].seq, times, spoken, whole))
    return held


def _speaking(rows: Sequence[Linking], copies: set[str]) -> list[Linking]:
    """The first text of each article that is nobody's copy, or that opened the strand."""
    firsts: dict[str, Linking] = {}
    for row in rows:
        firsts.setdefault(row.article_id, row)
    voices = [row for place, row in enumerate(firsts.values()) if place == 0 or row.article_id not in copies]
    return voices[:VOICES]
