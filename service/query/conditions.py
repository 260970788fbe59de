"""What of a query is asked of the article, and what of its story. Pure.

A story changes after its article has come: `Belarus independent>=3` may hold tomorrow of an article that is looked at
today. A query in; out comes the part that can be told at once, and whether it can hold of a story as it is now.
"""

from collections.abc import Callable

from service.query.known import Knowledge, StoryFacts
from service.query.needs import needs
from service.query.tree import And, Fact, Min, Not, Or, Query, parts_of

Tell = Callable[[Fact, bool], bool]
"""Whether a condition is taken to hold; and whether the query would rather have it so, which NOT turns about."""


def conditions(query: Query) -> tuple[Fact, ...]:
    """The conditions on the story, each once, in the order in which they are written."""
    if isinstance(query, Fact):
        return (query,)
    return tuple(dict.fromkeys(found for clause in parts_of(query) for found in conditions(clause)))


def text_part(query: Query) -> Query | None:
    """What an article must be like for the query to hold, now or once its story has changed.

    None where that is anything (`independent>=3 NOT sport`): then no article can be told to be the one.
    """
    found = _given(query, True, lambda _, hoped: hoped)
    return found if not isinstance(found, bool) and needs(found) else None


def may_hold(query: Query, story: StoryFacts) -> bool:
    """Whether it holds of any article at all, in a story that is so."""
    known = Knowledge(story=story)
    return _given(query, True, lambda fact, _: known.tells(fact)) is not False


def _given(query: Query, hoped: bool, tell: Tell) -> Query | bool:
    """What is left of a query once its conditions are told."""
    match query:
        case Fact():
            return tell(query, hoped)
        case Not():
            inner = _given(query.clause, not hoped, tell)
            return not inner if isinstance(inner, bool) else Not(inner)
        case And() | Or() | Min():
            least = query.number if isinstance(query, Min) else 1 if isinstance(query, Or) else len(query.clauses)
            return _at_least(least, [_given(each, hoped, tell) for each in query.clauses])
        case _:
            return query


def _at_least(least: int, clauses: list[Query | bool]) -> Query | bool:
    """That so many of these hold."""
    left = tuple(each for each in clauses if not isinstance(each, bool))
    least -= sum(each is True for each in clauses)
    if least <= 0:
        return True
    if least > len(left):
        return False
    if len(left) == 1:
        return left[0]
    return And(left) if least == len(left) else Or(left) if least == 1 else Min(least, left)
