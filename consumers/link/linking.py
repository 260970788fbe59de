"""Linking one batch, inside its transaction: changed strands come in, decisions go out.

The story of a strand follows from what was linked before it, and from nothing else: not from the batch it
came in, nor from how far clustering has run ahead, nor from how long this worker has lived.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from consumers.link.compare import HeldStrand, compare
from consumers.link.join import CLIP, best_story, score_pairs, score_stories
from consumers.link.memories import Grown, Memories
from consumers.link.memory import Memory
from consumers.link.traits import Traits
from service.messages import StoryChange, StrandChanged
from service.model import StoredArticle, Strand
from service.store import Transaction
from service.store.articles import Revision
from service.store.linkings import Linking

MOST_TOGETHER = 4
"""Strands of a story that have a say when it may be merged."""


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
        if not has_voice:
            return self._decide(incoming, strand.story_id, "unchanged" if known else "grown")
        if before and before.traits is memory.strands[strand.id].traits:  # it has spoken enough: no need to ask again
            return self._decide(incoming, strand.story_id, "grown")
        return self._compare(incoming, memory)

    def _compare(self, incoming: Incoming, memory: Memory) -> Linking:
        held = memory.strands[incoming.changed.strand_id]
        chosen = best_story(story_scores(memory, held), self.threshold)
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


def story_scores(memory: Memory, strand: HeldStrand, whole: str = "") -> dict[str, float]:
    """Log odds that the strand belongs to each story near it, and to `whole`, be it near or not."""
    near = memory.near(strand, whole)
    if not near:
        return {}
    languages = [each.language for each in near]
    pairs = score_pairs(compare(strand, near, memory.lookup), languages)
    scores: dict[str, list[float]] = {}
    for other, score in zip(near, pairs.tolist(), strict=True):
        scores.setdefault(other.story_id, []).append(score)
    crowded = {
        story_id for story_id in scores if strand.language in {each.language for each in memory.of_story(story_id)}
    }
    return score_stories(scores, frozenset(crowded))


def agree(memory: Memory, own: str, other: str, threshold: float) -> bool:
    """Whether two stories are one: the mean of what the strands of `own` say is above the threshold.

    Asks no further once those that are left could not change the answer.
    """
    strands = memory.of_story(own)[:MOST_TOGETHER]
    total, said = 0.0, 0
    for left, strand in zip(range(len(strands) - 1, -1, -1), strands, strict=True):
        score = story_scores(memory, strand, other).get(other)
        if score is not None:
            total, said = total + score, said + 1
        if total + left * CLIP <= threshold * (said + left):
            return False
    return True


def story_id_of(article_id: str) -> str:
    """The story that an article opens: the same whenever it is asked for."""
    return "st_" + sha256(f"story {article_id}".encode()).hexdigest()[:20]
