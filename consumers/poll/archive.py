"""How to read an archive: pure decisions about its documents.

In: a document that was read and what the backfill wants; out: the entries to pass on, and what to read next.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from consumers.poll.articles import Visit, fingerprint, raw_articles
from consumers.poll.document import Document, Entry, absolute
from consumers.poll.sitemap import newest_children
from consumers.poll.tags import tags
from service.errors import Invalid
from service.messages import Hop, RawArticle
from service.model import Backfill
from service.settings import BackfillSettings
from service.urls import source_of

_FIRST_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.I)
_NEXT_URL = re.compile(r'"next_url"\s*:\s*"((?:[^"\\]|\\.){1,2000})"')
_HEAD = 200_000
BEFORE = ("prev-archive", "next")
"""Relations that lead to older entries: of an archive (RFC 5005, section 4), of pages (section 3)."""


def previous_of(text: str, url: str) -> str:
    """The address of the document before this one; "" if it names none. An archive speaks for its own site."""
    first = _FIRST_ENTRY.search(text, 0, _HEAD)
    head = text[: first.start() if first else _HEAD]
    links = [given for _, given in tags(head, "link")]
    named = {relation: link.get("href", "") for link in reversed(links) for relation in link.get("rel", "").split()}
    found = next((named[relation] for relation in BEFORE if named.get(relation)), "")
    if not found and text.startswith("{") and (next_url := _NEXT_URL.search(text, 0, _HEAD)):
        found = next_url[1].replace("\\/", "/")
    return _own(absolute(url, found), url) if found else ""


def onward(document: Document, before: str, url: str, wanted: Backfill, most: int) -> list[str]:
    """The documents that this one leads to: of an index its sitemaps that may hold what is wanted, the newest
    first; of a feed the one before it, unless this one is too old already."""
    if document.children:
        children = newest_children(document, url, most)
        return [each.url for each in children if not _is_before(each.changed_at, wanted.since)]
    if not before or not document.entries or all(_is_before(_date(each), wanted.since) for each in document.entries):
        return []
    return [before]


def numbered(wanted: Backfill, document: Document, read: int) -> str:
    """The address of the next document of an archive by number; "" if there is none."""
    if "{n}" not in wanted.url or not onward(document, "next", wanted.url, wanted, 1):
        return ""
    return wanted.url.replace("{n}", str(read + 1))


def within(entries: Sequence[Entry], wanted: Backfill) -> list[Entry]:
    """Those from the stretch of time that is wanted."""
    return [entry for entry in entries if is_within(_date(entry), wanted)]


def is_within(date: datetime | None, wanted: Backfill) -> bool:
    """Is it from the time that is wanted? What does not say when it is from is, if any time is."""
    if wanted.since is None and wanted.until is None:
        return True
    if date is None or _is_before(date, wanted.since):
        return False
    return wanted.until is None or date < wanted.until


def said(entries: Sequence[Entry]) -> str:
    """Names what these entries say, in their order."""
    prints = "".join(map(fingerprint, entries))
    return hashlib.blake2b(prints.encode(), digest_size=16).hexdigest()


def pace(entries: Sequence[Entry], settings: BackfillSettings) -> tuple[int, int]:
    """How many of these to pass on at once, and how far any stage may lag then. Fewer of those without their
    text: enrich gives a batch's pages so many seconds, and hosts are asked for one after the other."""
    if all(entry.content for entry in entries[: settings.portion]):
        return settings.portion, settings.most_lag
    few = min(settings.page_portion, settings.portion)
    return few, min(few, settings.most_lag)


def old_articles(entries: Sequence[Entry], document: Document, visit: Visit) -> list[RawArticle]:
    """Raw articles on the backfill lane, the first first. Entries that cannot be known again are passed over."""
    hop = Hop(stage="backfill", at=visit.at, outcome="read")
    articles, _ = raw_articles(entries, document, visit)
    return [replace(article, lane="backfill", hops=(hop,)) for article in articles]


def _own(link: str, url: str) -> str:
    try:
        return link if source_of(link) == source_of(url) else ""
    except Invalid:
        return ""


def _date(entry: Entry) -> datetime | None:
    return entry.published_at or entry.updated_at


def _is_before(date: datetime | None, since: datetime | None) -> bool:
    return date is not None and since is not None and date < since
