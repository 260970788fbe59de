"""Two versions of a text in, their difference out: where they differ, how much it matters, and what changed.

A difference has all classes that apply, the gravest first:

* retraction  the article is gone, or says that it is corrected or taken back
* negation    a "not" came or went
* number      a number, amount, date or percentage is another
* name        a proper name stands in place of another
* headline    the title says something else
* wording     other words
* cosmetic    punctuation, blanks, typographic signs, case, a slip of the pen
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from service.text.materiality import GRAVITY, Change, Fact, Materiality, Side, clipped, weigh
from service.text.segments import Segment, segments
from service.text.stems import stem
from service.text.words import written

__all__ = ["Difference", "Fact", "Materiality", "Segment", "Version", "difference"]

AROUND = 60
"""Characters on either side by which a change is judged."""
MOST_WEIGHED = 300
"""Changes that are judged one by one; if there are more, the text was written anew."""
MOST_FACTS = 20
LEAST_CAPITALISED, MOST_CAPITALS = 3, 0.7
"""If so many of the words longer than that have capitals, capitals tell no names."""
DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Version:
    """An article's text at one time."""

    title: str
    text: str
    state: str = "published"
    """published, deleted or moved."""
    names: tuple[str, ...] = ()
    """Names known to be in it: they are known again where no capital letter tells, as at a sentence's start."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one version to the next."""

    title: tuple[Segment, ...]
    text: tuple[Segment, ...]
    classes: tuple[Materiality, ...]
    """All that apply, the gravest first; none if nothing changed."""
    facts: tuple[Fact, ...]
    """What changed, the gravest first; `str(fact)` is "number: 52 → 14"."""

    @property
    def is_material(self) -> bool:
        return any(each != "cosmetic" for each in self.classes)


def difference(before: Version, after: Version, language: str) -> Difference:
    """`language` is a two-letter code; of one that is not known, digits tell numbers and capitals names."""
    title, text = segments(before.title, after.title), segments(before.text, after.text)
    names = _stems((*before.names, *after.names), language)
    told = _Told(set(), _of_state(before, after))
    capitals = not (_every_word(before.title) or _every_word(after.title))
    for change in _changes(_Pair(before.title, after.title, language, names, capitals), title):
        told.of_title(*weigh(change))
    changes = _changes(_Pair(before.text, after.text, language, names), text)
    for change in islice(changes, MOST_WEIGHED):
        told.of_text(*weigh(change))
    if next(changes, None):
        told.classes.add("wording")
    if "headline" in told.classes:
        told.facts.append(Fact("headline", clipped(before.title), clipped(after.title)))
    return Difference(title, text, *told.sorted())


@dataclass(frozen=True, slots=True)
class _Told:
    """What was found so far."""

    classes: set[Materiality]
    facts: list[Fact]

    def of_title(self, classes: set[Materiality], facts: Sequence[Fact]) -> None:
        material = classes - {"wording", "cosmetic"}
        self.classes.update(material, {"cosmetic"} if classes == {"cosmetic"} else {"headline"})
        self.facts.extend(fact for fact in facts if fact.kind in material)

    def of_text(self, classes: set[Materiality], facts: Sequence[Fact]) -> None:
        self.classes.update(classes)
        self.facts.extend(facts)

    def sorted(self) -> tuple[tuple[Materiality, ...], tuple[Fact, ...]]:
        classes = self.classes | {fact.kind for fact in self.facts}
        facts = sorted(dict.fromkeys(self.facts), key=lambda fact: GRAVITY.index(fact.kind))
        return tuple(kind for kind in GRAVITY if kind in classes), tuple(facts[:MOST_FACTS])


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two texts, and what must be known to judge their changes."""

    before: str
    after: str
    language: str
    names: frozenset[str]
    capitals: bool = True


def _of_state(before: Version, after: Version) -> list[Fact]:
    gone = after.state == DELETED and before.state != DELETED
    return [Fact("retraction", before.state, after.state)] if gone else []


def _changes(pair: _Pair, found: Sequence[Segment]) -> Iterator[Change]:
    """What stands between two equal segments, each with the words around it."""
    for n, each in enumerate(found):
        if each.kind == "equal" or (n and found[n - 1].kind != "equal"):
            continue
        after = n + 2 if n + 1 < len(found) and found[n + 1].kind != "equal" else n + 1
        left = _end_of(pair.before[found[n - 1].start : each.start]) if n else ""
        right = _start_of(pair.before[found[after].start : found[after].end]) if after < len(found) else ""
        gone = pair.before[each.start : found[after - 1].end]
        come = pair.after[each.other : found[after - 1].other_end]
        there = _Around(left, right, pair.language)
        yield Change(there.side(gone), there.side(come), pair.names, pair.capitals)


@dataclass(frozen=True, slots=True)
class _Around:
    """The words on either side of a change."""

    left: str
    right: str
    language: str

    def side(self, changed: str) -> Side:
        start = len(self.left)
        return Side(f"{self.left}{changed}{self.right}", start, start + len(changed), self.language)


def _end_of(text: str) -> str:
    """Its last words; no word is cut."""
    return text if len(text) <= AROUND else text[-AROUND:].partition(" ")[2] or text[-AROUND:]


def _start_of(text: str) -> str:
    return text if len(text) <= AROUND else text[:AROUND].rpartition(" ")[0] or text[:AROUND]


def _stems(names: Iterable[str], language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for name in set(names) for word in written(name))


def _every_word(title: str) -> bool:
    """Whether it is written With Capitals."""
    words = [word for word in written(title) if len(word) > LEAST_CAPITALISED]
    return len(words) > 2 and sum(word[0].isupper() for word in words) > len(words) * MOST_CAPITALS
