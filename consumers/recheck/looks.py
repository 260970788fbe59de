"""What a look at a page tells: what came of reading it goes in, with what it said before; a `Look` comes out. Pure.

One failure proves nothing. An answer that may have another reason (an error, a wall before the text, a page in
the wrong place) tells nothing; one that speaks for the page's end makes it seem missing, until a second look.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from consumers.pages.extract import text_hash
from consumers.pages.reader import NotRead, Outcome, Read
from consumers.recheck.wordings import says_gone, stands_before
from service.errors import Invalid
from service.model.rechecks import Claimed
from service.text import shingles, words
from service.urls import canonical, source_of

LookKind = Literal["page", "same", "missing", "nothing", "forbidden", "later"]
"""What was seen:

* page       a page that can be the article's
* same       the host says that nothing changed
* missing    it seems gone
* nothing    nothing can be said of it
* forbidden  it may not be read
* later      its host must be left alone
"""
GONE = (404, 410)
CLOSED = "cannot be had"
"""In the reason, where robots.txt does not forbid, but does not come either."""
LEAST_SHARED = 0.05
"""Share of the shorter text's pairs of words that two versions of one article have in common at least."""
SHORT, PART = 0.5, 0.9
"""Of a text so much shorter, of whose pairs so many were in the longer one, only the beginning is shown."""
FEW_WORDS = 120
"""A wall, or a note that nothing is there, has no more words than this."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a page showed."""

    kind: LookKind
    why: str = ""
    """Of all but `page` and `same`."""
    url: str = ""
    """Of a page: where it was read, behind all redirects."""
    title: str = ""
    text: str = ""
    text_hash: str = ""
    etag: str = ""
    moved_to: str = ""
    """The canonical address to which it has moved for good, on its own site; "" if it has not."""


def look_at(outcome: Outcome, claimed: Claimed) -> Look:
    if isinstance(outcome, Read):
        return _page(outcome, claimed)
    if outcome.reply and outcome.reply.status == 304:
        return Look("same")
    if outcome.reply and outcome.reply.status in GONE and outcome.reason == "status":
        return Look("missing", outcome.why)
    return Look(_not_read(outcome), outcome.why)


def _not_read(outcome: NotRead) -> LookKind:
    if outcome.reason == "turn":
        return "later"
    refused = outcome.reason == "robots" and CLOSED not in outcome.why
    return "forbidden" if refused or outcome.reason == "address" else "nothing"


def _page(read: Read, claimed: Claimed) -> Look:
    text, page, url = read.extracted.text, read.extracted.page, read.reply.url
    if _leads_up(claimed, url):
        return Look("missing", "it leads to a page above it")
    before, now = _pairs(_before(claimed)), _pairs(f"{page.title}\n{text}")
    if not text or len(before & now) < LEAST_SHARED * min(len(before), len(now)):
        return _without_article(page.title, text, claimed)
    if not _same_site(claimed, url):
        return Look("nothing", "it leads to another site")
    if len(now) < SHORT * len(before) and len(before & now) > PART * len(now):
        return Look("nothing", "only a part of it is shown")
    etag = read.reply.headers.get("etag", "")
    moved_to = _moved_to(read.reply.permanent_url, url, claimed)
    return Look("page", "", url, page.title, text, text_hash(text), etag, moved_to)


def _before(claimed: Claimed) -> str:
    """What it said, as far as is known."""
    enriched, said = claimed.enriched, claimed.recheck.baseline
    if said.text is not None:
        return f"{said.title}\n{said.text}"
    return f"{enriched.article.raw.title}\n{enriched.text}"


def _pairs(text: str) -> set[int]:
    return set(shingles(words(text), 2))


def _without_article(title: str, text: str, claimed: Claimed) -> Look:
    """Gone, if the page was read before or if it says so; else it could never be read, and tells nothing."""
    few = len(words(text)) <= FEW_WORDS
    if few and stands_before(f"{title}\n{text}"):
        return Look("nothing", "a wall stands before it")
    known = bool(claimed.recheck.baseline.text_hash) or (few and says_gone(f"{title}\n{text}"))
    return Look("missing" if known else "nothing", "it says something else" if text else "it has no text")


def _leads_up(claimed: Claimed, url: str) -> bool:
    """Whether a redirect ends at the front page, or at a section that the article's address stands in."""
    raw = claimed.enriched.article.raw
    asked = claimed.recheck.baseline.url or raw.link or raw.url
    was, now = _path(asked), _path(url)
    return was != now and was.startswith(f"{now}/") and not urlsplit(url).query and _site(asked) == _site(url)


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")


def _same_site(claimed: Claimed, url: str) -> bool:
    """Before the first look nothing is known of where a feed's links lead."""
    before = claimed.recheck.baseline.url
    return not before or _site(before) == _site(url)


def _site(url: str) -> str:
    try:
        return source_of(url)
    except Invalid:
        return ""


def _moved_to(permanent_url: str, url: str, claimed: Claimed) -> str:
    """Only if all redirects on the way are permanent ones, and the page is not where it was read first."""
    home = claimed.recheck.baseline.url
    if not home or permanent_url != url or _settled(url) == _settled(home):
        return ""
    return canonical(url)


def _settled(url: str) -> str:
    """Without what makes no other page: the last slash, a name before the site's."""
    try:
        host, _, rest = canonical(url).partition("://")[2].partition("/")
    except Invalid:
        return url
    return f"{host.removeprefix('www.').removeprefix('m.')}/{rest.rstrip('/')}"
