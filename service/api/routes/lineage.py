"""How stories came to be what they are."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ContextDep, Id, ListerDep
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.lineage import LineageQuery, Step
from service.store import Transaction
from service.store.lineage import Step as StoredStep

router = APIRouter(prefix="/v1/stories", tags=["stories"])


@router.get(
    "/{story_id}/lineage",
    response_model=PageShown[Step],
    summary="Show how a story came to be",
    responses=documented(NOT_FOUND, INVALID_CURSOR),
)
async def get_lineage(
    story_id: Id, query: Annotated[LineageQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[Step]:
    """Every step of it, the first one first: when, what, and why; the score that decided, or the decision of a person.

    Asked for a story that was merged into another, this shows its own steps, up to that one. What was linked by an
    earlier release has no steps but its articles.
    """
    after = lister.place(query.cursor, tuple[int, str]) or (-1, "")
    steps = await kept.store.read(_steps, story_id, after, lister.wanted(query.limit))
    page = lister.page(query.limit, steps, lambda step: (step.seq, step.kind))
    return Page([Step.of(each) for each in page.items], page.next_cursor)


def _steps(tx: Transaction, story_id: str, after: tuple[int, str], most: int) -> list[StoredStep]:
    """Raises `NotFound`."""
    tx.stories.get(story_id)
    return tx.lineage.of(story_id, after, most)
