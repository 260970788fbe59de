"""Who is it? By its address, by what its source calls it, or by its text, an article is known again.

What is found once is written down under the address and the id it came with. So a record that comes again
finds the same article, whatever became of that article meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from consumers.dedupe.copies import Copies
from consumers.dedupe.look import Looked
from consumers.dedupe.same import same_by_id, same_by_text, telling_id
from service.model import Alias, Lead, Sighting
from service.store import Transaction
from service.store.identities import Identity
from service.urls import article_id

TEXT = "text "
"""Before a text's hash, where texts are what a source's articles are known by."""
ENTRY = "#entry-"
"""What follows an address at which another article is already."""


@dataclass(frozen=True, slots=True)
class Who:
    """An article, and the address at which it is from now on."""

    article_id: str
    url: str
    known: bool
    """Whether it was seen before."""


class Acquaintance:
    """The addresses, ids and texts by which this batch may be known, and what the batch adds to them."""

    def __init__(self, tx: Transaction, batch: Sequence[Looked], copies: Copies, window: timedelta) -> None:
        self._tx, self._copies, self._window = tx, copies, window
        self._holders = tx.identities.behind(own for each in batch for own in _own_ids(each))
        self._names = tx.identities.known(name for each in batch for name in _names(each))
        ids = [*self._holders.values(), *self._names.values(), *(own for each in batch for own in _own_ids(each))]
        self.history = tx.sightings.of(ids)
        self._leads = {each.article_id: each for each in tx.identities.leads(self._names.values())}
        self._published: dict[tuple[str, datetime | None], list[Lead]] = {}
        for lead in tx.identities.published(_moments(batch)):
            self._published.setdefault((lead.source, lead.published_at), []).append(lead)
        self._new_aliases: list[Alias] = []
        self._new_names: dict[Identity, str] = {}
        self._new_leads: list[Lead] = []

    def known(self, looked: Looked) -> Who:
        """The article it is, or will be."""
        holder = self._holder(looked.own_id)
        article = self._article(looked, holder)
        if article:
            return Who(article, self._address(looked, article, holder), known=True)
        url = f"{looked.raw.url}{ENTRY}{article_id(_own_name(looked))[:16]}" if holder else looked.raw.url
        return Who(article_id(url), url, known=False)

    def _article(self, looked: Looked, holder: str) -> str:
        match looked.raw.identity:
            case "link":
                return holder
            case "guid" if looked.name:  # whoever pushes articles in means the one at this address
                return self._named(looked) or ("" if looked.raw.feed_id else holder)
            case "text":
                return self._named(looked) or self._by_text(looked)
        beside = self._named(looked) if holder else ""
        if beside and _stands_beside(self._last(beside), looked):
            return beside
        return holder or self._by_name(looked) or self._by_text(looked)

    def _holder(self, own_id: str) -> str:
        """The article at an address; "" if there is none."""
        return self._holders.get(own_id) or (own_id if own_id in self.history else "")

    def _address(self, looked: Looked, article: str, holder: str) -> str:
        """Where it is from now on: where it was seen, unless another article is there."""
        last = self._last(article)
        before = [seen.url for seen in self.history[article] if seen.position == looked.position]
        return [*before, looked.raw.url if holder in ("", article) else last.url][0]

    def _last(self, article: str) -> Sighting:
        if article not in self.history:
            self.history |= self._tx.sightings.of([article])
        return self.history[article][-1]

    def _named(self, looked: Looked) -> str:
        """The article that its source called so before."""
        return self._names.get((looked.raw.source, _own_name(looked)), "")

    def _by_name(self, looked: Looked) -> str:
        article = self._named(looked) if telling_id(looked.name) else ""
        before = self._leads.get(article)
        return article if before and same_by_id(before, looked.lead, self._window) else ""

    def _by_text(self, looked: Looked) -> str:
        """The latest of those that it may be."""
        now, alike = looked.lead, self._copies.alike(looked)
        unread = [each for each in alike if each not in self._leads]
        self._leads |= {each.article_id: each for each in self._tx.identities.leads(unread)}
        likely = {each: self._leads[each] for each in alike if each in self._leads}
        likely |= {each.article_id: each for each in self._published.get((now.source, now.published_at), ())}
        same = [each for each in likely.values() if same_by_text(each, now, self._window)]
        return max(same, key=lambda each: (each.seen_at, each.article_id)).article_id if same else ""

    def met(self, looked: Looked, who: Who) -> None:
        """Write down under what it came, where that is free."""
        raw = looked.raw
        for url in filter(None, (who.url, raw.moved_to)):
            own = article_id(url)
            if not self._holder(own) and own != who.article_id:
                self._holders[own] = who.article_id
                self._new_aliases.append(Alias(url, who.article_id, raw.seen_at))
        for name in _names(looked):
            if name not in self._names:
                self._names[name] = self._new_names[name] = who.article_id

    def read(self, looked: Looked, who: Who) -> None:
        """Keep its latest text in mind."""
        lead = replace(looked.lead, article_id=who.article_id)
        self._leads[who.article_id] = lead
        self._new_leads.append(lead)
        if lead.published_at:
            there = self._published.setdefault((lead.source, lead.published_at), [])
            there[:] = [each for each in there if each.article_id != who.article_id] + [lead]

    def remember(self, tx: Transaction) -> None:
        tx.identities.add_aliases(self._new_aliases)
        tx.identities.add(self._new_names)
        tx.identities.put_leads(self._new_leads)


def _stands_beside(last: Sighting, looked: Looked) -> bool:
    """Whether an article is told by its id from another one at the same address."""
    return last.url.startswith(looked.raw.url + ENTRY)


def _own_ids(looked: Looked) -> Iterator[str]:
    yield looked.own_id
    if looked.raw.moved_to:
        yield article_id(looked.raw.moved_to)


def _names(looked: Looked) -> Iterator[Identity]:
    if looked.raw.identity == "text":
        yield looked.raw.source, _own_name(looked)
    elif looked.name and looked.raw.identity != "link":
        yield looked.raw.source, looked.name


def _own_name(looked: Looked) -> str:
    """By which it differs from others at the same address."""
    return TEXT + looked.text_hash if looked.raw.identity == "text" else looked.name


def _moments(batch: Sequence[Looked]) -> Iterator[datetime]:
    for each in batch:
        if each.lead.published_at and each.raw.identity in ("auto", "text"):
            yield each.lead.published_at
