"""Articles: list, show, look up by address, push in."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from service.api.deps import ContextDep, Id, ListerDep, found, json_body, parsed
from service.api.pages import Page
from service.api.problems import INVALID, INVALID_CURSOR, NOT_FOUND, QUERY_SYNTAX, documented, with_body
from service.api.schemas import Page as PageShown
from service.api.schemas.articles import (
    Article,
    ArticleAccepted,
    ArticleDetail,
    ArticleGiven,
    ArticleQuery,
    LookupQuery,
)
from service.messages import Hop, RawArticle
from service.model import ArticleSummary, ArticleView
from service.store import Transaction
from service.store.browse import Filter, place_of_article
from service.streams import RAW
from service.urls import article_id, canonical, source_of

router = APIRouter(prefix="/v1/articles", tags=["articles"])

MOST_SEARCHED = 2000


@router.get(
    "",
    response_model=PageShown[Article],
    summary="List articles",
    responses=documented(INVALID_CURSOR, INVALID, QUERY_SYNTAX),
)
async def list_articles(
    query: Annotated[ArticleQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[ArticleSummary]:
    """Articles that pass every filter, the newest first. An article is listed once it is filed in a story."""
    text = parsed(query.q)
    wanted = Filter(
        ids=await kept.store.read(lambda tx: tx.search.articles(text, MOST_SEARCHED)) if text else None,
        language=query.language,
        country=query.country,
        source=query.source,
        story_id=query.story,
        since=query.since,
        until=query.until,
    )
    place = lister.place(query.cursor, tuple[datetime, str])
    most = lister.wanted(query.limit)
    articles = await kept.store.read(lambda tx: tx.browse.articles(wanted, place, most))
    return lister.page(query.limit, articles, place_of_article)


@router.post(
    "",
    status_code=202,
    response_model=ArticleAccepted,
    summary="Push an article in",
    dependencies=[Depends(json_body)],
    responses=with_body(),
)
async def push_article(given: ArticleGiven, kept: ContextDep) -> ArticleAccepted:
    """Hand in an article as if a feed had brought it. Safe to repeat: the same text at the same address is
    noticed. It can be looked up under its id as soon as it is filed, which takes a moment.
    """
    raw = _raw_article(given, kept.clock())
    await kept.broker.append(RAW.name, [RAW.encode(raw)])
    return ArticleAccepted(id=article_id(raw.url), url=raw.url)


@router.get(
    "/lookup",
    response_model=ArticleDetail,
    summary="Look an article up by its address",
    responses=documented(NOT_FOUND),
)
async def lookup_article(query: Annotated[LookupQuery, Query()], kept: ContextDep) -> ArticleDetail:
    """The article published at this address, in whatever form the address is written."""
    url = canonical(query.url)
    view = await kept.store.read(_at, url)
    return ArticleDetail.of(found(view, "article at", url))


@router.get("/{article_id}", response_model=ArticleDetail, summary="Show an article", responses=documented(NOT_FOUND))
async def get_article(article_id: Id, kept: ContextDep) -> ArticleDetail:
    """Everything about one article: its revisions with their journeys, what was found in it, its copies."""
    view = await kept.store.read(lambda tx: tx.browse.article(article_id))
    return ArticleDetail.of(found(view, "article", article_id))


def _at(tx: Transaction, url: str) -> ArticleView | None:
    known = tx.browse.article_at(url)
    return tx.browse.article(known) if known else None


def _raw_article(given: ArticleGiven, now: datetime) -> RawArticle:
    """Raises `Invalid` if the address cannot be an article's."""
    url = canonical(given.url)
    return RawArticle(
        url=url,
        source=given.source or source_of(url),
        seen_at=now,
        title=given.title,
        summary=given.summary,
        content=given.text,
        author=given.author,
        language=given.language or "",
        published_at=given.published_at,
        external_id=given.external_id,
        link=given.url,
        lane=given.lane,
        hops=(Hop(stage="push", at=now, outcome="accepted"),),
    )
