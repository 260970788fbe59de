"""Where topics wait for the articles of one language.

A topic goes in under the keys of one of its needs; the keys of an article bring out the topics whose needs
the article meets. More may come out than hold: what stands where in the text is not looked at here.

Keys are plain text: `word`, `·stem`, `title:word`, `pref*`, `country:BY`, and `word word` for two in a row.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeVar

from service.query.document import Document, Part, keys
from service.query.needs import Need
from service.query.tree import Exact, Field, Leaf, Phrase, Prefix, Term
from service.query.words import LEAST_PREFIX

Counted = TypeVar("Counted")
Check = tuple[frozenset[str], ...]
"""An article that matches has a key of each of these."""


class Postings:
    """The topics for one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._topics: dict[str, set[str]] = {}
        self._firsts: Counter[str] = Counter()
        self._starts: Counter[int] = Counter()
        self._checks: dict[str, Check] = {}

    def put(self, topic_id: str, anchor: Need) -> None:
        for key in self._kept_under(anchor, 1):
            self._topics.setdefault(key, set()).add(topic_id)

    def remove(self, topic_id: str, anchor: Need) -> None:
        self._checks.pop(topic_id, None)
        for key in self._kept_under(anchor, -1):
            topics = self._topics.get(key, set())
            topics.discard(topic_id)
            if not topics:
                self._topics.pop(key, None)

    def candidates(self, document: Document, all_needs: "dict[str, list[Need]]") -> list[str]:
        """Topics whose needs the article meets, as far as keys can tell, in order of their ids."""
        have = self._keys_of(document)
        waiting: set[str] = set()
        for key in have & self._topics.keys():
            waiting |= self._topics[key]
        return sorted(topic_id for topic_id in waiting if self._meets(topic_id, all_needs[topic_id], have))

    def _meets(self, topic_id: str, needs: list[Need], have: set[str]) -> bool:
        check = self._checks.get(topic_id)
        if check is None:
            check = self._checks[topic_id] = _check(needs, self._language)
        return not any(have.isdisjoint(alternatives) for alternatives in check)

    def _kept_under(self, anchor: Need, count: int) -> Iterator[str]:
        """The keys of an anchor, counting how many topics make an article look for pairs and prefixes."""
        for leaf in anchor:
            if isinstance(leaf, Phrase | Exact) and len(leaf.words) > 1:
                first, second = max(pairwise(leaf.words), key=lambda pair: len(pair[0]) + len(pair[1]))
                for key in keys(first, self._language):
                    _count(self._firsts, key, count)
                    yield from (f"{key} {other}" for other in keys(second, self._language))
            elif isinstance(leaf, Prefix):
                start = leaf.start[:LEAST_PREFIX]
                _count(self._starts, len(start), count)
                yield f"{_bound(leaf)}{start}*"
            else:
                yield from _keys(leaf, self._language)

    def _keys_of(self, document: Document) -> set[str]:
        """Every key by which this article could meet a topic that is kept here."""
        have = {f"lang:{document.language}"}
        have.update(f"country:{code}" for code in document.countries)
        have.update(f"source:{tail}" for tail in document.tails)
        for part in document.parts.values():
            have |= part.keys
            have.update(self._pairs(part))
            have.update(self._beginnings(part))
        title = document.parts["title"]
        have.update(f"title:{key}" for key in (*title.keys, *self._beginnings(title)))
        return have

    def _pairs(self, part: Part) -> list[str]:
        firsts = self._firsts
        return [
            f"{key} {other}"
            for before, after in pairwise(map(part.forms.__getitem__, part.written if firsts else ()))
            for key in before
            if key in firsts
            for other in after
        ]

    def _beginnings(self, part: Part) -> set[str]:
        return {f"{word[:length]}*" for length in self._starts for word in part.folded}


def _check(needs: Iterable[Need], language: str) -> Check:
    """Needs as keys; one with a prefix, which keys do not tell, is left to the matching."""
    tellable = [need for need in needs if not any(isinstance(leaf, Prefix) for leaf in need)]
    return tuple(frozenset(key for leaf in need for key in _keys(leaf, language)) for need in tellable)


def _keys(leaf: Leaf, language: str) -> Iterator[str]:
    """Of a phrase, those of its longest word."""
    match leaf:
        case Field():
            yield str(leaf)
        case Term():
            yield from (_bound(leaf) + key for key in keys(leaf.word, language))
        case Phrase() | Exact():
            yield from (_bound(leaf) + key for key in keys(max(leaf.words, key=len), language))


def _bound(leaf: Leaf) -> str:
    """Clauses of the body wait among those of both."""
    return "title:" if not isinstance(leaf, Field) and leaf.field == "title" else ""


def _count(counter: Counter[Counted], what: Counted, by: int) -> None:
    counter[what] += by
    if counter[what] <= 0:
        del counter[what]
