"""How long tests take: `durations.tsv` goes in, by which the suite is shared out longest first, and by which a test
that takes longer than a moment is no quick one. `pytest --write-durations` writes it anew, of the tests that it ran.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("durations.tsv")
MOMENT = 0.1
"""Seconds. What takes longer is written down, and no quick test."""
LONG = 0.25
"""Seconds. What takes longer is worth to be shared out by itself."""
UNKNOWN = 5.0
"""Seconds of a test that is marked as slow, but was never measured."""


def function(nodeid: str) -> str:
    """The test without its parameters."""
    return nodeid.partition("[")[0]


@cache
def known() -> Mapping[str, float]:
    """The seconds of the longest run of every long test."""
    lines = FILE.read_text().splitlines() if FILE.exists() else []
    return {name: float(seconds) for seconds, name in (line.split("\t") for line in lines)}


def write(took: Iterable[tuple[str, float]]) -> None:
    """Keeps what is known of tests that did not run now."""
    measured: dict[str, float] = {}
    for nodeid, seconds in took:
        name = function(nodeid)
        measured[name] = max(seconds, measured.get(name, 0))
    kept = {name: seconds for name, seconds in {**known(), **measured}.items() if seconds >= MOMENT}
    lines = [f"{seconds:.1f}\t{name}\n" for name, seconds in sorted(kept.items(), key=lambda each: (-each[1], each[0]))]
    FILE.write_text("".join(lines))
