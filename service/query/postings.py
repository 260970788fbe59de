"""Where topics wait for the articles of one language.

A topic goes in under the keys of one of its needs; the keys of an article bring out the topics whose needs
the article meets. More may come out than hold: what stands where in the text is not looked at here.

Keys are plain text: `word`, `·stem`, `title:word`, `pref*`, `country:BY`. A phrase waits under a key and the
one that must follow it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise, product

from service.query.document import Document, Part, keys
from service.query.known import MEANING, STORY, keys_of
from service.query.needs import Need, Simple
from service.query.tree import About, Exact, Fact, Field, Phrase, Prefix, Term
from service.query.words import LEAST_PREFIX

APART = ("title", "author")
"""Fields whose words have keys of their own."""

Check = tuple[frozenset[str], ...]
"""An article that matches has a key of each of these."""


class Postings:
    """The topics for one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._topics: dict[str, set[str]] = {}
        self._followed: dict[str, dict[str, set[str]]] = {}
        self._starts: Counter[int] = Counter()
        self._checks: dict[str, Check] = {}

    def put(self, topic_id: str, anchor: Need) -> None:
        for key, following in self._places(anchor):
            if following:
                self._followed.setdefault(key, {}).setdefault(following, set()).add(topic_id)
            else:
                self._topics.setdefault(key, set()).add(topic_id)
        self._starts.update(_starts(anchor))

    def remove(self, topic_id: str, anchor: Need) -> None:
        self._checks.pop(topic_id, None)
        for key, following in self._places(anchor):
            if following:
                _discard(self._followed.get(key, {}), following, topic_id)
                if not self._followed.get(key, True):
                    del self._followed[key]
            else:
                _discard(self._topics, key, topic_id)
        for length in _starts(anchor):
            self._starts[length] -= 1
            if not self._starts[length]:
                del self._starts[length]

    def candidates(self, document: Document, all_needs: Mapping[str, list[Need]]) -> list[str]:
        """Topics whose needs the article meets, as far as keys can tell, in order of their ids."""
        have = self._keys_of(document)
        waiting = {topic_id for key in have & self._topics.keys() for topic_id in self._topics[key]}
        for part in document.parts.values():
            waiting.update(*self._in_a_row(part))
        return sorted(topic_id for topic_id in waiting if self._meets(topic_id, all_needs[topic_id], have))

    def _meets(self, topic_id: str, needs: list[Need], have: set[str]) -> bool:
        check = self._checks.get(topic_id)
        if check is None:
            check = self._checks[topic_id] = _check(needs, self._language)
        return not any(have.isdisjoint(alternatives) for alternatives in check)

    def _places(self, anchor: Need) -> Iterator[tuple[str, str]]:
        """The keys of an anchor; of a phrase, those of its longest two words, with the one that follows."""
        for leaf in anchor:
            if isinstance(leaf, Phrase | Exact) and len(leaf.words) > 1 and not _is_loose(leaf):
                first, second = max(pairwise(leaf.words), key=lambda pair: len(pair[0]) + len(pair[1]))
                yield from product(keys(first, self._language), keys(second, self._language))
            elif isinstance(leaf, Prefix):
                yield f"{_bound(leaf)}{leaf.start[:LEAST_PREFIX]}*", ""
            else:
                yield from ((key, "") for key in _keys(leaf, self._language))

    def _keys_of(self, document: Document) -> set[str]:
        """Every single key by which this article could meet a topic that waits here."""
        have = set(document.known.keys)
        if document.vector:
            have.add(MEANING)
        for _, part in document.within(""):
            have.update(part.keys, self._beginnings(part))
        for name in APART:
            part = document.parts[name]
            have.update(f"{name}:{key}" for key in (*part.keys, *self._beginnings(part)))
        return have

    def _in_a_row(self, part: Part) -> list[set[str]]:
        followed = self._followed
        forms = [part.forms[word] for word in part.written] if followed else []
        return [
            seconds[following]
            for before, after in pairwise(forms)
            for key in before
            if (seconds := followed.get(key))
            for following in after
            if following in seconds
        ]

    def _beginnings(self, part: Part) -> set[str]:
        return {f"{word[:length]}*" for length in self._starts for word in part.folded}


def _check(needs: Iterable[Need], language: str) -> Check:
    """Needs as keys; one with a prefix, which keys do not tell, is left to the matching."""
    tellable = [need for need in needs if not any(isinstance(leaf, Prefix) for leaf in need)]
    return tuple(frozenset(key for leaf in need for key in _keys(leaf, language)) for need in tellable)


def _keys(leaf: Simple, language: str) -> Iterator[str]:
    """Of a phrase, those of its longest word."""
    match leaf:
        case Field():
            yield from keys_of(leaf)
        case About():
            yield MEANING
        case Fact():
            yield STORY
        case Term():
            yield from (_bound(leaf) + key for key in keys(leaf.word, language))
        case Phrase() | Exact():
            yield from (_bound(leaf) + key for key in keys(max(leaf.words, key=len), language))


def _bound(leaf: Term | Phrase | Exact | Prefix) -> str:
    """Clauses of the body wait among those of title and body."""
    return f"{leaf.field}:" if leaf.field in APART else ""


def _is_loose(leaf: Phrase | Exact) -> bool:
    return isinstance(leaf, Phrase) and leaf.slop > 0


def _starts(anchor: Need) -> list[int]:
    """How many letters of a word an article has to look up for the prefixes of an anchor."""
    return [min(len(leaf.start), LEAST_PREFIX) for leaf in anchor if isinstance(leaf, Prefix)]


def _discard(topics: dict[str, set[str]], key: str, topic_id: str) -> None:
    waiting = topics.get(key, set())
    waiting.discard(topic_id)
    if not waiting:
        topics.pop(key, None)
