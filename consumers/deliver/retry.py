"""Judges what came of an attempt, and decides what follows from it.

In go the receiver's status, headers and body, or why it was not reached, with the attempts made and the time;
out come values: what it was, when to try again (or that it is given up), and how the endpoint is doing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.headers import retry_after
from service.model import DeliveryState, Endpoint

MOST_HINT_SECONDS = 10 * 3600.0
FLOOR_SECONDS = 60.0
LEAST_FAILURES = 10
THROTTLED = frozenset({429, 502, 504})
EXCERPT_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Sent:
    """The receiver has it: 200 to 299."""

    status: int
    response: str = ""
    disable: str = ""
    """Why the endpoint wants no more; "" if it does not say so."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The receiver answered, but not with 200 to 299. A redirect is one of these, and is not followed."""

    status: int
    response: str = ""
    retry_after: float | None = None
    """Seconds for which it asks us to wait, at most ten hours."""
    final: bool = False
    """It never wants this delivery."""
    disable: str = ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No whole answer came. `kind` is one word for machines, `why` a sentence without our insides."""

    kind: str
    why: str


Outcome = Sent | Refused | Unreachable


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of the delivery."""

    state: DeliveryState
    at: datetime | None = None


def judge(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> Sent | Refused:
    """What an answer means. The header `webhook-delivery` may say `abort-message` or `disable`."""
    response = body.decode("utf-8", "replace").replace("\0", "\ufffd")[:EXCERPT_CHARACTERS]
    lower = {name.lower(): value for name, value in headers.items()}
    wish = lower.get("webhook-delivery", "").strip().lower()
    disable = _disabled_by_answer(status, wish)
    hint = retry_after(lower.get("retry-after", ""), now)
    if 200 <= status <= 299:
        return Sent(status, response, disable)
    return Refused(
        status,
        response,
        retry_after=None if hint is None else min(hint, MOST_HINT_SECONDS),
        final=bool(disable) or wish == "abort-message",
        disable=disable,
    )


def _disabled_by_answer(status: int, wish: str) -> str:
    if status == 410:
        return "the endpoint answered 410 Gone"
    return "the endpoint asked to be disabled" if wish == "disable" else ""


def decide(outcome: Outcome, attempts_made: int, now: datetime, schedule: Sequence[float], jitter: float) -> Next:
    """What becomes of a delivery after its attempt number `attempts_made`, which ended so at `now`."""
    if isinstance(outcome, Sent):
        return Next("sent")
    at = next_attempt_at(outcome, attempts_made, now, schedule, jitter)
    return Next("waiting", at) if at else Next("given_up")


def next_attempt_at(
    outcome: Outcome, attempts_made: int, now: datetime, schedule: Sequence[float], jitter: float
) -> datetime | None:
    """When to try again; None if there is nothing to try, or the schedule is exhausted.

    `schedule` holds the seconds before each attempt. The wait is the schedule's, or what the receiver asks
    for, or a minute where it is overwhelmed: the longest of them. `jitter`, in [0, 1), only ever adds to it.
    """
    if isinstance(outcome, Sent) or attempts_made >= len(schedule):
        return None
    if isinstance(outcome, Refused) and outcome.final:
        return None
    wait = max(schedule[attempts_made], _hint(outcome), _floor(outcome))
    spread = min(max(0.1 * wait, 2.0), 900.0)
    return now + timedelta(seconds=wait + jitter * spread)


def _hint(outcome: Refused | Unreachable) -> float:
    return (outcome.retry_after or 0.0) if isinstance(outcome, Refused) else 0.0


def _floor(outcome: Refused | Unreachable) -> float:
    overwhelmed = outcome.status in THROTTLED if isinstance(outcome, Refused) else outcome.kind == "timeout"
    return FLOOR_SECONDS if overwhelmed else 0.0


def health(endpoint: Endpoint, outcomes: Sequence[tuple[datetime, Outcome]], disable_after: timedelta) -> Endpoint:
    """The endpoint after these outcomes, given in the order of time.

    One success forgets all failures. It is switched off at once where the receiver asks for it, and after
    `disable_after` of nothing but failures, if these were ten or more. Only a person switches it on again.
    """
    for at, outcome in outcomes:
        if isinstance(outcome, Sent):
            endpoint = replace(endpoint, failures=0, failing_since=None)
        else:
            since = endpoint.failing_since or at
            endpoint = replace(endpoint, failures=endpoint.failures + 1, failing_since=since)
        why = outcome.disable if not isinstance(outcome, Unreachable) else ""
        why = why or _disabled_by_failures(endpoint, at, disable_after)
        if why and endpoint.enabled:
            endpoint = replace(endpoint, enabled=False, disabled_why=why)
    return endpoint


def _disabled_by_failures(endpoint: Endpoint, at: datetime, disable_after: timedelta) -> str:
    since = endpoint.failing_since
    if since is None or endpoint.failures < LEAST_FAILURES or at - since < disable_after:
        return ""
    return f"all {endpoint.failures} attempts failed since {since:%Y-%m-%d %H:%M} UTC"
