"""How well pages are read: counts by source in; kept, shown to Prometheus, and told where it goes badly.

Told once for each time a source's extraction begins to fail.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from prometheus_client import Counter

from service.model import Notice, notice_id
from service.model.extraction import PageCounts, SourceExtraction
from service.store import Store, Transaction

logger = structlog.get_logger(__name__)

PAGES = Counter("courant_pages", "Pages asked for, by source and what became of them", ["source", "result"])
MOST_SOURCES = 500
"""Sources with a name of their own among the metrics; the pages of all further ones are counted together."""
OTHERS = "(others)"
FAILING = "source.extraction_failing"

_named: set[str] = set()


async def record(store: Store, counts: Mapping[str, PageCounts], now: datetime) -> None:
    """Raises `Outage`."""
    if counts:
        measure(counts)
        await store.write(_counted, counts, now)


def measure(counts: Mapping[str, PageCounts]) -> None:
    """For Prometheus."""
    for source, some in counts.items():
        if len(_named) < MOST_SOURCES:
            _named.add(source)
        label = source if source in _named else OTHERS
        for name, count in some.measures.items():
            if not name.startswith("length:"):
                PAGES.labels(label, name.replace("failed:", "failed_")).inc(count)


def _counted(tx: Transaction, counts: Mapping[str, PageCounts], now: datetime) -> None:
    changed = tx.pages.count(counts, now)
    failing = [each for each in changed if each.judgement.status == "degraded"]
    for each in failing:
        logger.warning("extraction fails", source=each.source, why=each.judgement.why)
    if failing:
        tx.notices.tell(notices(failing), now)


def notices(failing: Sequence[SourceExtraction]) -> list[Notice]:
    return [
        Notice(
            id=notice_id(FAILING, each.source, each.since.isoformat()),
            kind=FAILING,
            subject=each.source,
            at=each.since,
            payload={
                "source": each.source,
                "why": each.judgement.why,
                "pages": each.recent.asked,
                "texts": each.recent.texts,
                "failed": each.recent.failed,
            },
        )
        for each in failing
    ]
