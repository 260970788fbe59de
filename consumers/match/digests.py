"""Digests: what was held back for a subscription is told as one notice, when its time has come.

held back, due -> notices and deliveries (rows, in one transaction for each subscription)

A time that passed while nobody was running is made up for once: everything that is due goes into one notice. Any
number of processes may run; what one has taken is nobody else's, and if it fails all of it is held again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consumers.match.fitting import Cut, fitted
from consumers.match.payload import topic_told
from consumers.match.storied import iso
from consumers.rounds import rounds
from service.clock import Clock
from service.model import Notice, Subscription, Topic, notice_id
from service.store import Store, Transaction

IDLE_SECONDS = 5.0
MOST_TOLD = 60
"""Notices that are told one by one; of more, how many they are."""


@dataclass(frozen=True)
class Digests:
    """Use `run`, or `once` for what is due now."""

    store: Store
    clock: Clock

    async def run(self, until: asyncio.Event) -> None:
        async def once() -> float:
            return 0.0 if await self.once() else IDLE_SECONDS

        await rounds(once, until, "digests")

    async def once(self) -> int:
        """Tell what is due; gives how many subscriptions were told. Raises `Outage`."""
        now = self.clock()
        due = await self.store.read(lambda tx: tx.held.due(now))
        return sum([await self.store.write(flush, each, now) for each in due])


def flush(tx: Transaction, subscription_id: str, now: datetime) -> bool:
    """Tell a subscription of all that is due. Whether there was anything to tell, and somebody to tell it to."""
    taken = tx.held.take(subscription_id, now)
    subscription = tx.subscriptions.get(subscription_id, None)
    notices = tx.notices.of([each.notice_id for each in taken])
    if not notices or subscription is None:
        return False
    topic = tx.topics.get(subscription.topic_id, None) or Topic(subscription.topic_id, "", "")
    said = fitted(lambda cut: _payload(subscription, topic, notices, now, cut))
    id = notice_id("digest", subscription.id, *(each.id for each in notices))
    told = Notice(
        id, "digest", subscription.id, now, said, account_id=subscription.account_id, topic_id=subscription.topic_id
    )
    return bool(tx.notices.tell_to([told], {id: [subscription.endpoint_id]}, now))


def _payload(
    subscription: Subscription, topic: Topic, notices: Sequence[Notice], now: datetime, cut: Cut
) -> dict[str, Any]:
    """The notices in the order in which they became known, as short as may be: each is whole under its id."""
    shown = cut.some("told", notices, most=MOST_TOLD)
    return {
        "subscription_id": subscription.id,
        "topic": topic_told(topic, cut),
        "period": {"since": iso(notices[0].at), "until": iso(now)},
        "count": len(notices),
        "told": [_told(each, cut) for each in shown],
    }


def _told(notice: Notice, cut: Cut) -> dict[str, Any]:
    said = notice.payload
    story, article = said.get("story") or {}, said.get("article")
    return {
        "id": notice.id,
        "type": notice.kind,
        "at": iso(notice.at),
        "story": {
            "id": story.get("id", ""),
            "title": cut.text(story.get("title", "")),
            "languages": list(cut.some("languages", story.get("languages", ()))),
            "sources": story.get("sources", 0),
            "independent": story.get("independent", 0),
        },
        "article": _article(article, cut) if article else None,
        "why": list(cut.some("why", dict.fromkeys(cut.text(each) for each in _why(said)))),
    }


def _article(article: dict[str, Any], cut: Cut) -> dict[str, Any]:
    return {
        "id": article["id"],
        "title": cut.text(article["title"]),
        "url": cut.address(article["url"]),
        "source": cut.text(article["source"]),
    }


def _why(said: dict[str, Any]) -> list[str]:
    """The words that did it; or what is new."""
    passed = [f"{each['measure']}: {each['was']} → {each['now']}" for each in said.get("passed", ())]
    facts = list((said.get("change") or {}).get("facts", ()))
    into = [said["merged"]["into"]] if said.get("merged") else []
    return [each["text"] for each in said.get("reasons", ())] + passed + facts + into
