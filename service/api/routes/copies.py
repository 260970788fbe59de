"""What belongs to one article: its copies, and what is said in it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ContextDep, Id, ListerDep, found
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, documented
from service.api.schemas import Page as PageShown
from service.api.schemas import PageQuery
from service.api.schemas.articles import Article
from service.api.schemas.found import Quote
from service.messages import Quote as StoredQuote
from service.model import ArticleSummary
from service.store.browse import place_of_article

router = APIRouter(prefix="/v1/articles/{article_id}", tags=["articles"])
RESPONSES = documented(NOT_FOUND, INVALID_CURSOR)


@router.get("/copies", response_model=PageShown[Article], summary="List the copies of an article", responses=RESPONSES)
async def list_copies(
    article_id: Id, query: Annotated[PageQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[ArticleSummary]:
    """Near-identical texts at other addresses, the earliest first."""
    view = found(await kept.store.read(lambda tx: tx.browse.article(article_id)), "article", article_id)
    return await lister.listed(
        query,
        tuple[datetime, str],
        lambda tx, after, most: tx.browse.copies(view.summary.id, after, most),
        place_of_article,
    )


@router.get("/quotes", response_model=PageShown[Quote], summary="List the quotes of an article", responses=RESPONSES)
async def list_article_quotes(
    article_id: Id, query: Annotated[PageQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[StoredQuote]:
    """What is said in its latest text, in its order, with where it stands; for all articles list `/v1/quotes`."""
    view = found(await kept.store.read(lambda tx: tx.browse.article(article_id)), "article", article_id)
    numbered = list(enumerate(view.quotes, 1))
    page = await lister.listed(query, int, lambda tx, after, most: numbered[after or 0 :][:most], lambda each: each[0])
    return page.showing(lambda each: each[1])
