"""Seals the secrets of endpoints anew: those kept before there was a ring, or sealed with a key that is not the newest.

In goes the ring; what is in the store comes to be sealed with its newest key, so that older keys can be taken away.
"""

import structlog

from service.endpoint_keys import resealed
from service.sealing import Ring, Unopenable
from service.store import Store, Transaction

logger = structlog.get_logger(__name__)

PORTION = 100


async def reseal(store: Store, ring: Ring) -> int:
    """Once through all endpoints; gives how many were sealed anew. Raises `Outage`."""
    after, number = "", 0
    while True:
        after, some = await store.write(_portion, ring, after)
        number += some
        if not after:
            return number


def _portion(tx: Transaction, ring: Ring, after: str) -> tuple[str, int]:
    """The last id seen, "" at the end; and how many were sealed anew."""
    listed, number = tx.endpoints.list(None, after, PORTION), 0
    for each in listed:
        endpoint = tx.endpoints.get(each.id, None, alone=True)
        try:
            anew = resealed(endpoint, ring) if endpoint else None
        except Unopenable as error:
            logger.error("cannot open the secret of an endpoint", endpoint=each.id, why=str(error))
            continue
        if anew and anew != endpoint:
            tx.endpoints.update(anew)
            number += 1
    return (listed[-1].id if len(listed) == PORTION else ""), number
