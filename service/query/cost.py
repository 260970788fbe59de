"""What a query costs: a tree in; out comes how much of the stream has to be looked at for it, by a guess."""

from dataclasses import dataclass
from typing import Literal

from service.query.needs import needs, rarity
from service.query.tree import Query

CostClass = Literal["low", "middle", "high"]
LOW, MIDDLE = 0.01, 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    share: float
    """Of all articles, those that an index cannot rule out: from 0 to 1."""

    @property
    def cost_class(self) -> CostClass:
        return "low" if self.share <= LOW else "middle" if self.share <= MIDDLE else "high"


def cost(query: Query) -> Cost:
    """Every article that matches meets all needs; the rarest decides how many are looked at."""
    shares = [sum(map(rarity, need)) for need in needs(query)]
    return Cost(min(1.0, *shares) if shares else 1.0)
