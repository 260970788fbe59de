"""Leases at hubs (WebSub): asks hubs to push a feed's documents, to go on, and to stop.

    await Leases(store, egress, settings, clock).run(until)

A hub answers by calling back (`service/api/routes/websub.py`); until it does it is asked again, ever less often.
"""

import asyncio
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlencode

import structlog

from consumers.rounds import rounds
from service import telemetry
from service.clock import Clock
from service.egress import Egress, Reply, Unreachable
from service.errors import Invalid
from service.model import HubSubscription, is_guarded
from service.sealing import UNSEALED, Ring, Unopenable
from service.settings import WebsubSettings
from service.store import Store, Transaction
from service.urls import resolve

CALLBACK = "/v1/websub/"
ASKED_AT_ONCE = 20
MOST_REDIRECTS = 3
REDIRECTS = frozenset((301, 302, 307, 308))
MOST_WORDS = 200
"""Characters kept of a hub's refusal."""
FORM = {"content-type": "application/x-www-form-urlencoded"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Leases:
    """Keeps subscriptions alive. Any number may run: each request is one's alone."""

    store: Store
    egress: Egress
    settings: WebsubSettings
    clock: Clock
    ring: Ring = UNSEALED
    """Opens the secrets that hubs sign with."""

    async def run(self, until: asyncio.Event) -> None:
        """Until told to stop; an outage does not end it."""
        idle = self.settings.idle_seconds

        async def once() -> float:
            return 0.0 if await self.once() == ASKED_AT_ONCE else idle

        await rounds(once, until, "hubs", outage_seconds=idle)

    async def once(self) -> int:
        """Ask every hub that is due to be asked; gives how many. Raises `Outage`."""
        now = self.clock()
        await self.store.write(lambda tx: tx.websub.leave_unpolled(now))
        due = await self.store.write(lambda tx: tx.websub.claim_due(now, ASKED_AT_ONCE))
        await asyncio.gather(*map(self._ask, due))
        return len(due)

    async def _ask(self, subscription: HubSubscription) -> None:
        if subscription.forgotten(self.clock()):
            await self.store.write(lambda tx: tx.websub.remove(subscription.id))
            return
        try:
            form = urlencode(request(subscription.opened(self.ring), self.settings)).encode()
            why = refusal(await self._post(subscription.hub, form))
        except Unopenable:
            log.exception("a hub's secret cannot be opened", hub=subscription.hub)
            why = "its secret cannot be opened"
        if why:
            await self.store.write(note_refusal, subscription.id, why)
        telemetry.count("websub", "refused" if why else "asked")
        log.info("hub asked", hub=subscription.hub, topic=subscription.topic, mode=subscription.mode, error=why)

    async def _post(self, hub: str, form: bytes) -> Reply | Unreachable:
        """The hub's answer; it may send us on, but not to where the secret could be read on its way."""
        reply = await self.egress.post(hub, form, FORM, self.settings.request_seconds)
        for _ in range(MOST_REDIRECTS):
            if isinstance(reply, Unreachable) or reply.status not in REDIRECTS:
                break
            onward = _onward(reply)
            if not onward or (is_guarded(hub) and not is_guarded(onward)):
                break
            reply = await self.egress.post(onward, form, FORM, self.settings.request_seconds)
        return reply


def request(subscription: HubSubscription, settings: WebsubSettings) -> dict[str, str]:
    """What the hub is asked (WebSub, section 5.1)."""
    asked = {
        "hub.callback": settings.public_url.rstrip("/") + CALLBACK + subscription.token,
        "hub.mode": subscription.mode,
        "hub.topic": subscription.topic,
        "hub.verify": "async",  # hubs of the time before WebSub want it; others pass over it
    }
    if subscription.ending:
        return asked
    secret = {"hub.secret": subscription.secret} if subscription.secret else {}
    return asked | {"hub.lease_seconds": str(settings.lease_seconds)} | secret


def refusal(reply: Reply | Unreachable) -> str:
    """Why the hub does not do it; "" if it will."""
    if isinstance(reply, Unreachable):
        return reply.why
    if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        return ""
    said = " ".join(reply.body.decode("utf-8", "replace").split())
    return f"the hub answered {reply.status}: {''.join(filter(str.isprintable, said))}"[:MOST_WORDS].rstrip(": ")


def note_refusal(tx: Transaction, subscription_id: str, why: str) -> None:
    """Unless the hub has confirmed it meanwhile."""
    subscription = tx.websub.get(subscription_id)
    if subscription and subscription.mode:
        tx.websub.keep(replace(subscription, error=why))


def _onward(reply: Reply) -> str:
    try:
        return resolve(reply.url, reply.headers.get("location", ""))
    except Invalid:
        return ""
