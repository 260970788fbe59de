"""Queries: what they mean."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from service import query as language
from service.api.schemas import Given, Shown, TopicText


class QueryGiven(Given):
    """A query to be explained."""

    query: TopicText = Field(examples=["Belarus (title:release OR about:amnesty)"])


class ClauseUnderstood(Shown):
    """How one clause is understood."""

    clause: str = Field(examples=["belarus"])
    """In canonical form."""
    how: str = Field(examples=["the word in any of its forms, and the country Belarus in every language"])
    finds: Sequence[str] = Field(examples=[["country:BY"]])
    """The clauses by which it finds what it names, beside itself."""
    advice: str = Field(examples=["with = before it, spelt as in texts, it finds the letters alone"])
    """What would say it better; "" if nothing would."""


class QueryExplained(Shown):
    """What a query means."""

    query: str = Field(examples=["belarus OR country:BY"])
    """What is matched: the query with all that its names find."""
    clauses: Sequence[ClauseUnderstood]
    """Each clause once, in the order in which they stand."""
    cost: Literal["low", "middle", "high"]
    """How much of the news has to be looked at for it, by a guess: under 1 %, under 10 %, or more."""

    @classmethod
    def of(cls, understood: language.Understanding) -> "QueryExplained":
        return cls(
            query=str(understood.query),
            clauses=[ClauseUnderstood.model_validate(each) for each in understood.clauses],
            cost=language.cost(understood.query).cost_class,
        )
