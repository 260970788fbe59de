"""Reports and texts for tests of stories: in go the fields that matter."""

from typing import Any

from service.sources import Source, Sources
from service.story import Report, Told
from tests.builders import NOW, minutes

BELTA = Source("belta.test", "BelTA", "BY", "ru", "State Agency", "state", ("belta.test",))
WIRE = Source("wire.test", "Wire", "US", "en", "", "private", ("wire.test",))
KNOWN = Sources({"belta.test": BELTA, "wire.test": WIRE})


def a_report(article_id: str, minute: float = 0, **given: Any) -> Report:
    """Of a source of its own, published at that minute and seen a minute later."""
    source = given.pop("source", f"{article_id}.test")
    fields: dict[str, Any] = {"language": "en", "title": f"Ferries resume, says {article_id}"}
    if source in ("belta.test", "wire.test"):
        fields |= {"house": KNOWN.of(source).house, "control": KNOWN.of(source).control}
    fields |= {"published_at": minutes(minute), "seen_at": minutes(minute + 1)}
    return Report(article_id=article_id, source=source, **(fields | given))


def a_text(article_id: str, text: str = "", **given: Any) -> Told:
    return Told(**({"article_id": article_id, "language": "en", "text": text} | given))


__all__ = ["KNOWN", "NOW", "a_report", "a_text", "minutes"]
