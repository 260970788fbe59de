"""Reads pages that have no feed by their rules. In: the page's bytes and the rules; out: a `Document`, or
`Unreadable`. The page is looked at in a process that can be killed for it.
"""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Any

from consumers.poll.confined import Confined
from consumers.poll.dates import read_date
from consumers.poll.document import Document, Entry, absolute, is_address
from consumers.poll.parse import text_of
from consumers.poll.survey import Unreadable
from service.model import PageRules, Selector

PROGRAM = Path(__file__).with_name("rules_process.py")
WALL_SECONDS = 8.0


class PageReader:
    """Use as an async context manager, or `close` it: it may own a process."""

    def __init__(self, wall_seconds: float = WALL_SECONDS) -> None:
        self._confined = Confined(PROGRAM, wall_seconds)

    async def __aenter__(self) -> "PageReader":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._confined.close()

    async def read(self, rules: PageRules, body: bytes, content_type: str, url: str) -> Document:
        """Raises `Unreadable` if the page cannot be read, or the rules find no entry with a link."""
        text = await asyncio.to_thread(text_of, body, content_type)
        if "<" not in text:
            raise Unreadable("this is no HTML page")
        found = await self._confined.ask({"text": text, "rules": _question(rules)})
        if found is None or "fault" in found:
            raise Unreadable("the page could not be read by its rules within the time and memory that is given")
        return _document(found, url)


def _question(rules: PageRules) -> dict[str, tuple[str, str]]:
    """Each rule as XPath, with the attribute it is about; of entries, anywhere in the page."""
    selectors = {name: Selector.of(written) for name, written in asdict(rules).items() if written}
    if "title" not in selectors:
        selectors["title"] = Selector(selectors["link"].css)
    return {name: (selector.xpath, selector.attribute) for name, selector in selectors.items()}


def _document(found: dict[str, Any], url: str) -> Document:
    base = absolute(url, found["base"]) or url
    entries = [_entry(each, base) for each in found["entries"]]
    usable = tuple(entry for entry in entries if is_address(entry.link))
    if not usable:
        many = len(entries) or "no"
        why = " and none has a link to an article" if entries else ": the page may have changed"
        raise Unreadable(f"the rules find {many} entries on the page{why}")
    return Document(title=_line(found["title"]), language=found["language"], entries=usable)


def _entry(said: dict[str, str], base: str) -> Entry:
    return Entry(
        link=absolute(base, said.get("link", "")),
        title=_line(said.get("title", "")),
        summary=_escaped(_line(said.get("summary", ""))),
        published_at=read_date(_line(said.get("date", ""))),
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    """Plain text as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
