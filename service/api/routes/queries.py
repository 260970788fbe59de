"""Queries: explain."""

import asyncio

from fastapi import APIRouter, Depends

from service.api.deps import ContextDep, json_body
from service.api.problems import QUERY_SYNTAX, with_body
from service.api.schemas.queries import QueryExplained, QueryGiven

router = APIRouter(prefix="/v1/queries:explain", tags=["topics"])


@router.post(
    "",
    response_model=QueryExplained,
    summary="Explain a query",
    dependencies=[Depends(json_body)],
    responses=with_body(QUERY_SYNTAX),
)
async def explain_query(given: QueryGiven, kept: ContextDep) -> QueryExplained:
    """Whether a query can be read, how each of its words is understood, and what would say it better.

    Nothing is kept.
    """
    return QueryExplained.of(await asyncio.to_thread(kept.reading.read, given.query))
