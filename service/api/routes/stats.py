"""Numbers about everything: does it add up?"""

from fastapi import APIRouter

from service.api.deps import ContextDep
from service.api.schemas.stats import Reconciliation
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
