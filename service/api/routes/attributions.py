"""Quotes and citations: list."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ContextDep, ListerDep
from service.api.pages import Page
from service.api.problems import INVALID, INVALID_CURSOR, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.attributions import CitationQuery, OutletCitation, QuoteQuery, SpokenQuote
from service.model.attributions import CitationSummary, QuoteSummary
from service.store.attributions import Wanted, place_of_citation, place_of_quote

router = APIRouter(prefix="/v1", tags=["attributions"])
RESPONSES = documented(INVALID, INVALID_CURSOR)


@router.get("/quotes", response_model=PageShown[SpokenQuote], summary="List quotes", responses=RESPONSES)
async def list_quotes(query: Annotated[QuoteQuery, Query()], kept: ContextDep, lister: ListerDep) -> Page[QuoteSummary]:
    """What was said, and by whom, in the current texts of articles; those of the newest articles first."""
    wanted = Wanted(query.speaker, query.q)
    return await lister.listed(
        query,
        tuple[datetime, str, int],
        lambda tx, before, most: tx.attributions.quotes(wanted, before, most),
        place_of_quote,
    )


@router.get("/citations", response_model=PageShown[OutletCitation], summary="List citations", responses=RESPONSES)
async def list_citations(
    query: Annotated[CitationQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[CitationSummary]:
    """Which articles lean on which outlets, the newest first: each article once for each outlet."""
    return await lister.listed(
        query,
        tuple[datetime, str, str],
        lambda tx, before, most: tx.attributions.citations(query.cited, query.source, before, most),
        place_of_citation,
    )
