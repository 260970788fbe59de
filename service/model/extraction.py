"""How well the pages of a source can be read: counts in; whether it goes well, and since when it does not, out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import log
from typing import Literal

ExtractionStatus = Literal["unproved", "good", "degraded"]
ENOUGH = 20
"""Pages from which something can be said."""
LEAST_SHARE = 0.5
"""Of pages asked for that must give a text."""
SHARE_DROP = 0.3
LENGTH_DROP = 0.4
"""A median length below this part of the past one is a layout half understood."""
ONCE_USUAL, NOW_RARE = 0.8, 0.4
"""Shares of texts with an author or a time: from above the one to below the other is a drop."""
_STEP = 1.15

POLITENESS = ("robots", "turn")
"""Reasons for not reading a page that say nothing about extraction."""


@dataclass(frozen=True, slots=True)
class PageCounts:
    """What became of pages: `read`, `empty`, `shorter` (than the feed's text), `undated`, `anonymous`, `rule_missed`,
    `failed:<reason>` and, for the median, `length:<step>`."""

    measures: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, measure: str) -> int:
        return self.measures.get(measure, 0)

    def __add__(self, other: "PageCounts") -> "PageCounts":
        names = self.measures.keys() | other.measures.keys()
        return PageCounts({name: self[name] + other[name] for name in names})

    @property
    def failed(self) -> dict[str, int]:
        """How many were not read, by reason."""
        found = {name.partition(":")[2]: count for name, count in self.measures.items() if name.startswith("failed:")}
        return dict(sorted(found.items()))

    @property
    def asked(self) -> int:
        """Pages that ought to have given a text."""
        return self["read"] + sum(count for reason, count in self.failed.items() if reason not in POLITENESS)

    @property
    def texts(self) -> int:
        return self["read"] - self["empty"]

    @property
    def share(self) -> float:
        """Of the pages asked for, those that gave a text."""
        return self.texts / self.asked if self.asked else 0.0

    def with_(self, lacking: str) -> float:
        """The share of texts that do not lack it (`undated`, `anonymous`)."""
        return 1 - self[lacking] / self.texts if self.texts > 0 else 0.0

    @property
    def median_characters(self) -> int:
        """Of the texts, to within some 7 %; 0 if there are none."""
        steps = {int(name[7:]): count for name, count in self.measures.items() if name.startswith("length:")}
        seen, half = 0, sum(steps.values()) / 2
        for step in sorted(steps):
            seen += steps[step]
            if seen >= half:
                return round(float(_STEP ** (step + 0.5)))
        return 0


def length_measure(characters: int) -> str:
    """The measure that counts a text of this length."""
    return f"length:{int(log(max(characters, 1), _STEP))}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether extraction goes well, and why it does not."""

    status: ExtractionStatus
    why: str = ""


@dataclass(frozen=True, slots=True)
class SourceExtraction:
    """How the pages of one source were read of late, and before."""

    source: str
    judgement: Judgement
    since: datetime
    """Since when it is so."""
    at: datetime
    """When a page was last asked for."""
    recent: PageCounts = PageCounts()
    past: PageCounts = PageCounts()


def judge(recent: PageCounts, past: PageCounts) -> Judgement:
    """Of the newest pages of a source, and those of the weeks before them."""
    if recent.asked < ENOUGH:
        return Judgement("unproved")
    known = past.asked >= ENOUGH
    before = f" ({past.share:.0%} before)" if known else ""
    if recent.share < LEAST_SHARE or (known and recent.share < past.share - SHARE_DROP):
        return Judgement("degraded", f"{recent.share:.0%} of pages give a text{before}")
    if not known:
        return Judgement("good")
    if recent.median_characters < LENGTH_DROP * past.median_characters:
        now, then = recent.median_characters, past.median_characters
        return Judgement("degraded", f"texts have {now} characters in the middle ({then} before)")
    for lacking, what in (("undated", "a time"), ("anonymous", "an author")):
        now_share, then_share = recent.with_(lacking), past.with_(lacking)
        if then_share >= ONCE_USUAL and now_share < NOW_RARE:
            return Judgement("degraded", f"{now_share:.0%} of texts have {what} ({then_share:.0%} before)")
    return Judgement("good")
