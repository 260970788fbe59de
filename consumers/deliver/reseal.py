"""Seals anew what is kept sealed: keys and addresses of endpoints, and what hubs know. Those that were kept before
there was a ring, or are sealed with a key that is not the newest.

In goes the ring; what is in the store comes to be sealed with its newest key, so that older keys can be taken away.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import structlog

from service.endpoint_addresses import resealed_address
from service.endpoint_keys import resealed
from service.sealing import Ring, Unopenable
from service.store import Store, Transaction

logger = structlog.get_logger(__name__)

PORTION = 100
T = TypeVar("T")


async def reseal(store: Store, ring: Ring) -> int:
    """Once through everything; gives how many were sealed anew. Raises `Outage`."""
    number = await store.write(_managed, ring)
    for portion in (_endpoints, _hubs):
        after, some = await store.write(portion, ring, "")
        number += some
        while after:
            after, some = await store.write(portion, ring, after)
            number += some
    return number


def _endpoints(tx: Transaction, ring: Ring, after: str) -> tuple[str, int]:
    """The last id seen, "" at the end; and how many were sealed anew."""
    listed, number = [each.id for each in tx.endpoints.list(None, after, PORTION)], 0
    for id in listed:
        endpoint = tx.endpoints.get(id, None, alone=True)
        anew = endpoint and _anew(lambda each: resealed(each, ring), endpoint, endpoint.id)
        if anew and anew != endpoint:
            tx.endpoints.update(anew)
            number += 1
    return _last(listed), number


def _hubs(tx: Transaction, ring: Ring, after: str) -> tuple[str, int]:
    """As `_endpoints`."""
    listed, number = tx.websub.list(after, PORTION), 0
    for each in listed:
        if each.is_stale(ring) and (anew := _anew(lambda one: one.sealed(ring), each, each.id)) != each:
            tx.websub.keep(anew)
            number += 1
    return _last([each.id for each in listed]), number


def _managed(tx: Transaction, ring: Ring) -> int:
    """Addresses of endpoints as files said them; gives how many were sealed anew."""
    number = 0
    for each in tx.managed.endpoints():
        url = each.applied["url"]
        anew = _anew(partial(resealed_address, owner=each.id, ring=ring), url, each.id)
        if anew != url:
            tx.managed.put([replace(each, applied=each.applied | {"url": anew})])
            number += 1
    return number


def _anew(seal: Callable[[T], T], kept: T, owner: str) -> T:
    """Itself if it cannot be opened."""
    try:
        return seal(kept)
    except Unopenable as error:
        logger.error("cannot open what is sealed", owner=owner, why=str(error))
        return kept


def _last(listed: list[str]) -> str:
    return listed[-1] if len(listed) == PORTION else ""
