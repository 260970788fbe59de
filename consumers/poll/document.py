"""A feed document once read, whatever its format: values, and the rules that hold for every entry."""

from datetime import datetime

from msgspec import Struct

from service.errors import Invalid
from service.text import plain
from service.urls import resolve


class Entry(Struct, frozen=True, kw_only=True):
    """One element of a feed document. Summary and content are HTML, as given; the title is plain text."""

    id: str = ""
    link: str = ""
    """Absolute, if the document or its address allow that."""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    language: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    image: str = ""
    """Address of the main image."""
    keywords: tuple[str, ...] = ()
    """As the publisher says."""


class Child(Struct, frozen=True, kw_only=True):
    """A document that an index lists."""

    url: str
    changed_at: datetime | None = None


class Document(Struct, frozen=True, kw_only=True):
    """A feed document."""

    title: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    ttl: float | None = None
    """Seconds for which the publisher asks not to be polled again."""
    period: float | None = None
    """Seconds between two updates, as the publisher says (sy:updatePeriod)."""
    skips: str = ""
    """Hours (UTC) and weekdays in which not to poll, such as "0 1 sat sun" (skipHours, skipDays)."""
    doubt: str = ""
    """Why a more patient parser should have a look, too; "" if there is no need."""
    children: tuple[Child, ...] = ()
    """Of an index of sitemaps: where the entries are."""
    listing: bool = False
    """Lists pages, old ones among them, rather than telling what is new."""


def line(html: str) -> str:
    """A piece of HTML as one line of plain text."""
    if "<" in html or "&" in html:
        html = plain(html)
    return " ".join(html.split())


def person(html: str) -> str:
    """The name alone of "name (address)" and "address (name)", the two ways to write an RSS author."""
    text = line(html)
    before, _, inside = text.removesuffix(")").rpartition(" (")
    if not text.endswith(")") or not before:
        return text
    if "@" in inside:
        return before
    return inside if "@" in before and " " not in before else text


def absolute(base: str, link: str, entry_id: str = "") -> str:
    """The link resolved against `base`; where there is none, the id, if that is an address."""
    link = link.strip()
    if not link:
        return entry_id if is_address(entry_id) else ""
    if is_address(link):
        return link
    try:
        return resolve(base, link)
    except Invalid:
        return link


def is_address(text: str) -> bool:
    return text[:8].lower().startswith(("http://", "https://"))


def minutes(text: str | int | None) -> float | None:
    """An RSS `ttl` in seconds; None if it is none, or not positive."""
    try:
        found = float(text or 0) * 60
    except ValueError:
        return None
    return found if 0 < found < float("inf") else None
