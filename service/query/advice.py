"""Advice on a query as lists: an understanding in; out come what is probably wrong, and what would say it better."""

from service.query.cost import cost
from service.query.understanding import Understanding

_BETTER = ("with = before it", "bound to a part of the text")
_COSTLY = "much of the news has to be looked at for it: add a rarer word that must be there"


def warnings(understood: Understanding) -> list[str]:
    """What is probably not meant as it stands."""
    found = [
        f"{each.clause}: {each.advice}" for each in understood.clauses if each.advice and not _betters(each.advice)
    ]
    return found + ([_COSTLY] if cost(understood.query).cost_class == "high" else [])


def suggestions(understood: Understanding) -> list[str]:
    """What would say it better, or otherwise."""
    return [f"{each.clause}: {each.advice}" for each in understood.clauses if _betters(each.advice)]


def _betters(advice: str) -> bool:
    return advice.startswith(_BETTER)
