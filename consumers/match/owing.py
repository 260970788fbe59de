"""To whom notices go, and when: at once, or with the next digest of a subscription. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from service.errors import Invalid
from service.model import Subscription
from service.store.held import Holding
from service.timing import tell_at

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Owed:
    """Who is to hear of which notices, and when."""

    at_once: Mapping[str, Sequence[str]]
    """Endpoints by notice."""
    later: Sequence[Holding]


def owed(to: Mapping[str, Iterable[Subscription]], now: datetime) -> Owed:
    """Subscriptions by notice in."""
    at_once: dict[str, list[str]] = {}
    later: list[Holding] = []
    for notice_id, subscriptions in to.items():
        for each in subscriptions:
            if due := told_at(each, now):
                later.append(Holding(each.id, notice_id, due))
            else:
                at_once.setdefault(notice_id, []).append(each.endpoint_id)
    return Owed(at_once, later)


def told_at(subscription: Subscription, now: datetime) -> datetime | None:
    """When it is told of what becomes known now; None for at once, also where its timing cannot be read any more:
    better too early than never."""
    timing = subscription.timing
    try:
        return tell_at(timing.digest, timing.quiet_hours, timing.time_zone, now)
    except Invalid as error:
        logger.error("told at once", subscription=subscription.id, error=str(error))
        return None
