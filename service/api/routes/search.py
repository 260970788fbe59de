"""Search with facets and timelines; profiles and stories of entities."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found, parsed
from service.api.filters import narrowed
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, QUERY_SYNTAX, documented
from service.api.schemas import Page as PageShown
from service.api.schemas import PageQuery, Total
from service.api.schemas.articles import Article
from service.api.schemas.search import PROFILE_FACETS, EntityProfile, Found, ProfileQuery, SearchQuery, Spreading
from service.api.schemas.stories import Story
from service.api.sought import page_of_articles
from service.model import Story as StoredStory
from service.model.entities import EntitySummary
from service.store import Transaction
from service.store.browse import Filter, place_of_story
from service.store.counting import Asked, Spread

router = APIRouter(prefix="/v1")


@router.get(
    "/search",
    tags=["articles"],
    response_model=Found,
    summary="Search articles",
    responses=documented(INVALID_CURSOR, QUERY_SYNTAX),
)
async def search(
    query: Annotated[SearchQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Found:
    """Articles that pass every filter, the newest first, as `/v1/articles` lists them; and how all of them are spread
    over sources, languages, countries, people, organisations, your topics, and over time."""
    text = await parsed(query.q, kept)
    wanted = await narrowed(query, kept)
    page = await page_of_articles(lister, query, wanted, text)
    spread = None
    if query.facet or query.timeline:
        if text is not None:
            wanted = replace(wanted, ids=await kept.store.read(lambda tx: tx.search.articles(text)))
        asked = Asked(tuple(dict.fromkeys(query.facet)), query.values, query.timeline, caller.account_id)
        spread = await kept.store.read(lambda tx: tx.counting.spread(wanted, asked))
    return Found(
        items=[Article.model_validate(each) for each in page.items],
        next_cursor=page.next_cursor,
        total=Total.model_validate(page.total) if page.total else None,
        spread=Spreading.model_validate(spread) if spread else None,
    )


@router.get(
    "/entities/{entity_id}/profile",
    tags=["entities"],
    response_model=EntityProfile,
    summary="Show who and what an entity is in the news with",
    responses=documented(NOT_FOUND),
)
async def get_profile(
    entity_id: Id, query: Annotated[ProfileQuery, Query()], caller: CallerDep, kept: ContextDep, response: Response
) -> EntityProfile:
    """Where and when it is named, and with whom: its newest 5,000 articles, counted. Itself is not among them."""
    asked = Asked(PROFILE_FACETS, query.values + 1, query.timeline, caller.account_id)
    wanted = Filter(entity=entity_id, since=query.since, until=query.until)
    summary, spread = await kept.store.read(_profile, wanted, asked)
    response.headers["Content-Location"] = f"/v1/entities/{summary.id}/profile"
    shown = Spreading.model_validate(spread)
    facets = {name: [each for each in values if each.value != summary.id] for name, values in shown.facets.items()}
    shown.facets = {name: values[: query.values] for name, values in facets.items()}
    return EntityProfile(id=summary.id, name=summary.name, spread=shown)


@router.get(
    "/entities/{entity_id}/stories",
    tags=["entities"],
    response_model=PageShown[Story],
    summary="List the stories of an entity",
    responses=documented(NOT_FOUND, INVALID_CURSOR),
)
async def list_entity_stories(
    entity_id: Id, query: Annotated[PageQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[StoredStory]:
    """Stories with an article that names it, those with the newest article first."""
    wanted = Filter(entity=(await kept.store.read(_entity, entity_id)).id)
    return await lister.listed(
        query,
        tuple[datetime, str],
        lambda tx, before, most: tx.browse.stories(wanted, "newest", before, most),
        place_of_story("newest"),
    )


def _profile(tx: Transaction, wanted: Filter, asked: Asked) -> tuple[EntitySummary, Spread]:
    """Raises `NotFound`."""
    summary = _entity(tx, wanted.entity or "")
    return summary, tx.counting.spread(Filter(entity=summary.id, since=wanted.since, until=wanted.until), asked)


def _entity(tx: Transaction, entity_id: str) -> EntitySummary:
    """Raises `NotFound`."""
    return found(tx.entities.get(entity_id), "entity", entity_id).summary
