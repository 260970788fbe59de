"""Carrying out what people decided of stories: a decision comes in, the stories change, what was said goes out.

Nobody is told anew. What cannot be done (any more) is refused, and says why. What stands of a decision are its ties, by
which link is bound from then on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from consumers.link.linking import Batch, quietly
from consumers.link.parting import part
from service.errors import NotFound, Rejected
from service.messages import StoryChange, StoryChanged
from service.model.decisions import Decision
from service.store.lineage import Step
from service.store.memberships import Membership
from service.store.ties import Tie, TieKind


class Impossible(Exception):
    """Why a decision cannot be carried out."""


@dataclass(frozen=True, slots=True)
class Case:
    """A decision, the story that it is about by now with its articles, and what is to be noted of it."""

    decision: Decision
    story_id: str
    articles: tuple[Membership, ...]
    how: Step

    @property
    def founder(self) -> str:
        return self.articles[0].article_id


def obey(batch: Batch, decision_id: str) -> StoryChanged | None:
    """Carry out a decision; None if it is refused. Raises `Rejected` if there is no such decision."""
    decision = batch.tx.decisions.get(decision_id)
    if decision is None:
        raise Rejected(f"there is no decision {decision_id}")
    batch.ledger.keep()
    seq = batch.ledger.next()
    done = replace(decision, state="done", seq=seq, done_at=batch.ledger.now)
    try:
        said = CARRY_OUT[decision.kind](batch, _case(batch, decision, decision.story_id))
    except Impossible as why:
        done, said = replace(done, state="refused", why=str(why)), None
    batch.tx.decisions.settle(done)
    batch.rulings = batch.tx.ties.rulings()
    batch.memories.pass_on(seq)
    return said


def _case(batch: Batch, decision: Decision, story_id: str) -> Case:
    try:
        standing = batch.tx.stories.get(story_id).id
    except NotFound as error:
        raise Impossible(str(error)) from None
    articles = tuple(batch.tx.memberships.of_story(standing))
    if not articles:
        raise Impossible(f"the story {standing} has no articles")
    batch.ledger.touched.add(standing)
    return Case(decision, standing, articles, batch.ledger.step(decision=decision.id))


def _merge(batch: Batch, case: Case) -> StoryChanged:
    """The story goes into the other. What kept them apart is forgotten."""
    into = _case(batch, case.decision, case.decision.other_id)
    if into.story_id == case.story_id:
        return _said(case, case.story_id, "unchanged")
    if pinned := {case.story_id, into.story_id} & batch.rulings.pinned:
        raise Impossible(f"the story {min(pinned)} is pinned")
    batch.tx.ties.loosen(["apart"], _ids(case), _ids(into))
    _tie(batch, case, "together", case.founder, into.founder)
    batch.swallow(case.story_id, into.story_id, case.how)
    return _said(case, into.story_id, "merged", merged=(case.story_id,))


def _split(batch: Batch, case: Case) -> StoryChanged:
    """Some articles, with their copies, become a story of their own."""
    if case.story_id in batch.rulings.pinned:
        raise Impossible(f"the story {case.story_id} is pinned")
    named = set(case.decision.article_ids)
    originals = batch.tx.articles.originals(_ids(case))
    apart = [each for each in case.articles if named & {each.article_id, originals.get(each.article_id)}]
    rest = [each for each in case.articles if each not in apart]
    if not apart or not rest:
        raise Impossible(f"of the story {case.story_id} {'all' if apart else 'no'} articles are named")
    story_id = case.decision.other_id
    part(batch, apart, rest, story_id, case.decision.id)
    batch.tx.ties.loosen(["together"], [each.article_id for each in apart], [each.article_id for each in rest])
    _tie(batch, case, "apart", apart[0].article_id, rest[0].article_id)
    batch.ledger.note_both(case.how, (story_id, "split"), (case.story_id, "parted"))
    return _said(replace(case, articles=tuple(apart)), story_id, "split", left=case.story_id)


def _pin(batch: Batch, case: Case) -> StoryChanged:
    _tie(batch, case, "pinned", case.founder)
    batch.ledger.note(replace(case.how, story_id=case.story_id, kind="pinned"))
    return _said(case, case.story_id, "unchanged")


def _unpin(batch: Batch, case: Case) -> StoryChanged:
    batch.tx.ties.loosen(["pinned"], _ids(case))
    batch.ledger.note(replace(case.how, story_id=case.story_id, kind="unpinned"))
    return _said(case, case.story_id, "unchanged")


def _undo(batch: Batch, case: Case) -> StoryChanged:
    """Take back what a decision did; its ties are gone, and machines may decide again."""
    before = batch.tx.decisions.get(case.decision.undoes)
    if before is None or before.kind not in UNDO or before.state != "done":
        raise Impossible(f"the decision {case.decision.undoes} was not carried out, or cannot be taken back")
    if batch.tx.decisions.undone(before.id):
        raise Impossible(f"the decision {before.id} was taken back before")
    said = UNDO[before.kind](batch, case, before)
    batch.tx.ties.drop(before.id)
    return said


def _undo_merge(batch: Batch, case: Case, before: Decision) -> StoryChanged:
    """The strands that came with the merge go back, and the story that was swallowed stands again."""
    swallowed = [step for step in batch.tx.lineage.at(before.seq) if step.kind == "swallowed"]
    if not swallowed:
        return _said(case, case.story_id, "unchanged")
    old_id, here = swallowed[0].story_id, _case(batch, case.decision, swallowed[0].story_id)
    came = {each.strand_id for each in batch.tx.memberships.placed_at(before.seq)}
    back = [each for each in here.articles if each.strand_id in came]
    if here.story_id == old_id or not back or len(back) == len(here.articles):
        raise Impossible(f"the stories have changed too much since the decision {before.id}")
    earlier = [step.other_id for step in batch.tx.lineage.swallowed(old_id) if step.seq < before.seq]
    batch.tx.stories.revive(old_id, earlier)
    part(batch, back, [each for each in here.articles if each not in back], old_id, case.decision.id)
    batch.ledger.note_both(case.how, (old_id, "split"), (here.story_id, "parted"))
    return _said(replace(case, articles=tuple(back)), old_id, "split", left=here.story_id)


def _undo_split(batch: Batch, case: Case, before: Decision) -> StoryChanged:
    """The part goes back to the story that it was split from."""
    part_of, whole = (_case(batch, case.decision, each) for each in (before.other_id, before.story_id))
    if part_of.story_id == whole.story_id:
        return _said(case, whole.story_id, "unchanged")
    batch.swallow(part_of.story_id, whole.story_id, case.how)
    return _said(whole, whole.story_id, "merged", merged=(part_of.story_id,))


def _undo_pin(batch: Batch, case: Case, before: Decision) -> StoryChanged:
    return _unpin(batch, _case(batch, case.decision, before.story_id))


CARRY_OUT: dict[str, Callable[[Batch, Case], StoryChanged]] = {
    "merge": _merge,
    "split": _split,
    "pin": _pin,
    "unpin": _unpin,
    "undo": _undo,
}
UNDO: dict[str, Callable[[Batch, Case, Decision], StoryChanged]] = {
    "merge": _undo_merge,
    "split": _undo_split,
    "pin": _undo_pin,
}


def _ids(case: Case) -> list[str]:
    return [each.article_id for each in case.articles]


def _tie(batch: Batch, case: Case, kind: TieKind, article_id: str, other_id: str = "") -> None:
    of = case.decision
    batch.tx.ties.add(Tie(kind, article_id, of.at, other_id, of.decided_by, of.note, of.id))


def _said(case: Case, story_id: str, change: StoryChange, left: str = "", merged: tuple[str, ...] = ()) -> StoryChanged:
    return quietly(case.articles[0], story_id, change, left, merged)
