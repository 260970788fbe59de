"""Articles from a file of JSON lines, on the backfill lane. In: a backfill and its file; out: how far it came.

The file's name follows from what is in it, so that the same command goes on where the last one was stopped.
"""

import asyncio
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import Any

from consumers.poll.archive import is_within
from consumers.poll.articles import MOST_LINE, MOST_TEXT
from consumers.poll.dates import read_date
from consumers.poll.reading_in import ReadingIn
from service.errors import Invalid
from service.messages import Hop, RawArticle
from service.model import Backfill, BackfillDocument
from service.sources import NONE, Sources
from service.text import plain
from service.urls import canonical, source_of

MOST_CHARACTERS = 2_000_000
"""Of one line."""
MOST_FAULTS = 1_000
"""Lines that cannot be read until the whole file is taken for something else."""
DATES = ("published_at", "published", "date", "ts")


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no article."""

    number: int
    why: str


def named(file: Path) -> str:
    """The id of the backfill of this file: of what is in it. Raises `Invalid`."""
    try:
        with file.open("rb") as octets:
            return f"file_{file_digest(octets, 'sha256').hexdigest()[:20]}"
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}") from None


async def read_file(reading: ReadingIn, kept: Backfill, file: Path) -> tuple[Backfill, list[Fault]]:
    """Read it to its end, or until told to stop (then `Stopped` is raised). Raises `Invalid`, `Outage`."""
    document = await reading.store.read(lambda tx: tx.backfills.next_document(kept.id))
    faults: list[Fault] = []
    lines = _lines(file, document.done if document else 0)
    while document and (portion := await asyncio.to_thread(lambda: list(islice(lines, reading.settings.portion)))):
        await reading.wait_for_room(kept, reading.settings.most_lag)
        read = partial(article_of, kept=kept, at=reading.clock(), sources=reading.sources)
        articles = _articles(portion, kept, read, faults)
        kept, document = await reading.pass_on(kept, document, articles, len(portion))
    if document:
        kept = await _end(reading, kept, document)
    return kept, faults


def article_of(given: Mapping[str, Any], kept: Backfill, at: datetime, sources: Sources = NONE) -> RawArticle:
    """Raises `Invalid` if it has no address that can be used, or neither title nor text."""
    url, title = _text(given, "url"), " ".join(_text(given, "title").split())[:MOST_LINE]
    content = (_text(given, "text", "content") or plain(_text(given, "html")))[:MOST_TEXT]
    if not title and not content:
        raise Invalid("it has neither a title nor a text")
    said = kept.source or _text(given, "source")[:MOST_LINE] or source_of(url)
    return RawArticle(
        url=canonical(url),
        link=url,
        source=sources.known_as(said),
        seen_at=at,
        title=title,
        summary=_text(given, "summary")[:MOST_TEXT],
        content=content,
        author=_text(given, "author")[:MOST_LINE],
        language=(kept.language or _text(given, "lang", "language"))[:2].lower(),
        published_at=_date(given),
        feed_id=kept.feed_id,
        external_id=_text(given, "id")[:MOST_LINE],
        complete=bool(content),
        hops=(Hop(stage="backfill", at=at, outcome="read"),),
        lane="backfill",
    )


async def _end(reading: ReadingIn, kept: Backfill, document: BackfillDocument) -> Backfill:
    ended = replace(kept, documents=1, state="done", error="", finished_at=reading.clock())
    await reading.note(ended, replace(document, state="done"))
    return ended


def _articles(
    portion: list[tuple[int, str]],
    kept: Backfill,
    read: Callable[[Mapping[str, Any]], RawArticle],
    faults: list[Fault],
) -> list[RawArticle]:
    found = []
    for number, text in portion:
        try:
            article = read(_object(text))
        except (Invalid, ValueError, OverflowError) as error:
            faults.append(Fault(number, str(error)))
            if len(faults) > MOST_FAULTS:
                raise Invalid(f"more than {MOST_FAULTS} lines cannot be read; line {number}: {error}") from None
            continue
        if is_within(article.published_at, kept):
            found.append(article)
    return found


def _lines(file: Path, done: int) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, from the one after those dealt with. Raises `Invalid`."""
    try:
        with gzip.open(file, "rt", errors="replace") if file.suffix == ".gz" else file.open(errors="replace") as text:
            number = 0
            while line := text.readline(MOST_CHARACTERS):
                number += 1
                if len(line) >= MOST_CHARACTERS:
                    raise Invalid(f"{file}, line {number}: longer than {MOST_CHARACTERS} characters")
                if number > done:
                    yield number, line
    except (OSError, EOFError) as error:
        raise Invalid(f"{file} cannot be read: {error}") from None


def _object(text: str) -> Mapping[str, Any]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("not JSON") from None
    if not isinstance(given, dict):
        raise Invalid("not a JSON object")
    return given


def _text(given: Mapping[str, Any], *names: str) -> str:
    found = next((given[name] for name in names if isinstance(given.get(name), str)), "")
    return "".join(letter for letter in found if letter >= " " or letter in "\n\t").strip()


def _date(given: Mapping[str, Any]) -> datetime | None:
    for name in DATES:
        value = given.get(name)
        if isinstance(value, str) and (found := read_date(value)):
            return found
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    return None
