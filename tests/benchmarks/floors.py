"""What must not become slower: rows in, out comes which of them fell far behind what once held on a quiet machine.

Aims say what is sought, and some are not reached; floors say what was reached. They are kept in floors.json, per
machine: `python -m tests.benchmarks --hold` writes those of this one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.benchmarks.table import Row

HELD = Path(__file__).parent / "floors.json"
SHARE = 0.6
"""Of what was measured has to be reached: a machine is never the same twice."""
LATER = 3
"""Times as late as measured they may be: the latest of a hundred vary more than all together."""

Floors = Mapping[str, Mapping[str, float]]
"""By the row's name: so many a second at least, and seconds at most for the p99 of how late they are."""


def floors() -> Floors:
    found: Floors = json.loads(HELD.read_text()) if HELD.exists() else {}
    return found


def below(rows: Sequence[Row], held: Floors) -> Iterator[str]:
    """A sentence for each that fell behind."""
    for row in rows:
        floor = held.get(row.name, {})
        least, most = floor.get("per_second", 0.0), floor.get("p99", row.latest)
        if row.per_second < least:
            yield f"{row.name}: {row.per_second:,.1f} a second, and it was to be {least:,.1f}"
        if row.latest > most:
            yield f"{row.name}: p99 {row.latest:.3g} s, and it was to be {most:.3g}"


def hold(rows: Sequence[Row]) -> None:
    """What was measured now has to hold from now on; rows that were not measured keep their floors."""
    new = {row.name: _floor(row) for row in rows}
    HELD.write_text(json.dumps({**floors(), **new}, indent=1, ensure_ascii=False) + "\n")


def _floor(row: Row) -> dict[str, float]:
    floor = {"per_second": float(f"{row.per_second * SHARE:.3g}")}
    return floor | ({"p99": float(f"{row.latest * LATER:.3g}")} if row.latest else {})
