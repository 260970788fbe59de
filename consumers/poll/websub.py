"""WebSub, as far as a poll has to do with it: which hub a feed names, and how often a feed is polled that is pushed.

In: what polls brought; out: the feeds' next state, and subscriptions to be asked for (`consumers/poll/leases.py`
asks). Off unless `websub.public_url` is set.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from consumers.poll.fetch import Fetched
from consumers.poll.hubs import offer, speaks_of_hubs
from consumers.poll.parse import text_of
from consumers.poll.survey import Unreadable
from service.model import Feed, HubSubscription, Offer
from service.sealing import UNSEALED, Ring
from service.settings import WebsubSettings
from service.store import Transaction


@dataclass(frozen=True, slots=True)
class Polled:
    """A poll that is over."""

    feed: Feed
    """As it shall be from now on."""
    offered: Offer | None
    """What the document says of its hubs; None also where there was no new document."""
    fresh: bool
    """It brought something that was neither polled nor pushed before."""


@dataclass(frozen=True)
class Hubs:
    """What polls mean for hubs, and the other way round."""

    settings: WebsubSettings
    ring: Ring = UNSEALED
    """Seals the secrets that hubs sign with."""

    async def offered(self, found: object) -> Offer | None:
        """What was fetched says of its hubs."""
        if not self.settings.public_url or not isinstance(found, Fetched):
            return None
        return await asyncio.to_thread(offered_by, found)

    def heed(self, tx: Transaction, polled: Sequence[Polled], now: datetime) -> list[Feed]:
        """The feeds, in order; those whose news is pushed are polled more rarely."""
        if not self.settings.public_url:
            return [each.feed for each in polled]
        return list(self._heeded(tx, polled, now))

    def _heeded(self, tx: Transaction, polled: Sequence[Polled], now: datetime) -> Iterator[Feed]:
        known = tx.websub.of_feeds([each.feed.id for each in polled])
        for each in polled:
            subscription = self._note(tx, known.get(each.feed.id), each, now)
            yield rarer(each.feed, subscription, now, self.settings) if subscription else each.feed

    def _note(
        self, tx: Transaction, known: HubSubscription | None, polled: Polled, now: datetime
    ) -> HubSubscription | None:
        """Subscribe where a feed offers it; leave a hub, or an address, that it names no more. Gives the feed's."""
        offered = None if polled.feed.failures else polled.offered
        if known and offered and (known.hub not in offered.hubs or known.topic != offered.topic):
            tx.websub.keep(known.leaving(now))
            known = None
        if known is None and offered:
            made = HubSubscription.new(polled.feed.id, offered.hubs[0], offered.topic, self.settings.public_url, now)
            tx.websub.add(made.sealed(self.ring))
            return made
        if known and polled.fresh and known.live(now):
            known = replace(known, missed_at=now)
            tx.websub.keep(known)
        return known


OFF = Hubs(WebsubSettings())
"""No hub is ever asked."""


def offered_by(found: Fetched) -> Offer | None:
    """Of a document that was fetched, whether it can be read or not."""
    try:
        text = text_of(found.body, found.content_type) if speaks_of_hubs(found.body) else ""
    except Unreadable:
        text = ""
    return offer(found.link, text, found.url)


def rarer(feed: Feed, subscription: HubSubscription, now: datetime, settings: WebsubSettings) -> Feed:
    """Polled only now and then while its news is pushed, and for certain when the lease ends."""
    if feed.failures or not feed.next_poll_at or not subscription.trusted(now) or not subscription.lease_until:
        return feed
    rarely = min(now + timedelta(seconds=settings.poll_seconds), subscription.lease_until)
    return replace(feed, next_poll_at=max(feed.next_poll_at, rarely))
