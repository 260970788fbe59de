"""Announce: tell the hub of bulletins that say something new (WebSub).

Safe to run in any number of processes: who notes first what is told tells it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import structlog

from consumers.rounds import told_within
from service.bulletins import FORMS, Bulletins, address, digest
from service.egress import Egress, Reply
from service.errors import Invalid, Outage
from service.model import Bulletin
from service.sealing import Ring, Unopenable
from service.settings import Settings
from service.store import Store, Transaction

logger = structlog.get_logger(__name__)

FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Announce:
    """`ring` opens the addresses that were sealed for hubs."""

    store: Store
    egress: Egress
    bulletins: Bulletins
    settings: Settings
    ring: Ring

    async def run(self, until: asyncio.Event) -> None:
        """As often as bulletins are read anew."""
        while not await told_within(until, max(1.0, self.settings.bulletins.fresh_seconds)):
            try:
                await self.once()
            except Outage as outage:
                logger.warning("nothing announced", error=str(outage))

    async def once(self) -> None:
        after = ""
        while some := await self.store.read(_for_hubs, after):
            await self._all(some)
            after = some[-1][0].id

    async def _all(self, some: Sequence[tuple[Bulletin, str]]) -> None:
        for bulletin, sealed in some:
            try:
                await self._look(bulletin, self.ring.open(sealed, bulletin.id))
            except (Invalid, Unopenable) as error:
                logger.warning("not announced", bulletin=bulletin.id, error=str(error))

    async def _look(self, bulletin: Bulletin, token: str) -> None:
        told = digest(await self.bulletins.entries(bulletin))
        if told == bulletin.told or not await self.store.write(lambda tx: tx.bulletins.tell(bulletin, told)):
            return
        addresses = [("hub.url", address(self.settings.websub.public_url, token, form)) for form in FORMS]
        body = urlencode([("hub.mode", "publish"), *addresses]).encode()
        own = self.settings
        reply = await self.egress.post(own.bulletins.hub, body, FORM, own.websub.request_seconds)
        if not isinstance(reply, Reply) or reply.status >= 300:
            logger.warning("the hub was not told", bulletin=bulletin.id)
            await self.store.write(lambda tx: tx.bulletins.tell(replace(bulletin, told=told), bulletin.told))


def _for_hubs(tx: Transaction, after: str) -> Sequence[tuple[Bulletin, str]]:
    return tx.bulletins.for_hubs(after)
