"""Nothing falls through: for every stage, what came against what became of it.

In go the store, the broker and which stage reads what; out comes a `Balance` for each stage.
"""

from collections.abc import Mapping

from service.broker import Broker
from service.model import Balance, balance
from service.store import Store


async def reconcile(store: Store, broker: Broker, reads: Mapping[str, str]) -> list[Balance]:
    """`reads` says which stream each stage reads. Raises `Outage`.

    What was counted is read first, so that what comes meanwhile is in flight and not missing.
    """
    totals = await store.read(lambda tx: {stage: tx.tallies.standing(stage, stream) for stage, stream in reads.items()})
    return [
        balance(stage, stream, *totals[stage], (await broker.lag(stream, stage)).partitions)
        for stage, stream in reads.items()
    ]
