"""Labelled files: JSON lines, gzipped or not, in; documents with a label out.

Fields: `id`, `text`, and where there are any `title`, `lang`, `published` (or `ts`, `date`; ISO or seconds since
1970), `url`, `source`, and the label. What is missing is made up: an address and a source from the id, so that
every document may be another's copy; and one fixed time at which it was seen.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from service.errors import Invalid
from service.messages import RawArticle
from service.urls import canonical

SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)
TIMES = ("published", "ts", "date")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document and the group it belongs to."""

    raw: RawArticle
    label: str


def read(path: Path, label: str = "story") -> list[Labelled]:
    """Raises `ValueError`, naming the line, if one is no document with that label."""
    documents = []
    for number, line in enumerate(lines(path), 1):
        if line.strip():
            try:
                documents.append(_labelled(json.loads(line), label))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise ValueError(f"{path}, line {number}: {type(error).__name__}: {error}") from error
    return documents


def lines(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rt", encoding="utf-8") if zipped else path.open(encoding="utf-8") as lines:
        yield from lines


def _labelled(fields: dict[str, Any], label: str) -> Labelled:
    at = _time(fields)
    name = quote(str(fields["id"]), safe="")
    url = _address(fields.get("url")) or f"https://labelled.invalid/{name}"
    raw = RawArticle(
        url=url,
        source=str(fields.get("source") or f"{name}.invalid"),
        seen_at=at or SOME_TIME,
        published_at=at,
        title=str(fields.get("title") or ""),
        content=str(fields.get("text") or ""),
        language=str(fields.get("lang") or "")[:2],
        external_id=str(fields["id"]),
    )
    return Labelled(raw, str(fields[label]))


def _address(url: object) -> str:
    try:
        return canonical(str(url)) if url else ""
    except Invalid:
        return ""


def _time(fields: dict[str, Any]) -> datetime | None:
    value = next((fields[name] for name in TIMES if fields.get(name) not in (None, "")), None)
    if value is None:
        return None
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    at = datetime.fromisoformat(str(value))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
