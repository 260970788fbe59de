"""What is told of endpoints: a test, that one fails, that one was switched off. In go endpoints, out come notices.

Ids follow from what is told, so that telling it twice changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from service.model import Endpoint, Notice, NoticeKind, notice_id

WARNED_AT = (0.9, 0.5)
"""Shares of the time after which an endpoint that only fails is switched off."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The last attempt that failed."""

    at: datetime
    status: int | None
    error: str


def tested(endpoint: Endpoint, now: datetime) -> Notice:
    """Each is one of its own."""
    return _notice("endpoint.test", endpoint, now, {"note": "A test that somebody asked for."}, now.isoformat())


def disabled(endpoint: Endpoint, since: datetime, last: Failure) -> Notice:
    """It was switched off by itself; `since` is when the first attempt failed of those that did it."""
    told = {"why": endpoint.disabled_why, "first_failure_at": since.isoformat(), "failures": endpoint.failures}
    return _notice("endpoint.disabled", endpoint, last.at, told | _last(last), last.at.isoformat())


def failing(endpoint: Endpoint, last: Failure, disable_after: timedelta) -> Notice | None:
    """Half and nine tenths of the time have passed after which it is switched off; None before that."""
    since = endpoint.failing_since
    if since is None or not endpoint.enabled:
        return None
    passed = (last.at - since) / disable_after
    share = next((each for each in WARNED_AT if passed >= each), None)
    if share is None:
        return None
    told = {
        "first_failure_at": since.isoformat(),
        "failures": endpoint.failures,
        "passed_percent": round(share * 100),
        "disabled_after": (since + disable_after).isoformat(),
    }
    return _notice("endpoint.failing", endpoint, last.at, told | _last(last), since.isoformat(), str(share))


def _last(last: Failure) -> dict[str, Any]:
    return {"last_status": last.status, "last_error": last.error}


def _host(url: str) -> str:
    """Of a webhook; of another channel its name, for what follows may be a secret."""
    parts = urlsplit(url)
    return (parts.hostname or "") if parts.scheme.lower() in ("http", "https") else parts.scheme


def _notice(kind: NoticeKind, endpoint: Endpoint, at: datetime, told: dict[str, Any], *which: str) -> Notice:
    own = {"endpoint": {"id": endpoint.id, "host": _host(endpoint.url)}}
    id = notice_id(kind, endpoint.id, *which)
    return Notice(id, kind, endpoint.id, at, own | told, account_id=endpoint.account_id)
