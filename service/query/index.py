"""Which of many topics hold of an article, without trying each.

Every topic is kept under its anchors: the leaves of which a match needs at least one. An article looks up its
own words, prefixes and fields, and only the topics found there are tried. Anchors are kept by the forms of
the article's language, in a table made when its first article comes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from service.query.anchors import anchors, rarity
from service.query.document import Document, keys
from service.query.match import Match, find
from service.query.tree import Field, Leaf, Prefix, Query, Term
from service.query.words import LEAST_PREFIX
from service.text import STEMMED

_Table = dict[str, set[str]]
T = TypeVar("T")


class TopicIndex:
    """Topics by id. One thread at a time."""

    def __init__(self) -> None:
        self._queries: dict[str, Query] = {}
        self._anchors: dict[str, tuple[Leaf, ...]] = {}
        self._crowd: Counter[Leaf] = Counter()
        self._prefix_lengths: Counter[int] = Counter()
        self._tables: dict[str, _Table] = {}

    def __len__(self) -> int:
        return len(self._queries)

    def put(self, topic_id: str, query: Query) -> None:
        """Add a topic, or give it another query. Raises `ValueError` for a query that `parse` refuses."""
        chosen = anchors(query, self._cost)
        if chosen is None:
            raise ValueError(f"a query without anchors: {query}")
        self.remove(topic_id)
        self._queries[topic_id], self._anchors[topic_id] = query, chosen
        self._crowd.update(chosen)
        self._prefix_lengths.update(_bucket_lengths(chosen))
        for language, table in self._tables.items():
            for key in _keys(chosen, language):
                table.setdefault(key, set()).add(topic_id)

    def remove(self, topic_id: str) -> None:
        """Forget a topic; one that is not there is no matter."""
        if self._queries.pop(topic_id, None) is None:
            return
        chosen = self._anchors.pop(topic_id)
        _take_away(self._crowd, chosen)
        _take_away(self._prefix_lengths, _bucket_lengths(chosen))
        for language, table in self._tables.items():
            for key in _keys(chosen, language):
                _discard(table, key, topic_id)

    def match(self, document: Document) -> dict[str, Match]:
        """The topics that hold, by id in order, each with its reasons."""
        table = self._table(document.language if document.language in STEMMED else "")
        candidates: set[str] = set()
        for key in self._asked(document):
            candidates |= table.get(key, _NOBODY)
        tried = ((topic_id, find(self._queries[topic_id], document)) for topic_id in sorted(candidates))
        return {topic_id: match for topic_id, match in tried if match}

    def _cost(self, leaf: Leaf) -> float:
        """Rare words first, and rather one that few other topics hang on."""
        return rarity(leaf) * (1 + self._crowd[leaf])

    def _table(self, language: str) -> _Table:
        if language not in self._tables:
            table: _Table = {}
            for topic_id, chosen in self._anchors.items():
                for key in _keys(chosen, language):
                    table.setdefault(key, set()).add(topic_id)
            self._tables[language] = table
        return self._tables[language]

    def _asked(self, document: Document) -> Iterator[str]:
        """Every key under which a topic that holds could be kept."""
        yield f"lang:{document.language}"
        yield from (f"country:{code}" for code in document.countries)
        yield from (f"source:{tail}" for tail in document.tails)
        for name, part in document.parts.items():
            prefixes = {word[:length] for length in self._prefix_lengths for word in part.folded}
            yield from part.keys
            yield from (f"{start}*" for start in prefixes)
            if name == "title":
                yield from (f"title:{key}" for key in part.keys)
                yield from (f"title:{start}*" for start in prefixes)


_NOBODY: frozenset[str] = frozenset()


def _keys(chosen: tuple[Leaf, ...], language: str) -> Iterator[str]:
    """Where a topic with these anchors is kept. Body clauses wait among those of both fields."""
    for leaf in chosen:
        if isinstance(leaf, Field):
            yield str(leaf)
            continue
        bound = "title:" if leaf.field == "title" else ""
        if isinstance(leaf, Prefix):
            yield f"{bound}{leaf.start[:LEAST_PREFIX]}*"
        else:
            word = leaf.word if isinstance(leaf, Term) else max(leaf.words, key=len)
            yield from (bound + key for key in keys(word, language))


def _bucket_lengths(chosen: tuple[Leaf, ...]) -> list[int]:
    return [min(len(leaf.start), LEAST_PREFIX) for leaf in chosen if isinstance(leaf, Prefix)]


def _take_away(counter: "Counter[T]", elements: Iterable[T]) -> None:
    for element in elements:
        counter[element] -= 1
        if not counter[element]:
            del counter[element]


def _discard(table: _Table, key: str, topic_id: str) -> None:
    topics = table.get(key, set())
    topics.discard(topic_id)
    if not topics:
        table.pop(key, None)
