"""OPML, the format in which readers pass lists of feeds.

In: the file's bytes; out: feeds to add, or `Invalid`.
"""

from collections.abc import Iterator
from datetime import datetime
from xml.parsers import expat

from consumers.poll.adding import new_feed, spread
from consumers.poll.charset import decode
from consumers.poll.survey import Unreadable, survey
from service.errors import Invalid
from service.model import Feed

MOST_FEEDS = 20_000
FIRST_POLLS_WITHIN = 900.0


def read(document: bytes, now: datetime) -> list[Feed]:
    """The feeds of the list, each address once, in order; outlines without a usable address are passed over.

    Raises `Invalid` if it is no OPML, or names no feed, or too many.
    """
    text = _opml(decode(document, ""))
    found: dict[str, Feed] = {}
    for attributes in _outlines(text):
        feed = _feed(attributes, now)
        if feed:
            found.setdefault(feed.url, feed)
    if not found:
        raise Invalid("the list names no feed: no outline has an xmlUrl that can be used")
    if len(found) > MOST_FEEDS:
        raise Invalid(f"the list names {len(found)} feeds, more than {MOST_FEEDS}")
    return spread(list(found.values()), now, FIRST_POLLS_WITHIN)


def _opml(text: str) -> str:
    """The text, mended where that was needed."""
    if not text.strip():
        raise Invalid("the list is empty")
    try:
        seen = survey(text)
    except Unreadable as error:
        raise Invalid(f"the list cannot be read: {error}") from None
    if seen.fault:
        raise Invalid(f"the list is {seen.fault}")
    if seen.root.lower() != "opml":
        raise Invalid(f"this is no OPML: its root element is <{seen.root[:60]}>")
    return seen.text


def _outlines(text: str) -> Iterator[dict[str, str]]:
    """The attributes of every outline, their names in lower case: tools differ over them."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.lower() == "outline":
            found.append({key.lower(): value for key, value in attributes.items()})

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.Parse(text.encode(), True)
    yield from found


def _feed(attributes: dict[str, str], now: datetime) -> Feed | None:
    title = attributes.get("title") or attributes.get("text") or ""
    try:
        return new_feed(attributes.get("xmlurl", ""), now, title=" ".join(title.split()))
    except Invalid:
        return None
