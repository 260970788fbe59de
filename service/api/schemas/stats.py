"""What became of everything that came."""

from collections.abc import Mapping, Sequence

from pydantic import Field

from service.api.schemas import Shown
from service.model import Balance


class StageBalance(Shown):
    """One stage: `came` = the sum of `outcomes` + `in_flight` + `unaccounted`."""

    stage: str = Field(examples=["dedupe"])
    stream: str = Field(examples=["articles.raw"])
    """What it reads."""
    came: int
    """Records appended to the stream since counting began."""
    outcomes: Mapping[str, int] = Field(examples=[{"new": 812, "revision": 31, "copy": 96, "repeat": 240, "dead": 0}])
    """Records by what became of them; each is counted once, however often it was delivered."""
    in_flight: int
    """Records that have no outcome yet."""
    unaccounted: int
    """0, or something is lost: records that are gone without an outcome."""
    even: bool


class Entries(Shown):
    """Entries of all feed documents, by what became of them when they were polled."""

    seen: int
    """`known` + `passed_on` + `passed_over`."""
    known: int
    """The last document had them, too."""
    passed_on: int
    passed_over: int
    """They can be known by nothing; the feed's polls say how many each."""


class Reconciliation(Shown):
    """Whether it adds up."""

    even: bool
    """Every record that came to any stage has an outcome or is in flight."""
    entries: Entries
    stages: Sequence[StageBalance]

    @classmethod
    def of(cls, entries: Mapping[str, int], balances: Sequence[Balance]) -> "Reconciliation":
        kinds = {kind: entries.get(kind, 0) for kind in ("known", "passed_on", "passed_over")}
        return cls(
            even=all(each.even for each in balances),
            entries=Entries(seen=sum(kinds.values()), **kinds),
            stages=[StageBalance.model_validate(each) for each in balances],
        )
