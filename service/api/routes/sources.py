"""Sources: who publishes, and what comes from them."""

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query

from service.api.deps import ContextDep, ListerDep
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.articles import Article
from service.api.schemas.extraction import Extraction
from service.api.schemas.feeds import Feed
from service.api.schemas.sources import SourceDetail, SourceQuery, SourceShown, shown
from service.errors import NotFound
from service.model.sources import source_named, wanted
from service.sources import Source, Sources
from service.store import Transaction
from service.store.browse import Filter

router = APIRouter(prefix="/v1/sources", tags=["sources"])

MOST_FEEDS = 200
Domain = Annotated[
    str,
    Path(
        pattern=r"^[^\x00-\x1f]{1,255}$",
        description="Any of its domains, or the name it goes by.",
        examples=["harbour-gazette.example"],
    ),
]


@router.get("", response_model=PageShown[SourceShown], summary="List sources", responses=documented(INVALID_CURSOR))
async def list_sources(
    query: Annotated[SourceQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[SourceShown]:
    """Sources that there are articles or feeds of, by domain, with what is known of them and what comes from them."""
    names = await kept.store.read(lambda tx: tx.sources.names())
    known = [each.domain for each in kept.sources] if query.all else []
    found = await asyncio.to_thread(wanted, kept.sources, (*names, *known), query.filter())
    page = await lister.listed(
        query,
        str,
        lambda tx, after, most: [each for each in found if each.domain > (after or "")][:most],
        lambda each: each.domain,
    )
    views = await kept.store.read(lambda tx: tx.sources.views(page.items, kept.clock()))
    return Page([SourceShown.of(view) for view in views], page.next_cursor, page.total)


@router.get("/{domain}", response_model=SourceDetail, summary="Show a source", responses=documented(NOT_FOUND))
async def get_source(domain: Domain, kept: ContextDep) -> SourceDetail:
    """What is known of a source, its feeds and how they do, what comes from it, and how well its pages are read."""
    return await kept.store.read(detail, domain, kept.sources, kept.clock())


def detail(tx: Transaction, domain: str, sources: Sources, now: datetime) -> SourceDetail:
    """Raises `NotFound` for one that is neither in the table nor was heard of."""
    source = source_named(sources, domain)
    (view,) = tx.sources.views([source], now)
    if not view.is_heard_of and not sources.knows(domain):
        raise NotFound(f"There is no source {domain}.")
    extraction = tx.pages.extraction(source.domain)
    return SourceDetail.model_validate(
        shown(view)
        | {
            "same_house": [each.domain for each in sources.house_of(source.domain)],
            "polled": [Feed.model_validate(feed) for feed in tx.sources.feeds(source, MOST_FEEDS)],
            "last_article": _last_article(tx, source),
            "extraction": Extraction.of(extraction) if extraction else None,
        }
    )


def _last_article(tx: Transaction, source: Source) -> Article | None:
    newest = [each for name in source.domains for each in tx.browse.articles(Filter(source=name), None, 1)]
    return Article.model_validate(max(newest, key=lambda each: each.at)) if newest else None
