"""Linking one batch, inside its transaction: changed strands come in, decisions go out.

The story of a strand follows from what was linked before it, and from nothing else: not from the batch it
came in, nor from how far clustering has run ahead, nor from how long this worker has lived.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from consumers.link.choosing import agree, story_scores
from consumers.link.join import best_story
from consumers.link.memories import Grown, Memories
from consumers.link.memory import Memory
from consumers.link.traits import Traits
from service.messages import StoryChange, StrandChanged
from service.model import StoredArticle, Strand
from service.store import Transaction
from service.store.articles import Revision
from service.store.linkings import Linking
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


@dataclass
class Batch:
    """What is known while a batch is linked."""

    tx: Transaction
    memories: Memories
    threshold: float
    decided: dict[Revision, Linking] = field(default_factory=dict)
    rulings: Rulings = field(default_factory=Rulings)
    linked: set[str] = field(default_factory=set)
    """Articles of which some revision was linked."""
    strands: dict[str, Strand] = field(default_factory=dict)
    seq: int = 0
    newest: datetime | None = None
    touched: set[str] = field(default_factory=set)
    pending: list[Linking] = field(default_factory=list)

    def link(self, batch: Sequence[Incoming]) -> list[Linking]:
        """One decision for each of the batch, in order; what was decided before is given as it was."""
        self._look_up(batch)
        decisions = [self.decided.get(each.revision) or self._link(each) for each in batch]
        self._keep()
        self.tx.stories.recount(self.touched)
        return decisions

    def _look_up(self, batch: Sequence[Incoming]) -> None:
        self.tx.linkings.claim()
        self.decided = self.tx.linkings.of(each.revision for each in batch)
        self.linked = self.tx.linkings.articles(each.changed.article_id for each in batch)
        self.strands = self.tx.stories.strands(each.changed.strand_id for each in batch)
        self.rulings = self.tx.ties.rulings()
        self.seq, self.newest = self.tx.linkings.frontier()
        self.memories.expect(self.seq)

    def _link(self, incoming: Incoming) -> Linking:
        at, strand = incoming.filed.at, self.strands[incoming.changed.strand_id]
        self.newest = max(self.newest, at) if self.newest else at
        if self.memories.must_read(strand, at, self.newest):
            self._keep()
        memory = self.memories.of(self.tx, at, self.newest)
        before = memory.strands.get(strand.id)
        known = incoming.changed.article_id in self.linked
        is_copy = bool(incoming.filed.enriched.article.original_id)
        has_voice = not known and (not is_copy or not strand.story_id)
        traits = incoming.traits if has_voice else None
        self.memories.learn(self.tx, Grown(strand, self.seq + 1, at, traits))
        self.linked.add(incoming.changed.article_id)
        if not known and (other := min(self.rulings.must_join(strand.story_id), default="")):
            return self._merge(incoming, strand.story_id, other)
        if not has_voice:
            return self._decide(incoming, strand.story_id, "unchanged" if known else "grown")
        if before and before.traits is memory.strands[strand.id].traits:  # it has spoken enough: no need to ask again
            return self._decide(incoming, strand.story_id, "grown")
        return self._compare(incoming, memory)

    def _compare(self, incoming: Incoming, memory: Memory) -> Linking:
        held = memory.strands[incoming.changed.strand_id]
        if held.story_id in self.rulings.pinned:
            return self._decide(incoming, held.story_id, "grown")
        scores = story_scores(memory, held)
        allowed = {each: score for each, score in scores.items() if self.rulings.may_join(held.story_id, each)}
        chosen = best_story(allowed, self.threshold)
        if not held.story_id and chosen:
            return self._decide(incoming, chosen, "linked")
        if not held.story_id:
            return self._decide(incoming, story_id_of(incoming.changed.article_id), "opened")
        if chosen and agree(memory, held.story_id, chosen, self.threshold):
            return self._merge(incoming, held.story_id, chosen)
        return self._decide(incoming, held.story_id, "grown")

    def _merge(self, incoming: Incoming, own: str, other: str) -> Linking:
        """The older story stays: more was told about it."""
        self._keep()
        births = self.tx.linkings.births((own, other))
        winner, loser = sorted((own, other), key=lambda story_id: births[story_id])
        self.tx.stories.merge({loser: winner})
        self.rulings = self.tx.ties.rulings()
        self.memories.move_story(loser, winner)
        for strand in [each for each in self.strands.values() if each.story_id == loser]:
            self.strands[strand.id] = replace(strand, story_id=winner)
        self.touched.discard(loser)
        return self._decide(incoming, winner, "merged", (loser,))

    def _decide(self, incoming: Incoming, story_id: str, change: StoryChange, merged: tuple[str, ...] = ()) -> Linking:
        strand = self.strands[incoming.changed.strand_id]
        if strand.story_id != story_id:
            self.strands[strand.id] = replace(strand, story_id=story_id)
            self.memories.put(strand.id, story_id)
        self.seq += 1
        decision = Linking(
            article_id=incoming.changed.article_id,
            revision=incoming.changed.revision,
            strand_id=strand.id,
            story_id=story_id,
            change=change,
            position=incoming.position,
            at=incoming.filed.at,
            seq=self.seq,
            merged=merged,
        )
        self.decided[incoming.revision] = decision
        self.pending.append(decision)
        self.touched.add(story_id)
        return decision

    def _keep(self) -> None:
        """Write what was decided so far: at the end, and whenever the store must be read meanwhile."""
        opened = {each.story_id: each.at for each in self.pending if each.change == "opened"}
        self.tx.stories.open(opened)
        self.tx.stories.put({each.strand_id: each.story_id for each in self.pending})
        self.tx.linkings.add(self.pending)
        self.pending.clear()


def story_id_of(article_id: str) -> str:
    """The story that an article opens: the same whenever it is asked for."""
    return "st_" + sha256(f"story {article_id}".encode()).hexdigest()[:20]
