"""What an attempt came to, as it is kept and told.

In go a delivery and the outcome of its attempt; out come the rows to keep (in a transaction of the caller's),
one log line and one count each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

import structlog

from consumers.deliver.breaker import WINDOW, Ended, Recent, rested
from consumers.deliver.retry import Outcome, Refused, Sent, Unreachable, decide, health
from service import telemetry
from service.endpoint_notices import Failure, disabled, failing
from service.model import Attempt, Due, Endpoint, Notice, Tried
from service.settings import DeliverSettings
from service.store import Transaction
from service.tracing import trace_id

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """An attempt made and not recorded yet; one for each delivery of a batch."""

    due: Due
    outcome: Outcome
    began: datetime
    ended_at: datetime
    tried: tuple[Tried, ...]

    @property
    def shakes(self) -> bool:
        """Whether the endpoint's health is worse for it."""
        return not isinstance(self.outcome, Sent) or bool(self.outcome.disable)

    @property
    def ended(self) -> Ended:
        return Ended(self.began, self.ended_at, isinstance(self.outcome, Sent))


def done(
    due: Due, outcome: Outcome, times: tuple[datetime, datetime], settings: DeliverSettings, jitter: float
) -> Done:
    """The attempt and what follows from it; `times` are its beginning and end."""
    tried = tuple(_tried(each, outcome, times, settings, jitter) for each in due.all)
    return Done(due, outcome, *times, tried)


def _tried(
    due: Due, outcome: Outcome, times: tuple[datetime, datetime], settings: DeliverSettings, jitter: float
) -> Tried:
    at, ended_at = times
    made = due.delivery.attempts + 1
    schedule = due.endpoint.schedule or settings.schedule
    after = decide(outcome, made - due.delivery.tried_before, ended_at, schedule, jitter)
    attempt = Attempt(
        delivery_id=due.delivery.id,
        number=made,
        at=at,
        outcome=_word(outcome),
        status=_status(outcome),
        milliseconds=round((ended_at - at) / timedelta(milliseconds=1)),
        error=_error(outcome),
        response="" if isinstance(outcome, Unreachable) else outcome.response,
        endpoint_id=due.endpoint.id,
        error_class=_class(outcome),
        next_attempt_at=after.at,
    )
    return Tried(attempt, after.state)


def keep(tx: Transaction, finished: Sequence[Done], disable_after: timedelta) -> list[Endpoint]:
    """Record the attempts, how their endpoints are doing, and what is told of these; gives those switched off by it."""
    fresh = tx.deliveries.record(list(chain.from_iterable(each.tried for each in finished)))
    news = sorted((each for each in finished if each.due.delivery.id in fresh), key=lambda each: each.ended_at)
    failed = {each.due.endpoint.id for each in news if each.shakes}
    sent = {each.due.endpoint.id for each in news if isinstance(each.outcome, Sent)}
    before = tx.deliveries.shaken(failed, sent)
    of_each = {id: [each for each in news if each.due.endpoint.id == id] for id in before}
    after = [_health(tx, endpoint, of_each[endpoint.id], disable_after) for endpoint in before.values()]
    tx.deliveries.keep_health(after)
    if told := list(
        chain.from_iterable(_told(before[each.id], each, of_each[each.id], disable_after) for each in after)
    ):
        tx.notices.tell(told, told[-1].at)
    return [endpoint for endpoint in after if before[endpoint.id].enabled and not endpoint.enabled]


def _health(tx: Transaction, endpoint: Endpoint, news: Sequence[Done], disable_after: timedelta) -> Endpoint:
    recent = Recent(0, 0)
    if any(each.shakes for each in news) and endpoint.open_until is None:
        recent = Recent(*tx.deliveries.recent(endpoint.id, news[-1].ended_at - WINDOW))
    after = health(endpoint, [(each.ended_at, each.outcome) for each in news], disable_after)
    return rested(after, [each.ended for each in news], recent)


def _told(before: Endpoint, after: Endpoint, news: Sequence[Done], disable_after: timedelta) -> Sequence[Notice]:
    """That it was switched off, or is about to be."""
    last = next((each for each in reversed(news) if each.shakes), None)
    if last is None:
        return []
    failure = Failure(last.ended_at, _status(last.outcome), _error(last.outcome))
    if before.enabled and not after.enabled:
        return [disabled(after, after.failing_since or last.ended_at, failure)]
    warning = failing(after, failure, disable_after)
    return [warning] if warning else []


def tell(finished: Sequence[Done], disabled: Sequence[Endpoint]) -> None:
    """One log line and one count for each attempt, and a warning for each endpoint switched off."""
    for each in finished:
        for due, tried in zip(each.due.all, each.tried, strict=True):
            _tell_one(due, tried, each.ended_at)
    for endpoint in disabled:
        logger.warning("endpoint disabled", endpoint=endpoint.id, why=endpoint.disabled_why)


def _tell_one(due: Due, tried: Tried, ended_at: datetime) -> None:
    attempt = tried.attempt
    word = "given_up" if tried.state == "given_up" else attempt.outcome
    telemetry.count("deliver", word)
    if word == "sent" and (seen_at := _seen_at(due)):
        telemetry.LATENCY.observe((ended_at - seen_at).total_seconds())
    logger.info(
        "delivered" if word == "sent" else "not delivered",
        outcome=word,
        delivery=attempt.delivery_id,
        endpoint=attempt.endpoint_id,
        attempt=attempt.number,
        status=attempt.status,
        milliseconds=attempt.milliseconds,
        error=attempt.error,
        trace_id=trace_id(due.trace),
    )


def _seen_at(due: Due) -> datetime | None:
    """When we first saw the article that the alert is about, if the alert says so."""
    seen = due.data.get("times", {}).get("seen")
    return datetime.fromisoformat(seen) if seen else None


def _word(outcome: Outcome) -> str:
    return type(outcome).__name__.lower()


def _status(outcome: Outcome) -> int | None:
    return None if isinstance(outcome, Unreachable) else outcome.status


def _class(outcome: Outcome) -> str:
    match outcome:
        case Sent():
            return ""
        case Refused():
            return "http"
        case Unreachable():
            return outcome.kind


def _error(outcome: Outcome) -> str:
    match outcome:
        case Sent():
            return ""
        case Refused():
            return f"the endpoint answered {outcome.status}"
        case Unreachable():
            return f"{outcome.kind}: {outcome.why}"
