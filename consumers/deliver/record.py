"""What an attempt came to, as it is kept and told.

In go a delivery and the outcome of its attempt; out come the rows to keep (in a transaction of the caller's),
one log line and one count each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from consumers.deliver.retry import Outcome, Refused, Sent, Unreachable, decide, health
from service import telemetry
from service.model import Attempt, Due, Endpoint, Tried
from service.settings import DeliverSettings
from service.store import Transaction

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """An attempt made and not recorded yet."""

    due: Due
    outcome: Outcome
    ended_at: datetime
    tried: Tried

    @property
    def word(self) -> str:
        """What became of it, in one word."""
        return "given_up" if self.tried.state == "given_up" else self.tried.attempt.outcome

    @property
    def shakes(self) -> bool:
        """Whether the endpoint's health is worse for it."""
        return not isinstance(self.outcome, Sent) or bool(self.outcome.disable)


def done(
    due: Due, outcome: Outcome, times: tuple[datetime, datetime], settings: DeliverSettings, jitter: float
) -> Done:
    """The attempt and what follows from it; `times` are its beginning and end."""
    at, ended_at = times
    number = due.delivery.attempts + 1
    after = decide(outcome, number, ended_at, settings.schedule, jitter)
    attempt = Attempt(
        delivery_id=due.delivery.id,
        number=number,
        at=at,
        outcome=_word(outcome),
        status=None if isinstance(outcome, Unreachable) else outcome.status,
        milliseconds=round((ended_at - at) / timedelta(milliseconds=1)),
        error=_error(outcome),
        response="" if isinstance(outcome, Unreachable) else outcome.response,
    )
    return Done(due, outcome, ended_at, Tried(attempt, after.state, after.at))


def keep(tx: Transaction, finished: Sequence[Done], disable_after: timedelta) -> list[Endpoint]:
    """Record the attempts and how their endpoints are doing; gives the endpoints switched off by it."""
    fresh = tx.deliveries.record([each.tried for each in finished])
    news = [each for each in finished if each.due.delivery.id in fresh]
    failed = {each.due.endpoint.id for each in news if each.shakes}
    sent = {each.due.endpoint.id for each in news if isinstance(each.outcome, Sent)}
    shaken = tx.deliveries.shaken(failed, sent)
    after = [health(endpoint, _outcomes(news, endpoint), disable_after) for endpoint in shaken.values()]
    tx.deliveries.keep_health(after)
    return [endpoint for endpoint in after if shaken[endpoint.id].enabled and not endpoint.enabled]


def tell(finished: Sequence[Done], disabled: Sequence[Endpoint]) -> None:
    """One log line and one count for each attempt, and a warning for each endpoint switched off."""
    for each in finished:
        attempt = each.tried.attempt
        telemetry.count("deliver", each.word)
        if each.word == "sent" and (seen_at := _seen_at(each.due)):
            telemetry.LATENCY.observe((each.ended_at - seen_at).total_seconds())
        logger.info(
            "delivered" if each.word == "sent" else "not delivered",
            outcome=each.word,
            delivery=attempt.delivery_id,
            endpoint=each.due.endpoint.id,
            attempt=attempt.number,
            status=attempt.status,
            milliseconds=attempt.milliseconds,
            error=attempt.error,
        )
    for endpoint in disabled:
        logger.warning("endpoint disabled", endpoint=endpoint.id, why=endpoint.disabled_why)


def _outcomes(finished: Sequence[Done], endpoint: Endpoint) -> list[tuple[datetime, Outcome]]:
    of_it = [each for each in finished if each.due.endpoint.id == endpoint.id]
    return [(each.ended_at, each.outcome) for each in sorted(of_it, key=lambda each: each.ended_at)]


def _seen_at(due: Due) -> datetime | None:
    """When we first saw the article that the alert is about, if the alert says so."""
    seen = due.data.get("times", {}).get("seen")
    return datetime.fromisoformat(seen) if seen else None


def _word(outcome: Outcome) -> str:
    return type(outcome).__name__.lower()


def _error(outcome: Outcome) -> str:
    match outcome:
        case Sent():
            return ""
        case Refused():
            return f"the endpoint answered {outcome.status}"
        case Unreachable():
            return f"{outcome.kind}: {outcome.why}"
