"""What a batch has decided and not yet written: decisions come in one by one and go to the store together."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from service.model import Strand
from service.store import Transaction
from service.store.lineage import Answer, Step, StepKind
from service.store.linkings import Linking
from service.store.memberships import Membership, Placement


@dataclass
class Ledger:
    """`seq` is the number of the last decision; `strands` and `members` are as decided so far."""

    tx: Transaction
    now: datetime
    seq: int = 0
    strands: dict[str, Strand] = field(default_factory=dict)
    members: dict[str, Membership] = field(default_factory=dict)
    """Where the articles of the batch are, as far as they were linked."""
    touched: set[str] = field(default_factory=set)
    """Stories to be counted anew."""
    _linkings: list[Linking] = field(default_factory=list)
    _entered: list[Membership] = field(default_factory=list)
    _placed: dict[str, Placement] = field(default_factory=dict)
    _opened: dict[str, datetime] = field(default_factory=dict)
    _steps: list[Step] = field(default_factory=list)
    _answers: list[Answer] = field(default_factory=list)

    def next(self) -> int:
        """The number of a new decision."""
        self.seq += 1
        return self.seq

    def enter(self, membership: Membership) -> None:
        """An article is in a strand from now on."""
        if membership.move:  # it must leave where it is, and the store must know of that
            self.keep()
        self.members[membership.article_id] = membership
        self._entered.append(membership)

    def place(self, strand_id: str, story_id: str) -> None:
        """A strand is in a story from now on."""
        if strand_id in self._placed:
            self.keep()
        self.strands[strand_id] = replace(self.strands[strand_id], story_id=story_id)
        self._placed[strand_id] = Placement(strand_id, story_id, self.seq)

    def open(self, story_id: str, at: datetime) -> None:
        self._opened[story_id] = at

    def step(self, **given: Any) -> Step:
        """What is known of the last decision; whose it is, and what it was for them, is to be said."""
        return Step(seq=self.seq, story_id="", kind="grown", at=self.now, **given)

    def note(self, step: Step) -> None:
        self._steps.append(step)
        self.touched.add(step.story_id)

    def note_both(self, how: Step, one: tuple[str, StepKind], other: tuple[str, StepKind]) -> None:
        """A step that two stories have in common, and what it was for each."""
        for (story_id, kind), (other_id, _) in ((one, other), (other, one)):
            self.note(replace(how, story_id=story_id, kind=kind, other_id=other_id))

    def link(self, linking: Linking) -> None:
        self._linkings.append(linking)
        self.touched.add(linking.story_id)

    def answer(self, answer: Answer) -> None:
        self._answers.append(answer)

    def swallow(self, loser: str, winner: str, how: Step) -> None:
        """The strands of one story are in the other from now on; the store knows of that at once."""
        self.keep()
        self.tx.stories.merge({loser: winner})
        self.tx.memberships.merge(loser, winner, self.seq, self.now)
        for strand in [each for each in self.strands.values() if each.story_id == loser]:
            self.strands[strand.id] = replace(strand, story_id=winner)
        self.note_both(how, (winner, "merged"), (loser, "swallowed"))
        self.touched.discard(loser)

    def keep(self) -> None:
        """Write what was decided so far: at the end, and whenever the store must be read meanwhile."""
        self.tx.stories.open(self._opened)
        self.tx.stories.put({each.strand_id: each.story_id for each in self._placed.values()})
        self.tx.linkings.add(self._linkings)
        self.tx.memberships.enter(self._entered, self.now)
        self.tx.stories.waken({each.strand_id for each in self._entered})
        self.tx.memberships.place(list(self._placed.values()), self.now)
        self.tx.lineage.add(self._steps)
        self.tx.lineage.answer(self._answers)
        for each in (self._linkings, self._entered, self._placed, self._opened, self._steps, self._answers):
            each.clear()
