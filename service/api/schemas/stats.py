"""What became of everything that came."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import Field

from service.api.schemas import Given, Shown
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


class DaysQuery(Given):
    """How far back."""

    days: int = Field(7, ge=1, le=366)
    """So many, today among them."""


class DayShown(Shown):
    """One day."""

    day: datetime
    """Its beginning."""
    stages: Mapping[str, Mapping[str, int]] = Field(examples=[{"dedupe": {"new": 812, "copy": 96, "repeat": 240}}])
    """Records by what became of them, at each stage."""


class DaysShown(Shown):
    """Day by day."""

    items: Sequence[DayShown]
    """The latest first; days without anything are left out."""

    @classmethod
    def of(cls, rows: Iterable[tuple[datetime, str, str, int]]) -> "DaysShown":
        days: dict[datetime, dict[str, dict[str, int]]] = {}
        for day, stage, outcome, records in rows:
            days.setdefault(day, {}).setdefault(stage, {})[outcome] = records
        return cls(items=[DayShown(day=day, stages=stages) for day, stages in days.items()])
