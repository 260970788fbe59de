"""What of a query an article alone can answer: a tree in; out comes what the article must say if the whole is ever to
hold, whatever becomes of its story.
"""

from service.query.tree import And, Fact, Min, Not, Or, Query, enough, parts_of


def has_facts(query: Query) -> bool:
    """Whether it asks for anything of the story."""
    return isinstance(query, Fact) or any(map(has_facts, parts_of(query)))


def textual(query: Query) -> Query | None:
    """The query without its conditions on the story, each of which may come true or not; None if then nothing is left
    to ask of the article."""
    return _possible(query, True)


def _possible(query: Query, wanted: bool) -> Query | None:
    """What must hold for the query to become `wanted`."""
    match query:
        case Fact():
            return None
        case _ if not has_facts(query):
            return query if wanted else Not(query)
        case Not():
            return _possible(query.clause, not wanted)
        case And() | Or() | Min():
            each = [_possible(clause, wanted) for clause in query.clauses]
            left = tuple(clause for clause in each if clause is not None)
            return _of_these(left, enough(query, wanted) - (len(each) - len(left)))
        case _:
            return query


def _of_these(clauses: tuple[Query, ...], least: int) -> Query | None:
    if least <= 0:
        return None
    if len(clauses) == 1:
        return clauses[0]
    if least == len(clauses):
        return And(clauses)
    return Or(clauses) if least == 1 else Min(least, clauses)
