"""Articles: list, show, look up."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ContextDep, Id, ListerDep, found, parsed
from service.api.filters import narrowed
from service.api.following import Follower, follows
from service.api.pages import Page
from service.api.problems import INVALID, INVALID_CURSOR, NOT_FOUND, QUERY_SYNTAX, documented
from service.api.pushing import EXTERNAL
from service.api.schemas import Page as PageShown
from service.api.schemas.articles import Article, ArticleDetail, ArticleQuery, LookupQuery
from service.api.sought import page_of_articles
from service.errors import Invalid
from service.model import ArticleSummary, ArticleView
from service.store import Transaction
from service.urls import article_id as id_at
from service.urls import canonical

router = APIRouter(prefix="/v1/articles", tags=["articles"])


@router.get(
    "",
    response_model=PageShown[Article],
    summary="List articles",
    responses=documented(INVALID_CURSOR, INVALID, QUERY_SYNTAX),
)
async def list_articles(
    query: Annotated[ArticleQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[ArticleSummary]:
    """Articles that pass every filter, the newest first. An article is listed once it is filed in a story.

    In the order `changed` the list can be followed: each page has a `next_cursor`, the last one too, and asking
    with it again shows what came in, was edited, moved or deleted meanwhile. No change is ever missed.
    """
    follows_changes = follows(query)
    text = await parsed(query.q, kept)
    wanted = replace(await narrowed(query, kept), story_id=query.story)
    if follows_changes:
        return await Follower(lister, query).articles(wanted)
    return await page_of_articles(lister, query, wanted, text)


@router.get(
    "/lookup",
    response_model=ArticleDetail,
    summary="Look an article up",
    responses=documented(NOT_FOUND),
)
async def lookup_article(query: Annotated[LookupQuery, Query()], kept: ContextDep) -> ArticleDetail:
    """The article published at this address, in whatever form the address is written; or the one that its
    source knows by this `external_id`.
    """
    if query.url:
        url = query.url if EXTERNAL in query.url else canonical(query.url)
        return ArticleDetail.of(found(await kept.store.read(_at, url), "article at", url))
    if not query.source or not query.external_id:
        raise Invalid("give the article's url, or both source and external_id", "?/url")
    view = await kept.store.read(_named, kept.sources.known_as(query.source), query.external_id)
    return ArticleDetail.of(found(view, f"article of {query.source} known there as", query.external_id))


@router.get("/{article_id}", response_model=ArticleDetail, summary="Show an article", responses=documented(NOT_FOUND))
async def get_article(article_id: Id, kept: ContextDep) -> ArticleDetail:
    """Everything about one article: its revisions with their journeys, what was found in it, its copies."""
    view = await kept.store.read(lambda tx: tx.browse.article(article_id))
    return ArticleDetail.of(found(view, "article", article_id))


def _at(tx: Transaction, url: str) -> ArticleView | None:
    known = tx.browse.article_at(url) or tx.identities.behind([id_at(url)]).get(id_at(url))
    return tx.browse.article(known) if known else None


def _named(tx: Transaction, source: str, external_id: str) -> ArticleView | None:
    known = tx.identities.known([(source, external_id)]).get((source, external_id))
    return tx.browse.article(known) if known else None
