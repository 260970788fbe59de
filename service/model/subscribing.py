"""What a subscription asks for beyond the first alert: which follow-ups, and when to be told at all."""

from dataclasses import dataclass, field
from typing import Literal, get_args

Measure = Literal["independent", "sources", "languages"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
"""What a story can be told to have grown in."""


@dataclass(frozen=True, slots=True)
class Grew:
    """Tell when the story has come to so many; each number once."""

    independent: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()
    languages: tuple[int, ...] = ()

    def of(self, measure: Measure) -> tuple[int, ...]:
        numbers: tuple[int, ...] = getattr(self, measure)
        return numbers


@dataclass(frozen=True, slots=True)
class Follow:
    """What follows an alert. Corrections do unless they are asked not to; the rest if it is asked for."""

    grew: Grew = field(default_factory=Grew)
    revised: bool = True
    """The article that raised the alert says something else now, or another of the story has another number."""
    retracted: bool = True
    """An article was taken back, or its page is gone."""
    merged: bool = False
    """Two stories that were told turned out to be one."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When to tell: at once, or collected in one notice."""

    digest: str = ""
    """Minutes, hours, days, months and weekdays as in crontab: `0 7 * * mon-fri`; "" for at once."""
    quiet_hours: str = ""
    """`22:00-07:00`: what comes then is told at their end; "" for none."""
    time_zone: str = "UTC"
    """By which both are read, such as Europe/Vilnius."""


PROMPT = Timing()
"""Tell at once."""
