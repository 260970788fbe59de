"""python -m tests.benchmarks: each stage alone, then end to end; a table on the screen, JSON in bench.json.

Ends with an error if a figure is below its floor (floors.py). Aims are shown beside, with SHORT where one is not met.

--articles N      how many articles (default 1,000)
--only PART       stages, matching, topics, deliveries, embedded or kafka; all by default
--hold            make floors of what is measured now
--embeddings      with sentence embeddings
--json FILE       where the figures go (default bench.json)
"""

import argparse
import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

from service import telemetry
from service.settings import LogSettings
from tests.benchmarks import delivering, matching, stages, topics
from tests.benchmarks.endtoend import embedded, kafka
from tests.benchmarks.floors import below, floors, hold
from tests.benchmarks.table import Row, show, write

Part = Callable[[int, bool], Iterator[Row]]


def alone(articles: int, embeddings: bool) -> Iterator[Row]:
    yield from asyncio.run(_collect(articles, embeddings))


async def _collect(articles: int, embeddings: bool) -> list[Row]:
    rows = []
    async for row in stages.measure(articles, embeddings):
        print(show(row), flush=True)
        rows.append(row)
    return rows


def matching_alone(articles: int, embeddings: bool) -> Iterator[Row]:
    """The same articles whatever is given."""
    return matching.rows()


PARTS: dict[str, Part] = {
    "stages": alone,
    "matching": matching_alone,
    "topics": topics.rows,
    "deliveries": delivering.rows,
    "embedded": embedded,
    "kafka": kafka,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--embeddings", action="store_true")
    parser.add_argument("--hold", action="store_true")
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    given = parser.parse_args()
    telemetry.configure(LogSettings(level="error"))
    rows: list[Row] = []
    try:
        for name, part in PARTS.items():
            if given.only in (None, name):
                for row in part(given.articles, given.embeddings):
                    if name != "stages":
                        print(show(row), flush=True)
                    rows.append(row)
    finally:
        write(rows, given.json)
    if given.hold:
        hold(rows)
    if behind := list(below(rows, floors())):
        raise SystemExit("\n".join(("", "below the floor:", *behind)))


if __name__ == "__main__":
    main()
