"""Extraction: how well the pages of each source are read."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ContextDep, ListerDep
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.extraction import Extraction, ExtractionQuery
from service.model.extraction import SourceExtraction
from service.store import Transaction

router = APIRouter(prefix="/v1/extraction", tags=["sources"])


@router.get(
    "",
    response_model=PageShown[Extraction],
    summary="List how pages are read, by source",
    responses=documented(INVALID_CURSOR),
)
async def list_extraction(
    query: Annotated[ExtractionQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[Extraction]:
    """Sources whose pages were asked for, by name: how many were read, what they lacked, and whether that is worse
    than it was.
    """
    page = await lister.listed(
        query, str, lambda tx, after, most: _wanted(tx, query, after or "", most), lambda each: each.source
    )
    return page.showing(Extraction.of)


def _wanted(tx: Transaction, query: ExtractionQuery, after: str, most: int) -> list[SourceExtraction]:
    if query.source is None:
        return tx.pages.extractions(query.status, after, most)
    one = tx.pages.extraction(query.source)
    return [one] if one and query.status in (None, one.judgement.status) else []
