"""What a benchmark found, and how it is shown: a table for people, JSON for machines."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """`count` of `unit` took `seconds`."""

    name: str
    count: int
    unit: str
    seconds: float
    note: str = ""
    aim: float = 0
    """So many a second are sought, on a quiet machine; 0 if nothing is."""
    latest: float = 0
    """The p99 of how late they were, in seconds; 0 if that is not measured."""
    ceiling: float = 0
    """So late at most is sought; 0 if nothing is."""

    @property
    def per_second(self) -> float:
        return self.count / self.seconds if self.seconds else 0.0

    @property
    def is_short(self) -> bool:
        """Of what is sought."""
        return self.per_second < self.aim or self.latest > (self.ceiling or self.latest)


def show(row: Row) -> str:
    wanted = [f"{row.aim:,.0f}/s"] if row.aim else []
    wanted += [f"p99 {row.ceiling:g} s"] if row.ceiling else []
    aim = f"  {'SHORT of' if row.is_short else 'aim:'} {', '.join(wanted)}" if wanted else ""
    told = f"{row.name:<44}{row.count:>8} {row.unit:<12}{row.seconds:>8.2f} s {row.per_second:>10,.0f}/s  {row.note}"
    return told + aim


def machine() -> dict[str, object]:
    """Where it was measured."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "load": os.getloadavg()[0],
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def write(rows: Sequence[Row], to: Path) -> None:
    found = [asdict(row) | {"per_second": round(row.per_second, 1)} for row in rows]
    to.write_text(json.dumps({"machine": machine(), "rows": found}, indent=1, ensure_ascii=False) + "\n")
