"""Which ids and links of a document tell its entries apart? Pure.

In go the entries; out come the ids that name no entry, the links that several entries share, and for each entry
by what it is to be known again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from consumers.poll.document import Entry, is_address
from service.messages import IdentityPolicy
from service.text import words

LEAST_HEADLINE = 3
"""Words of a title that make it a headline, should they stand in an id."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a document's entries are not to be known by."""

    doubtful_ids: frozenset[str] = frozenset()
    shared_links: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Names":
        return cls(frozenset(_doubtful(entries)), frozenset(_shared(entries)))

    def policy(self, entry: Entry, chosen: IdentityPolicy) -> IdentityPolicy:
        """What the feed's owner chose; left to us, what tells this entry from the others."""
        if chosen != "auto" or _page(entry) not in self.shared_links:
            return chosen
        return "guid" if self.usable_id(entry, chosen) else "text"

    def usable_id(self, entry: Entry, chosen: IdentityPolicy) -> str:
        """The entry's id; "" for one that is no name of it, unless the feed's owner relies on it."""
        known = entry.id.strip()
        return known if chosen == "guid" or known not in self.doubtful_ids else ""


def invalid_share(entries: Sequence[Entry]) -> float:
    """The share of entries that have no id, one that another entry has, too, or one that changes with the title."""
    doubtful = frozenset(_doubtful(entries)) | {""}
    return sum(entry.id.strip() in doubtful for entry in entries) / len(entries) if entries else 0.0


def _doubtful(entries: Sequence[Entry]) -> set[str]:
    named: dict[str, set[tuple[str, str]]] = {}
    for entry in entries:
        named.setdefault(entry.id.strip(), set()).add((entry.link, entry.title))
    shared = {known for known, found in named.items() if len(found) > 1}
    return shared | {entry.id.strip() for entry in entries if _holds_headline(entry)}


def _holds_headline(entry: Entry) -> bool:
    """An address may hold the headline: that is a matter of the link, which is looked at first."""
    title = words(entry.title)
    if len(title) < LEAST_HEADLINE or is_address(entry.id):
        return False
    return f" {' '.join(title)} " in f" {' '.join(words(entry.id.replace('-', ' ')))} "


def _shared(entries: Sequence[Entry]) -> set[str]:
    """Links under which entries of different titles stand."""
    titles: dict[str, set[str]] = {}
    for entry in entries:
        titles.setdefault(_page(entry), set()).add(entry.title or entry.summary)
    return {link for link, found in titles.items() if link and len(found) > 1}


def _page(entry: Entry) -> str:
    """Parts of one page are at one address: a live blog's entries, for instance."""
    return entry.link.partition("#")[0]
