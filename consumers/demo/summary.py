"""What the day came to: in go the store and what the inbox received, out comes what is printed at the end."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Any

import msgspec

from consumers.demo.inbox import Received
from service import telemetry
from service.model import MAIN
from service.store import Transaction


def summary(tx: Transaction, received: Sequence[Received]) -> dict[str, Any]:
    """Counts, the feeds that failed, and the seconds from published to delivered."""
    found = telemetry.counted("dedupe")
    told = [msgspec.json.decode(each.body) | {"at": each.at} for each in received if not each.fault]
    seconds = sorted(_seconds(each) for each in told if each["type"] == "story.alerted")
    return {
        "articles in": sum(found.values()),
        "new": found.get("new", 0),
        "copies": found.get("copy", 0),
        "revisions": found.get("revision", 0),
        "repeats": found.get("repeat", 0),
        "stories": tx.stories.count(),
        "alerts": len(tx.alerts.list_alerts(MAIN, None, None, None, 1000)),
        "follow-ups": sum(each["type"] != "story.alerted" for each in told),
        "deliveries sent": tx.deliveries.counts().get("sent", 0),
        "signatures verified": sum(not each.fault for each in received),
        "seconds from published to delivered, median": round(median(seconds), 2) if seconds else None,
        "seconds from published to delivered, longest": round(seconds[-1], 2) if seconds else None,
        "feeds that failed": [f"{each.title}: {each.error}" for each in tx.feeds.list("", 1000) if each.error],
    }


def _seconds(told: dict[str, Any]) -> float:
    times, at = told["data"]["times"], told["at"]
    assert isinstance(at, datetime)
    return (at - datetime.fromisoformat(times["published"] or times["seen"])).total_seconds()
