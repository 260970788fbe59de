"""What people decide of stories: merge, split, pin, unpin, take back. Link carries it out."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from service.api.deps import ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import CONFLICT, INVALID_CURSOR, NOT_FOUND, documented, with_body
from service.api.schemas import Page as PageShown
from service.api.schemas.lineage import Decision, DecisionQuery, MergeGiven, NoteGiven, SplitGiven
from service.model import decisions as model
from service.store import Transaction
from service.store.deciding import fresh_decision_id, part_id
from service.streams import STRANDS, decided
from service.tracing import of_request

router = APIRouter(prefix="/v1/stories", tags=["stories"])

ANSWER: dict[str, Any] = {
    "status_code": 202,
    "response_model": Decision,
    "dependencies": [Depends(json_body)],
    "responses": with_body(NOT_FOUND, CONFLICT),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a request's decision is taken down."""

    kept: ContextDep
    request: Request
    response: Response

    async def decide(self, kind: model.DecisionKind, story_id: str, note: str, **more: Any) -> model.Decision:
        """Keep the decision, and tell link. Told twice it is carried out once; not told, it is told again later."""
        now, caller = self.kept.clock(), self.request.state.caller
        decision_id = fresh_decision_id(now)
        more |= {"other_id": part_id(decision_id)} if kind == "split" else {}
        decision = model.Decision(decision_id, kind, story_id, now, f"key {caller.key_id}", note, **more)
        made = await self.kept.store.write(lambda tx: tx.deciding.decide(decision))
        await self.kept.broker.append(STRANDS.name, [decided(made.id, of_request())])
        self.response.headers["Location"] = f"/v1/stories/{made.story_id}/decisions/{made.id}"
        return made


DeskDep = Annotated[Desk, Depends(Desk)]


@router.post("/{story_id}:merge", summary="Merge a story into another", **ANSWER)
async def merge_story(story_id: Id, given: MergeGiven, desk: DeskDep) -> model.Decision:
    """Both report one happening: the story goes into the other, and its id leads there. Machines will not part them
    again, and nobody is alerted anew. It is carried out in a moment; `Location` shows what became of it."""
    return await desk.decide("merge", story_id, given.note, other_id=given.into)


@router.post("/{story_id}:split", summary="Split a story", **ANSWER)
async def split_story(story_id: Id, given: SplitGiven, desk: DeskDep) -> model.Decision:
    """These articles, with their copies, report something else: they become a story of their own, whose id is
    `other_id` of the answer. Machines will not merge the two again. It is carried out in a moment."""
    return await desk.decide("split", story_id, given.note, article_ids=tuple(dict.fromkeys(given.articles)))


@router.post("/{story_id}:pin", summary="Pin a story", **ANSWER)
async def pin_story(story_id: Id, given: NoteGiven, desk: DeskDep) -> model.Decision:
    """The story stays as it is: it may grow by new articles, but nothing is taken from it, it is merged with no other,
    and no strand joins it."""
    return await desk.decide("pin", story_id, given.note)


@router.post("/{story_id}:unpin", summary="Unpin a story", **ANSWER)
async def unpin_story(story_id: Id, given: NoteGiven, desk: DeskDep) -> model.Decision:
    """Machines may decide about the story again, as far as no other decision of people stands."""
    return await desk.decide("unpin", story_id, given.note)


@router.post("/{story_id}/decisions/{decision_id}:undo", summary="Take a decision back", **ANSWER)
async def undo_decision(story_id: Id, decision_id: Id, given: NoteGiven, desk: DeskDep) -> model.Decision:
    """What was merged is parted again, under its old id; what was split goes back; what was pinned is free. From then
    on machines may decide again."""
    return await desk.decide("undo", story_id, given.note, undoes=decision_id)


@router.get(
    "/{story_id}/decisions",
    response_model=PageShown[Decision],
    summary="List decisions about a story",
    responses=documented(NOT_FOUND, INVALID_CURSOR),
)
async def list_decisions(
    story_id: Id, query: Annotated[DecisionQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[model.Decision]:
    """What people decided of this story and of those that went into it, the earliest first."""
    return await lister.listed(
        query,
        str,
        lambda tx, after, most: [each for each in _of_story(tx, story_id) if each.id > (after or "")][:most],
        lambda decision: decision.id,
    )


@router.get(
    "/{story_id}/decisions/{decision_id}",
    response_model=Decision,
    summary="Show a decision",
    responses=documented(NOT_FOUND),
)
async def get_decision(story_id: Id, decision_id: Id, kept: ContextDep) -> model.Decision:
    """What was decided, by whom, and what became of it."""
    decision = await kept.store.read(lambda tx: tx.decisions.get(decision_id))
    return found(
        decision if decision and story_id in (decision.story_id, decision.other_id) else None, "decision", decision_id
    )


def _of_story(tx: Transaction, story_id: str) -> list[model.Decision]:
    standing = tx.stories.get(story_id).id
    family = {story_id, standing, *tx.stories.lineage([standing])[standing]}
    return sorted(tx.decisions.of_stories(sorted(family)), key=lambda decision: decision.id)
