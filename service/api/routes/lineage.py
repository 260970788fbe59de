"""How stories came to be what they are."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ContextDep, Id, ListerDep
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.lineage import LineageQuery, Step

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
    await kept.store.read(lambda tx: tx.stories.get(story_id))
    page = await lister.listed(
        query,
        tuple[int, str],
        lambda tx, after, most: tx.lineage.of(story_id, after or (-1, ""), most),
        lambda step: (step.seq, step.kind),
    )
    return page.showing(Step.of)
