"""Which memory to ask about a strand: that of the present, or one of the past, read from the store.

Linked articles come in; memories that know all of them go out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce

from consumers.link.held import HeldStrand
from consumers.link.memory import Memory
from consumers.link.traits import Times, Traits, together
from consumers.link.voices import Voices
from service.model import Span, Strand
from service.store import Transaction
from service.store.articles import Revision
from service.store.memberships import Membership

VOICES = 5
"""A strand is known by its first articles; later ones seldom say what it is about any better."""
MOST = 6
"""Memories kept; the one asked longest ago is dropped first."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A strand has one more article; whether it `speaks`, or is a copy that adds nothing to what the strand says."""

    strand: Strand
    seq: int
    at: datetime
    traits: Traits
    speaks: bool


@dataclass
class Memories:
    """All that this worker remembers."""

    window: timedelta
    voices: Voices = field(default_factory=Voices)
    _kept: dict[Span | None, Memory] = field(default_factory=dict)

    def forget(self) -> None:
        """What was remembered is in doubt: it will be read anew."""
        self._kept.clear()

    def expect(self, seq: int) -> None:
        """Forget everything if another worker has linked meanwhile."""
        if any(memory.seq != seq for memory in self._kept.values()):
            self.forget()

    def of(self, tx: Transaction, at: datetime, newest: datetime, seq: int) -> Memory:
        """The memory a strand of that time is compared with; all that was decided must be in the store."""
        span = Span.around(at, newest, self.window)
        key = span if span.end else None
        memory = self._kept.pop(key, None) or self._read(tx, span, seq)
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
                memory.hold(self._enter(tx, grown))
            memory.seq = grown.seq

    def pass_on(self, seq: int) -> None:
        """Something was decided that changes nothing here."""
        for memory in self._kept.values():
            memory.seq = seq

    def look_again(self, tx: Transaction, strand_ids: Sequence[str], seq: int) -> None:
        """Articles came to and left these strands: they are read from the store, which must know of it."""
        rows = tx.memberships.of_strands(strand_ids)
        held = {strand.id: strand for strand in self._from_rows(tx, rows)}
        for memory in self._kept.values():
            inside = {row.strand_id for row in rows if memory.span.holds(row.at)}
            for strand_id in strand_ids:
                memory.drop(strand_id)
                if strand_id in inside:
                    memory.hold(held[strand_id])
        self.pass_on(seq)

    def put(self, strand_id: str, story_id: str) -> None:
        for memory in self._kept.values():
            if strand_id in memory.strands:
                memory.hold(replace(memory.strands[strand_id], story_id=story_id))

    def move_story(self, loser: str, winner: str) -> None:
        for memory in self._kept.values():
            memory.move_story(loser, winner)

    def _enter(self, tx: Transaction, grown: Grown) -> HeldStrand:
        """A strand that a memory does not hold: it is new, or was forgotten because it had ended, or was emptied."""
        strand = grown.strand
        known = self._from_rows(tx, tx.memberships.of_strands([strand.id])) if strand.story_id else []
        if known:
            return _grow(known[0], grown)
        times = Times(grown.at, grown.at)
        return HeldStrand(strand.id, strand.language, strand.story_id, grown.seq, times, 1, grown.traits)

    def _read(self, tx: Transaction, span: Span, seq: int) -> Memory:
        """A memory of all that the store knows, which is what was decided up to `seq`."""
        memory = Memory(span)
        memory.seq = seq
        for strand in self._from_rows(tx, tx.memberships.of_strands_in(span)):
            memory.hold(strand)
        return memory

    def _from_rows(self, tx: Transaction, rows: Sequence[Membership]) -> list[HeldStrand]:
        """Strands as they are with these articles, which must be all that they have, in the order of entering."""
        of_strand: dict[str, list[Membership]] = {}
        for row in rows:
            of_strand.setdefault(row.strand_id, []).append(row)
        copies = tx.articles.copies(row.article_id for row in rows)
        speaking = {strand_id: _speaking(own, copies) for strand_id, own in of_strand.items()}
        said = self.voices.read(tx, (_revision(row) for own in speaking.values() for row in own))
        known = tx.stories.strands(of_strand)
        held = []
        for strand_id, own in of_strand.items():
            voices = [said[_revision(row)] for row in speaking[strand_id]]
            times = Times(min(row.at for row in own), max(row.at for row in own))
            strand = known[strand_id]
            whole, spoken = reduce(together, voices), len(voices)
            held.append(HeldStrand(strand_id, strand.language, strand.story_id, own[0].seq, times, spoken, whole))
        return held


def _grow(strand: HeldStrand, grown: Grown) -> HeldStrand:
    strand = replace(strand, times=strand.times.widened(grown.at))
    if not grown.speaks or strand.spoken >= VOICES:
        return strand
    return replace(strand, spoken=strand.spoken + 1, traits=together(strand.traits, grown.traits))


def _speaking(rows: Sequence[Membership], copies: set[str]) -> list[Membership]:
    """The first articles that are nobody's copy, and the very first in any case."""
    return [row for place, row in enumerate(rows) if place == 0 or row.article_id not in copies][:VOICES]


def _revision(row: Membership) -> Revision:
    return row.article_id, row.revision
