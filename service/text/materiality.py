"""How much a change matters: what goes and what comes, with the words around it, goes in; out come the classes
that apply, and what changed as short facts.

The words around a change are the same on both sides, so what counts is only what the one side has more of.
"""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from rapidfuzz.distance import OSA

from service.text.figures import Term, terms
from service.text.pieces import pieces
from service.text.stems import stem
from service.text.wordings import contradicts, negates, takes_back

Materiality = Literal["retraction", "negation", "number", "name", "headline", "wording", "cosmetic"]
GRAVITY: tuple[Materiality, ...] = ("retraction", "negation", "number", "name", "headline", "wording", "cosmetic")
"""The classes, the gravest first."""

MOST_WORDS = 25
"""A change of more words is new prose: a name or a "not" in it proves nothing."""
MOST_WORDS_AROUND_A_NUMBER = 60
"""A number may change along with more words than a name before it proves nothing, too."""
MOST_CHARACTERS = 4000
"""A change of more is new prose, and only its beginning is looked at."""
PASSAGE = 12
"""So many words that only come, or only go, are new prose too; or fewer, if a sentence ends in them."""
LEAST_TYPO = 5
"""Letters of a word that can be misspelt; a shorter one is another word."""
SHOWN = 80
"""Characters shown of each side of a fact."""
WITHOUT_CAPITAL_NAMES = ("de", "lb")
"""Languages in which every noun has a capital."""
_ENDS = frozenset(".!?…。！？।")
_AFTER_ENDS = "\"'»”’)]"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that changed, as it stands in the texts; "" where there is nothing on that side."""

    kind: Materiality
    before: str
    after: str

    def __str__(self) -> str:
        if self.before and self.after:
            return f"{self.kind}: {self.before} → {self.after}"
        return f"{self.kind}: {'+' if self.after else '−'} {self.before or self.after}"


@dataclass(frozen=True, slots=True)
class Side:
    """A text around a change: `text[start:end]` is what changed."""

    text: str
    start: int
    end: int
    language: str

    @property
    def changed(self) -> str:
        return self.text[self.start : self.end]

    def terms(self) -> list[Term]:
        text = self.text[: self.start + MOST_CHARACTERS]
        return terms(text, pieces(text), self.language)


@dataclass(frozen=True)
class Change:
    """Something goes, or comes, or both. `names` are stems of names known to be in the texts."""

    before: Side
    after: Side
    names: AbstractSet[str]
    capitals: bool = True
    """Whether a capital letter marks a name: not in a headline that writes Every Word with One."""

    @cached_property
    def _terms(self) -> tuple[list[Term], list[Term]]:
        return self.before.terms(), self.after.terms()

    @cached_property
    def gone(self) -> list[Term]:
        return _more(*self._terms)

    @cached_property
    def come(self) -> list[Term]:
        return _more(*self._terms[::-1])

    @property
    def language(self) -> str:
        return self.before.language

    @property
    def is_vast(self) -> bool:
        return max(len(self.before.changed), len(self.after.changed)) > MOST_CHARACTERS

    @property
    def is_prose(self) -> bool:
        """Too much to say which word stands for which."""
        if self.gone and self.come:
            return max(len(self.gone), len(self.come)) > MOST_WORDS or self.is_vast
        side, words = (self.before, self.gone) if self.gone else (self.after, self.come)
        return len(words) >= PASSAGE or (len(words) > 2 and _ends_sentence(side.changed))


def weigh(change: Change) -> tuple[set[Materiality], list[Fact]]:
    """The classes of one change; cosmetic if nothing else."""
    found = [fact for weigher in (_retraction, _negation, _numbers, _names) for fact in weigher(change)]
    if fact := _wording(change, found):
        found.append(fact)
    kinds = {fact.kind for fact in found}
    classes: set[Materiality] = {kind for kind in GRAVITY if kind in kinds}
    return classes or {"cosmetic"}, found


def _retraction(change: Change) -> list[Fact]:
    before, after = (side.text[: side.start + MOST_CHARACTERS] for side in (change.before, change.after))
    words = takes_back(after, change.language)
    return [Fact("retraction", "", words)] if words and not takes_back(before, change.language) else []


def _negation(change: Change) -> list[Fact]:
    if change.is_prose:
        return []
    language = change.language
    gone = [term for term in change.gone if negates(term.key, language)]
    come = [term for term in change.come if negates(term.key, language)]
    if bool(gone) != bool(come):
        return [_fact("negation", change)]
    pairs = ((one, other) for one in change.gone for other in change.come)
    return [Fact("negation", one.text, other.text) for one, other in pairs if contradicts(one.key, other.key, language)]


def _numbers(change: Change) -> list[Fact]:
    gone = [term for term in change.gone if term.number]
    come = [term for term in change.come if term.number]
    if gone and come:
        most = max(len(change.gone), len(change.come))
        return [] if change.is_vast or most > MOST_WORDS_AROUND_A_NUMBER else _paired("number", gone, come)
    if change.is_prose or all(term.key == "#1" for term in gone + come):
        return []
    return _paired("number", gone, come)


def _names(change: Change) -> list[Fact]:
    if change.is_prose:
        return []
    gone = [term for term in change.gone if _is_name(term, change.before, change)]
    come = [term for term in change.come if _is_name(term, change.after, change)]
    stems = {stem(term.text, change.language) for term in gone}, {stem(term.text, change.language) for term in come}
    gone = [term for term in gone if stem(term.text, change.language) not in stems[1]]
    come = [term for term in come if stem(term.text, change.language) not in stems[0]]
    return _paired("name", gone, come) if gone and come else []


def _is_name(term: Term, side: Side, change: Change) -> bool:
    if term.number or not term.text[0].isupper():
        return False
    if stem(term.text, side.language) in change.names:
        return True
    if len(term.text) > 1 and term.text.isupper() and not side.text.isupper():
        return True
    if not change.capitals or side.language in WITHOUT_CAPITAL_NAMES or len(term.text) < 2:
        return False
    return not _begins_sentence(side.text, term.at)


def _begins_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \u00a0\"'«“„‘([-–—")
    return not before or before[-1] in _ENDS or before[-1] in ":\n•" or "\n" in text[len(before) : at]


def _ends_sentence(text: str) -> bool:
    stripped = text.rstrip().rstrip(_AFTER_ENDS)
    return stripped[-1:] in _ENDS or any(sign in _ENDS and next.isspace() for sign, next in pairwise(text))


def _wording(change: Change, found: Sequence[Fact]) -> Fact | None:
    """What else is said in other words; None if nothing is, or only written otherwise."""
    named = {word for fact in found if fact.kind in ("name", "negation") for word in (fact.before, fact.after)}
    gone = [term for term in change.gone if not _is_told(term, named, change.language)]
    come = [term for term in change.come if not _is_told(term, named, change.language)]
    if change.is_vast:
        return _fact("wording", change)
    if found and not change.is_prose and (not (gone and come) or _one_grammar(gone, come, change.language)):
        return None
    if "".join(term.key for term in gone) == "".join(term.key for term in come):
        return None
    if len(gone) == len(come) and all(map(_is_typo, gone, come)):
        return None
    return _fact("wording", change)


def _is_told(term: Term, named: AbstractSet[str], language: str) -> bool:
    """Whether another class speaks of it."""
    return term.number or term.text in named or negates(term.key, language)


def _one_grammar(gone: Sequence[Term], come: Sequence[Term], language: str) -> bool:
    """Whether the same words follow in another form, as after another number or name."""
    return [stem(term.text, language) for term in gone] == [stem(term.text, language) for term in come]


def _is_typo(one: Term, other: Term) -> bool:
    """One letter apart, within the word: a change at its end may be one of grammar, which is wording."""
    a, b = one.key, other.key
    if min(len(a), len(b)) < LEAST_TYPO or a[0] != b[0] or a[-1] != b[-1]:
        return False
    return OSA.distance(a, b, score_cutoff=1) == 1


def _paired(kind: Materiality, gone: Sequence[Term], come: Sequence[Term]) -> list[Fact]:
    """The first that goes with the first that comes, and so on."""
    most = max(len(gone), len(come))
    before = [term.text for term in gone] + [""] * (most - len(gone))
    after = [term.text for term in come] + [""] * (most - len(come))
    return [Fact(kind, one, other) for one, other in zip(before, after, strict=True)]


def _fact(kind: Materiality, change: Change) -> Fact:
    return Fact(kind, clipped(change.before.changed), clipped(change.after.changed))


def clipped(text: str) -> str:
    settled = " ".join(text[: 2 * SHOWN].split()).lstrip(".,;:!? ")  # what ends the sentence before says nothing
    return settled if len(settled) <= SHOWN else settled[: SHOWN - 1] + "…"


def _more(of: Sequence[Term], than: Sequence[Term]) -> list[Term]:
    """What the one side has more of than the other, as often as it has."""
    other = Counter(term.key for term in than)
    found = []
    for term in of:
        if other[term.key]:
            other[term.key] -= 1
        else:
            found.append(term)
    return found
