"""Numbers about everything: does it add up, and how much was it?"""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ContextDep
from service.api.schemas.stats import DaysQuery, DaysShown, Reconciliation
from service.reconciliation import reconcile

router = APIRouter(prefix="/v1/stats", tags=["health"])


@router.get("/reconciliation", response_model=Reconciliation, summary="Does everything add up?")
async def reconciliation(kept: ContextDep) -> Reconciliation:
    """For every stage, what came against what became of it: nothing may go without an outcome.

    Counts are kept for ever and survive restarts; what is delivered again after a crash counts once.
    """
    reads = {stage.name: stage.stream for stage in kept.health().stages if stage.stream}
    balances = await reconcile(kept.store, kept.broker, reads)
    entries = await kept.store.read(lambda tx: tx.tallies.totals().get("poll", {}))
    return Reconciliation.of(entries, balances)


@router.get("/days", response_model=DaysShown, summary="Show what became of records, day by day")
async def list_days(query: Annotated[DaysQuery, Query()], kept: ContextDep) -> DaysShown:
    """Of each of the last days (UTC), at each stage: how many records came to which outcome. The latest day first."""
    since = kept.clock() - timedelta(days=query.days - 1)
    return DaysShown.of(await kept.store.read(lambda tx: tx.tallies.days(since)))
