"""Revisions of an article: list them, and compare them."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.responses import HTMLResponse

from service.api.deps import ContextDep, Id, ListerDep
from service.api.diff_page import diff_page
from service.api.pages import Page
from service.api.paper import HEADERS
from service.api.problems import INVALID, INVALID_CURSOR, NOT_FOUND, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.revisions import Diff, DiffQuery, RevisionListed, RevisionQuery
from service.errors import Invalid, NotFound
from service.messages import EnrichedArticle
from service.model import RevisionView
from service.model.differences import Compared, compare, compare_two
from service.store import Transaction

router = APIRouter(prefix="/v1/articles", tags=["articles"])

Number = Annotated[int, Path(ge=0, le=1_000_000, description="Of the revision.", examples=[1])]
EARLIER = 8
"""Revisions looked through for the one that a revision was compared with."""
AS_PAGE = {"description": "The difference", "content": {"text/html": {"schema": {"type": "string"}}}}


@router.get(
    "/{article_id}/revisions",
    response_model=PageShown[RevisionListed],
    summary="List an article's revisions",
    responses=documented(NOT_FOUND, INVALID_CURSOR),
)
async def list_revisions(
    article_id: Id, query: Annotated[RevisionQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[RevisionView]:
    """What became of an article, the first text first: of each revision its type, the classes of what changed, and
    what that is."""
    filed_under = await kept.store.read(_known, article_id)
    page = await lister.listed(query, int, partial(_revisions, article_id=filed_under), lambda view: view.number)
    if not page.items and query.cursor is None:
        raise NotFound(f"There is no article {article_id}.")
    return page


@router.get(
    "/{article_id}/revisions/{number}/diff",
    response_model=Diff,
    summary="Compare a revision with an earlier one",
    responses=documented(NOT_FOUND, INVALID) | {200: AS_PAGE},
)
async def diff_revision(
    article_id: Id, number: Number, query: Annotated[DiffQuery, Query()], kept: ContextDep, request: Request
) -> Response | Diff:
    """Where two revisions differ, word by word; as a page for people to whoever accepts `text/html`."""
    later, earlier = await kept.store.read(_texts, article_id, number, query.from_)
    compared = await asyncio.to_thread(_compared, later, earlier, query.from_)
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(diff_page(compared), headers=HEADERS)
    return Diff.of(later.article.article_id, compared)


def _compared(later: EnrichedArticle, earlier: Sequence[EnrichedArticle], chosen: int | None) -> Compared:
    return compare(later, earlier) if chosen is None else compare_two(later, earlier[-1])


def _revisions(tx: Transaction, after: int | None, most: int, article_id: str) -> list[RevisionView]:
    filed = tx.articles.revisions(article_id, -1 if after is None else after, most)
    return [RevisionView.of(each) for each in filed]


def _texts(
    tx: Transaction, article_id: str, number: int, chosen: int | None
) -> tuple[EnrichedArticle, list[EnrichedArticle]]:
    """The revision, and those it may be compared with, the latest last."""
    known = _known(tx, article_id)
    numbers = range(max(0, number - EARLIER), number) if chosen is None else [chosen]
    filed = tx.articles.stored([(known, each) for each in (*numbers, number)])
    if (known, number) not in filed:
        raise NotFound(f"There is no revision {number} of an article {article_id}.")
    if chosen is not None and (chosen >= number or (known, chosen) not in filed):
        raise Invalid(f"revision {number} can be compared with an earlier one only", "?/from")
    earlier = [filed[known, each].enriched for each in numbers if (known, each) in filed]
    if not earlier:
        raise Invalid(f"nothing stands before revision {number}", "?/from")
    return filed[known, number].enriched, earlier


def _known(tx: Transaction, article_id: str) -> str:
    """The id under which it is filed, where this is one that follows from another of its addresses."""
    return tx.identities.behind([article_id]).get(article_id, article_id)
