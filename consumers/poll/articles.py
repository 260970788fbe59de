"""Entries to raw articles. In: a document, its feed, the present; out: raw articles and what was passed over.

An entry is known by its link. One without a usable link is known by its feed's address and a hash of its id,
or of its title, or of its text (`https://outlet.example/feed#entry-...`): it can be read and matched, but no
page can be fetched for it. One without any of these is passed over; a bad entry never costs the others.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consumers.poll.document import Document, Entry
from consumers.poll.ids import Names
from consumers.poll.rhythm import CONTENT, IDENTITY
from service.errors import Invalid
from service.messages import Hop, RawArticle
from service.model import OWN, Feed
from service.sources import NONE, Sources
from service.text import plain
from service.text.markup import safe_html
from service.tracing import made_of
from service.urls import canonical, source_of

MOST_HTML = 1_000_000
MOST_TEXT = 200_000
MOST_LINE = 1_000
MOST_WORD, MOST_KEYWORDS = 100, 50
"""Characters taken of an entry's HTML, of its text, and of a line: a record must fit into a broker's message."""

_LANGUAGE = re.compile(r"([a-z]{2})(?![a-z])")
_COUNTRY_FOR_LANGUAGE = {"ua": "uk", "by": "be", "cz": "cs", "gr": "el", "dk": "da", "jp": "ja", "cn": "zh"}
"""Country codes that feeds give for a language, and that are no language's code."""


NO_DOUBT = Names()


@dataclass(frozen=True, slots=True)
class Visit:
    """Which feed was polled, and when."""

    feed: Feed
    at: datetime
    payload: str = ""
    """Under which hash the document is known that it brought."""
    route: int = OWN
    """By which of its routes the feed was had."""
    sources: Sources = NONE
    trace: str = ""
    """Of the request that brought the document, where it was pushed."""

    @property
    def address(self) -> str:
        """That was asked."""
        return self.feed.address(self.route)


def fingerprint(entry: Entry) -> str:
    """Names what an entry says: another text at the same link is another fingerprint."""
    said = "\x00".join((entry.id, entry.link, entry.title, entry.summary, entry.content))
    return _hash(said, CONTENT)


def names(entries: Sequence[Entry]) -> list[str]:
    """What each entry is known by: its link, or its id where links tell less of them apart."""
    by_link = [entry.link or entry.id or entry.title for entry in entries]
    by_id = [entry.id or entry.link or entry.title for entry in entries]
    return by_id if len(set(by_id)) > len(set(by_link)) else by_link


def fresh(document: Document, seen: Sequence[str]) -> tuple[list[Entry], tuple[str, ...]]:
    """The entries that the last document did not have, each once and the oldest first, and the fingerprints
    of all. Documents list the newest first; what follows reads in order."""
    known, prints, found = {each[-CONTENT:] for each in seen}, [], []
    for entry, name in zip(document.entries, names(document.entries), strict=True):
        said = fingerprint(entry)
        prints.append(_hash(name, IDENTITY) + said)
        if said not in known:
            known.add(said)
            found.append(entry)
    return found[::-1], tuple(dict.fromkeys(prints))


def raw_articles(entries: Sequence[Entry], document: Document, visit: Visit) -> tuple[list[RawArticle], list[str]]:
    """The articles, and for each entry passed over a line that says why."""
    articles, faults = [], []
    known_by = Names.of(document.entries)
    for entry in entries:
        try:
            articles.append(raw_article(entry, document, visit, known_by))
        except (Invalid, ValueError, OverflowError) as error:
            faults.append(f"{(entry.id or entry.link or entry.title)[:200]!r}: {error}")
    return articles, faults


def raw_article(entry: Entry, document: Document, visit: Visit, known_by: Names = NO_DOUBT) -> RawArticle:
    """Raises `Invalid` for an entry that says nothing by which it could be known."""
    feed = visit.feed
    url, link = _address(entry, feed)
    return RawArticle(
        url=url,
        source=visit.sources.known_as(feed.source or source_of(feed.url if feed.routes else url)),
        seen_at=visit.at,
        title=entry.title[:MOST_LINE],
        summary=_text(entry.summary),
        content=_text(entry.content),
        author=entry.author[:MOST_LINE],
        language=_language(entry.language) or _language(feed.language) or _language(document.language),
        published_at=entry.published_at or entry.updated_at,
        updated_at=entry.updated_at,
        feed_id=feed.id,
        external_id=known_by.usable_id(entry, feed.identity)[:MOST_LINE],
        identity=known_by.policy(entry, feed.identity),
        link=link,
        html=_html(entry.content),
        payload=visit.payload,
        image=entry.image[:MOST_LINE],
        keywords=tuple(word[:MOST_WORD] for word in entry.keywords[:MOST_KEYWORDS]),
        route=visit.address if visit.route != OWN else "",
        trace=visit.trace or made_of("poll", feed.id, visit.at.isoformat()),
        hops=(Hop(stage="poll", at=visit.at, outcome="fetched" if visit.route == OWN else "detoured"),),
    )


def _hash(text: str, characters: int) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=characters // 2).hexdigest()


def _address(entry: Entry, feed: Feed) -> tuple[str, str]:
    """Canonical URL and link: of its page, or failing that made from the feed's."""
    try:
        return canonical(entry.link), entry.link
    except Invalid:
        known_by = entry.id or entry.title or plain(entry.summary) or plain(entry.content)
    if not known_by:
        raise Invalid("the entry has neither link nor id nor title nor text")
    digest = hashlib.sha256(known_by.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{canonical(feed.url)}#entry-{digest}", ""


def _html(content: str) -> str:
    """What may be shown of the full text's markup; "" if there is none, or it would be too long for a record."""
    shown = safe_html(content) if "<" in content else ""
    return shown if "<" in shown and len(shown) <= MOST_TEXT else ""


def _text(html: str) -> str:
    return plain(html[:MOST_HTML])[:MOST_TEXT]


def _language(written: str) -> str:
    """`en-GB`, `EN` to `en`; what is no two-letter code to nothing."""
    found = _LANGUAGE.match(written.strip().lower())
    return _COUNTRY_FOR_LANGUAGE.get(found[1], found[1]) if found else ""
