"""How a story came about: who had it from whom, hour by hour, and all of its articles."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.deps import ContextDep, Id, ListerDep
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, documented
from service.api.schemas import Page as PageShown
from service.api.schemas import PageQuery
from service.api.schemas.articles import Article
from service.api.schemas.portraits import read_of, shown_earliest, shown_origins
from service.api.schemas.spread import Edge, Provenance, Timeline, TimelineQuery
from service.model import ArticleSummary
from service.store.browse import Filter, place_of_article
from service.story import origin_of, provenance, timeline

router = APIRouter(prefix="/v1/stories/{story_id}", tags=["stories"])

MOST_EDGES = 1000


@router.get(
    "/provenance", response_model=Provenance, summary="Show who had a story from whom", responses=documented(NOT_FOUND)
)
async def get_provenance(story_id: Id, kept: ContextDep, response: Response) -> Provenance:
    """The first report, the voices in the order in which they reported, and what each article has from another:
    copies, bylines and citations, with the words that say so."""
    read = await kept.portraits.read(story_id, texts=False)
    response.headers["Content-Location"] = f"/v1/stories/{read.story.id}/provenance"
    told = provenance(read.reports, read.citings)
    return Provenance(
        id=read.story.id,
        first=shown_earliest(told.first),
        independent=read.found.independent,
        origins=shown_origins(read.found.origins),
        edges=[Edge.model_validate(each) for each in told.edges[:MOST_EDGES]],
        read=read_of(read),
    )


@router.get("/timeline", response_model=Timeline, summary="Show a story hour by hour", responses=documented(NOT_FOUND))
async def get_timeline(
    story_id: Id, query: Annotated[TimelineQuery, Query()], kept: ContextDep, response: Response
) -> Timeline:
    """How many articles and voices reported in each hour or day, when each language began, and which dates the
    articles speak of."""
    read = await kept.portraits.read(story_id, texts=True)
    response.headers["Content-Location"] = f"/v1/stories/{read.story.id}/timeline"
    large = len(read.reports) < read.story.articles
    counts = await kept.store.read(lambda tx: tx.reports.hours(read.story.id)) if large else None
    dates = [each.dates for each in read.told]
    told = timeline(read.reports, origin_of(read.found), query.step, counts, dates)
    return Timeline.model_validate(
        {"id": read.story.id, "step": told.step, "slots": told.slots, "dates": told.dates, "read": read_of(read)}
    )


@router.get(
    "/articles",
    response_model=PageShown[Article],
    summary="List the articles of a story",
    responses=documented(INVALID_CURSOR, NOT_FOUND),
)
async def list_story_articles(
    story_id: Id, query: Annotated[PageQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[ArticleSummary]:
    """All of its articles, the newest first; of a story that was merged into another, those of that one."""
    story = await kept.store.read(lambda tx: tx.stories.get(story_id))
    wanted = Filter(story_id=story.id)
    return await lister.listed(
        query,
        tuple[datetime, str],
        lambda tx, before, most: tx.browse.articles(wanted, before, most),
        place_of_article,
    )
