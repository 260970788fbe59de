"""Stories: list and show."""

import asyncio
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from service.api.deps import ContextDep, Id, ListerDep, parsed
from service.api.filters import narrowed
from service.api.following import Follower, follows
from service.api.pages import Page
from service.api.paper import HEADERS
from service.api.problems import INVALID, INVALID_CURSOR, NOT_FOUND, QUERY_SYNTAX, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.lineage import AsOfQuery, StoryAsOf
from service.api.schemas.stories import Story, StoryDetail, StoryQuery
from service.api.sought import page_of_stories
from service.api.story_page import story_page
from service.model import Story as StoredStory

router = APIRouter(prefix="/v1/stories", tags=["stories"])

AS_PAGE = {"description": "The story", "content": {"text/html": {"schema": {"type": "string"}}}}


@router.get(
    "",
    response_model=PageShown[Story],
    summary="List stories",
    responses=documented(INVALID_CURSOR, INVALID, QUERY_SYNTAX),
)
async def list_stories(query: Annotated[StoryQuery, Query()], kept: ContextDep, lister: ListerDep) -> Page[StoredStory]:
    """Stories that pass every filter. A story that grows while you page moves towards the front.

    In the order `changed` the list can be followed: each page has a `next_cursor`, the last one too, and asking with it
    again shows what grew or was merged meanwhile. No change is ever missed.
    """
    follows(query)
    text = await parsed(query.q, kept)
    wanted = replace(await narrowed(query, kept), independent=query.independent)
    if query.order == "changed":
        return await Follower(lister, query).stories(wanted)
    return await page_of_stories(lister, query, wanted, text, query.order)


@router.get(
    "/{story_id}",
    response_model=StoryDetail | StoryAsOf,
    summary="Show a story",
    responses=documented(NOT_FOUND) | {200: AS_PAGE},
)
async def get_story(
    story_id: Id, query: Annotated[AsOfQuery, Query()], kept: ContextDep, request: Request, response: Response
) -> StoryDetail | StoryAsOf | Response:
    """What a story says and on whose word, with its newest articles by language; as a page for people to whoever
    accepts `text/html`.

    Of a story of thousands of articles a part is read, and `read` says how much.

    Stories that turn out to be one are merged. Every id ever told stays good: asked for a story that was
    merged into another, this answers with that other one, names it in `Content-Location`, and lists the old
    id under `merged_from`.

    With `as_of` it is shown as it stood at that time, from what had been put together by then: its title, its counts
    and its articles. An id that was merged into another later shows itself.
    """
    if at := query.as_of:
        then = await kept.store.read(lambda tx: tx.history.story(story_id, at))
        response.headers["Content-Location"] = f"/v1/stories/{then.story.id}?{urlencode({'as_of': at.isoformat()})}"
        return StoryAsOf.of(then, at)
    told = await kept.portraits.of(story_id, kept.clock())
    location = {"Content-Location": f"/v1/stories/{told.story.id}"}
    if "text/html" in request.headers.get("accept", ""):
        read = await kept.portraits.read(told.story.id, texts=False)
        return HTMLResponse(await asyncio.to_thread(story_page, told, read), headers=HEADERS | location)
    shown = StoryDetail.of(told).model_dump_json()  # not left to FastAPI, which would look at every field once more
    return Response(shown, headers=location, media_type="application/json")
