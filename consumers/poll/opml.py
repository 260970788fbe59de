"""The feeds of an OPML list. In: its bytes, the present; out: feeds to add, or `Invalid`."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from consumers.poll.adding import new_feed, spread
from service import opml
from service.errors import Invalid
from service.model import Feed, PageRules

FIRST_POLLS_WITHIN = 900.0


def read(document: bytes, now: datetime) -> list[Feed]:
    """The feeds of the list, each address once, in order; outlines without a usable address are passed over.

    Raises `Invalid` if it is no OPML, or names no feed, or too many.
    """
    found = list(feeds_of(opml.read(document).outlines, now))
    if not found:
        raise Invalid("the list names no feed: no outline has an xmlUrl that can be used")
    return spread(found, now, FIRST_POLLS_WITHIN)


def feeds_of(outlines: Iterable[opml.Outline], now: datetime) -> Iterable[Feed]:
    """Feeds as they are before their first poll, each due at once."""
    for outline in outlines:
        try:
            feed = new_feed(outline.url, now, title=outline.title, language=outline.language)
            rules = PageRules(**outline.rules) if outline.rules else None
        except (Invalid, TypeError):  # rules of another release are no rules of ours
            continue
        yield replace(feed, labels=outline.folders, kind="page" if rules else "feed", rules=rules)
