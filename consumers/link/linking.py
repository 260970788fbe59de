"""Linking one batch, inside its transaction: changed strands come in, outcomes go out.

The story of a strand follows from what was linked before it, and from nothing else: not from the batch it
came in, nor from how far clustering has run ahead, nor from how long this worker has lived.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from consumers.link.choosing import agree, story_scores
from consumers.link.held import HeldStrand
from consumers.link.join import best_story
from consumers.link.ledger import Ledger
from consumers.link.memories import Grown, Memories
from consumers.link.memory import Memory
from consumers.link.traits import Traits
from service.messages import StoryChange, StoryChanged, StrandChanged
from service.model import StoredArticle
from service.store import Transaction
from service.store.articles import Revision
from service.store.lineage import Answer, Step
from service.store.linkings import Linking
from service.store.memberships import Membership
from service.store.ties import Rulings


@dataclass(frozen=True, slots=True)
class Incoming:
    """A changed strand, the article that changed it with its traits, and the position of the record."""

    changed: StrandChanged
    filed: StoredArticle
    traits: Traits
    position: str

    @property
    def revision(self) -> Revision:
        return self.changed.article_id, self.changed.revision


@dataclass(frozen=True, slots=True)
class Asked:
    """People have decided something, and the position of the record that says so."""

    changed: StrandChanged
    position: str


@dataclass
class Batch:
    """What is known while a batch is linked."""

    tx: Transaction
    memories: Memories
    threshold: float
    ledger: Ledger
    decided: dict[Revision, Linking] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    """What was said of moves and decisions before."""
    rulings: Rulings = field(default_factory=Rulings)
    newest: datetime | None = None

    def look_up(self, batch: Sequence[StrandChanged]) -> None:
        """What the store knows of these; nobody else links until we commit."""
        self.tx.linkings.claim()
        self.decided = self.tx.linkings.of((each.article_id, each.revision) for each in batch)
        self.answers = self.tx.lineage.answers(cause for each in batch if (cause := cause_of(each)))
        members = self.tx.memberships.of(each.article_id for each in batch)
        named = {strand_id for each in batch for strand_id in (each.strand_id, each.before) if strand_id}
        named |= {each.strand_id for each in members.values()}
        self.ledger.members, self.ledger.strands = members, self.tx.stories.strands(sorted(named))
        self.rulings = self.tx.ties.rulings()
        last, self.newest = self.tx.linkings.frontier()
        self.ledger.seq = max(last, self.tx.lineage.frontier())
        self.memories.expect(self.ledger.seq)

    def link(self, incoming: Incoming) -> Linking:
        """The decision about one filed revision; what was decided before is given as it was."""
        return self.decided.get(incoming.revision) or self._link(incoming)

    def memory(self, at: datetime) -> Memory:
        """What a strand of that time is compared with; the store must know of all that was decided."""
        self.newest = max(self.newest, at) if self.newest else at
        return self.memories.of(self.tx, at, self.newest, self.ledger.seq)

    def _link(self, incoming: Incoming) -> Linking:
        at, known = incoming.filed.at, self.ledger.members.get(incoming.changed.article_id)
        strand = self.ledger.strands[known.strand_id if known else incoming.changed.strand_id]
        self.newest = max(self.newest, at) if self.newest else at
        if self.memories.must_read(strand, at, self.newest):
            self.ledger.keep()
        memory, seq = self.memory(at), self.ledger.next()
        if known:
            self.memories.pass_on(seq)
            return self._decide(incoming, strand.story_id, "unchanged")
        before = memory.strands.get(strand.id)
        speaks = not incoming.filed.enriched.article.original_id or not strand.story_id
        self.memories.learn(self.tx, Grown(strand, seq, at, incoming.traits, speaks))
        self.ledger.enter(Membership(*_named(incoming, strand.id), seq, incoming.changed.revision, at))
        if other := min(self.rulings.must_join(strand.story_id), default=""):
            return self._merge(incoming, strand.story_id, other)
        says_nothing_new = before and before.traits is memory.strands[strand.id].traits
        if not speaks or says_nothing_new or strand.story_id in self.rulings.pinned:
            return self._decide(incoming, strand.story_id, "grown")
        return self._compare(incoming, memory)

    def _compare(self, incoming: Incoming, memory: Memory) -> Linking:
        held = memory.strands[incoming.changed.strand_id]
        scores = self.scores(memory, held)
        chosen = best_story(scores, self.threshold)
        if not held.story_id:
            best = max(scores.values(), default=None)
            story_id = chosen or story_id_of(incoming.changed.article_id)
            return self._decide(incoming, story_id, "linked" if chosen else "opened", best)
        if chosen and agree(memory, held.story_id, chosen, self.threshold):
            return self._merge(incoming, held.story_id, chosen, scores[chosen])
        return self._decide(incoming, held.story_id, "grown")

    def scores(self, memory: Memory, held: HeldStrand) -> dict[str, float]:
        """Log odds that a held strand belongs to each of the stories near it that it may join."""
        scores = story_scores(memory, held)
        return {each: score for each, score in scores.items() if self.rulings.may_join(held.story_id, each)}

    def _merge(self, incoming: Incoming, own: str, other: str, score: float | None = None) -> Linking:
        """The older story stays: more was told about it."""
        self.ledger.keep()
        births = self.tx.memberships.births((own, other))
        winner, loser = sorted((own, other), key=lambda story_id: births[story_id])
        article_id, strand_id = _named(incoming, incoming.changed.strand_id)
        self.swallow(loser, winner, self.ledger.step(article_id=article_id, strand_id=strand_id, score=score))
        return self._decide(incoming, winner, "merged", merged=(loser,))

    def swallow(self, loser: str, winner: str, how: Step) -> None:
        """One story goes into another; `how` says why."""
        self.ledger.swallow(loser, winner, how)
        self.rulings = self.tx.ties.rulings()
        self.memories.move_story(loser, winner)

    def _decide(
        self,
        incoming: Incoming,
        story_id: str,
        change: StoryChange,
        score: float | None = None,
        merged: tuple[str, ...] = (),
    ) -> Linking:
        article_id, strand_id = _named(incoming, self.ledger.members[incoming.changed.article_id].strand_id)
        seq, at = self.ledger.seq, incoming.filed.at
        if change == "opened":
            self.ledger.open(story_id, at)
        if self.ledger.strands[strand_id].story_id != story_id:
            self.place(strand_id, story_id)
        if change in ("opened", "linked"):
            step = self.ledger.step(article_id=article_id, strand_id=strand_id, score=score)
            self.ledger.note(replace(step, story_id=story_id, kind=change))
        position = incoming.position
        decision = Linking(*incoming.revision, strand_id, story_id, change, position, at, seq, merged)
        self.decided[incoming.revision] = decision
        self.ledger.link(decision)
        return decision

    def place(self, strand_id: str, story_id: str) -> None:
        """A strand is in this story from now on."""
        self.ledger.place(strand_id, story_id)
        self.memories.put(strand_id, story_id)


def _named(incoming: Incoming, strand_id: str) -> tuple[str, str]:
    return incoming.changed.article_id, strand_id


def quietly(
    of: StrandChanged | Membership, story_id: str, change: StoryChange, left: str = "", merged: tuple[str, ...] = ()
) -> StoryChanged:
    """What is said of a move or a decision: nobody is alerted by it. `of` names an article of the story."""
    return StoryChanged(
        story_id=story_id,
        change=change,
        article_id=of.article_id,
        revision=of.revision,
        merged=merged,
        left=left,
        quiet=True,
    )


def cause_of(changed: StrandChanged) -> str:
    """What names a move or a decision; "" for an article."""
    if changed.decision:
        return f"decision {changed.decision}"
    return f"move {changed.move}" if changed.move else ""


def story_id_of(opener: str) -> str:
    """The story that an article opens: the same whenever it is asked for."""
    return "st_" + sha256(f"story {opener}".encode()).hexdigest()[:20]
