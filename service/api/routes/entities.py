"""Entities: find, show, list what names them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.deps import ContextDep, Id, ListerDep, found
from service.api.pages import Page
from service.api.problems import INVALID, INVALID_CURSOR, NOT_FOUND, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.articles import Article
from service.api.schemas.entities import Entities, EntityArticleQuery, EntityDetail, EntityQuery
from service.api.schemas.entities import Entity as EntityShown
from service.model import ArticleSummary
from service.store.browse import Filter, place_of_article

router = APIRouter(prefix="/v1/entities", tags=["entities"])


@router.get("", response_model=Entities, summary="Find people and organisations", responses=documented(INVALID))
async def find_entities(query: Annotated[EntityQuery, Query()], kept: ContextDep) -> Entities:
    """Those with a name whose words begin so, in whatever script you or the articles write it; for suggestions as one
    types. The most named first."""
    rows = await kept.store.read(lambda tx: tx.entities.find(query.q, query.kind, query.limit))
    return Entities(items=[EntityShown.model_validate(row) for row in rows])


@router.get("/{entity_id}", response_model=EntityDetail, summary="Show an entity", responses=documented(NOT_FOUND))
async def get_entity(entity_id: Id, kept: ContextDep, response: Response) -> EntityDetail:
    """How articles write and call it. Two ids may turn out to be of one entity: each answers with it, and
    `Content-Location` names the id it goes by."""
    view = found(await kept.store.read(lambda tx: tx.entities.get(entity_id)), "entity", entity_id)
    response.headers["Content-Location"] = f"/v1/entities/{view.summary.id}"
    return EntityDetail.of(view)


@router.get(
    "/{entity_id}/articles",
    response_model=PageShown[Article],
    summary="List what names an entity",
    responses=documented(NOT_FOUND, INVALID_CURSOR),
)
async def list_entity_articles(
    entity_id: Id, query: Annotated[EntityArticleQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[ArticleSummary]:
    """The articles whose current text names it, the newest first."""
    view = found(await kept.store.read(lambda tx: tx.entities.get(entity_id)), "entity", entity_id)
    wanted = Filter(entity=view.summary.id)
    return await lister.listed(
        query,
        tuple[datetime, str],
        lambda tx, before, most: tx.browse.articles(wanted, before, most),
        place_of_article,
    )
