"""Where a clause stands in a text: a clause and a part of an article in, first and last position of each place out.

Positions count words, from 0. In scripts written without blanks a character counts as a word.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from service.query.document import Part, keys
from service.query.tree import Exact, Near, Or, Phrase, Prefix, Query, Term
from service.query.words import as_written

Span = tuple[int, int]


def spans(clause: Query, part: Part) -> Iterator[Span]:
    """The places of a clause, in order of their first words, none twice."""
    match clause:
        case Near():
            yield from _near(clause, part)
        case Or():
            yield from sorted({span for each in clause.clauses for span in spans(each, part)})
        case Term() | Phrase() | Prefix() | Exact():
            found = _everywhere(clause, part)
            yield from (span for span in found if span[1] < clause.first) if clause.first else found
        case _:
            raise TypeError(f"{clause} stands at no place")


def _everywhere(clause: Term | Phrase | Prefix | Exact, part: Part) -> Iterable[Span]:
    match clause:
        case Term():
            standing = _standing(keys(clause.word, part.language), part)
        case Prefix():
            standing = _standing(part.beginning(clause.start), part)
        case Phrase():
            forms = [keys(word, part.language) for word in clause.words]
            return _loose_runs(forms, part, clause.slop) if clause.slop else _runs(forms, part)
        case Exact():
            return _exact_runs(clause.words, part)
    return ((position, position) for position in standing)


def _standing(forms: Iterable[str], part: Part) -> list[int]:
    """Positions of any of these keys, ascending."""
    standing = part.positions
    places = [standing[form] for form in forms if form in standing]
    if len(places) < 2 or all(place == places[0] for place in places):
        return places[0] if places else []
    return sorted(set().union(*places))


def _runs(words: Sequence[tuple[str, ...]], part: Part) -> Iterator[Span]:
    """Where the words stand one after the other; starts from the rarest."""
    if any(part.keys.isdisjoint(forms) for forms in words):
        return
    places = [_standing(forms, part) for forms in words]
    rarest = min(range(len(words)), key=lambda at: len(places[at]))
    others = [(at - rarest, frozenset(place)) for at, place in enumerate(places) if at != rarest]
    for position in places[rarest]:
        if all(position + offset in place for offset, place in others):
            yield position - rarest, position - rarest + len(words) - 1


def _loose_runs(words: Sequence[tuple[str, ...]], part: Part, slop: int) -> Iterator[Span]:
    """From each place of the first word, the shortest run in order, if so few other words are in it.

    To take each next word at its earliest place gives the shortest run there is.
    """
    if any(part.keys.isdisjoint(forms) for forms in words):
        return
    places = [_standing(forms, part) for forms in words]
    for first in places[0]:
        last = first
        for place in places[1:]:
            at = bisect_left(place, last + 1)
            if at == len(place):
                return  # nor is there one for any later first word
            last = place[at]
        if last - first + 1 - len(words) <= slop:
            yield first, last


def _exact_runs(words: tuple[str, ...], part: Part) -> Iterator[Span]:
    """Runs of the folded words whose written form is the one asked for."""
    for first, last in _runs([keys(word, "") for word in words], part):
        if tuple(map(as_written, part.written[first : last + 1])) == words:
            yield first, last


def _near(near: Near, part: Part) -> list[Span]:
    """Pairs of places that do not overlap, each pair as one; or the places of the left that have no partner."""
    left, right = list(spans(near.left, part)), list(spans(near.right, part))
    reach = near.distance + max((last - first for first, last in right), default=0)
    if near.absent:
        return [span for span in left if next(_partners(span, right, near, reach), None) is None]
    return sorted({_together(span, other) for span in left for other in _partners(span, right, near, reach)})


def is_of_two_words(near: Near) -> bool:
    """Whether `are_near` can tell of it."""
    left, right = near.left, near.right
    return not near.absent and isinstance(left, Term) and isinstance(right, Term) and not left.first


def stand_near(near: Near, part: Part) -> bool | None:
    """Whether two words stand near each other anywhere: what `spans` tells, only faster. None if it is about more."""
    left, right = near.left, near.right
    if not (is_of_two_words(near) and isinstance(left, Term) and isinstance(right, Term)):
        return None
    places = (_standing(keys(word, part.language), part) for word in (left.word, right.word))
    return are_near(near, *places)


def are_near(near: Near, places: Sequence[int], others: Sequence[int]) -> bool:
    """Whether any of the places of two words, both ascending, are."""
    for place in places:
        for other in islice(others, bisect_left(others, place if near.ordered else place - near.distance), None):
            if other > place + near.distance:
                break
            if other != place:
                return True
    return False


def _partners(span: Span, others: Sequence[Span], near: Near, reach: int) -> Iterator[Span]:
    """Those near enough; none of them begins more than `reach` words before."""
    for other in islice(others, bisect_left(others, (span[0] - reach, 0)), None):
        if other[0] > span[1] + near.distance:
            return
        after = other[0] - span[1] > 0
        before = 0 < span[0] - other[1] <= near.distance
        if after or (before and not near.ordered):
            yield other


def _together(one: Span, other: Span) -> Span:
    return min(one[0], other[0]), max(one[1], other[1])
