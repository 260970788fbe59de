"""python -m tests.benchmarks.miniflux [--feeds N]: one poller of ours and one Miniflux, on the same feeds in one run.

Both refresh N local feeds of twenty entries (default 1000), all due together, four times: see
`tests.benchmarks.feeds` for the rounds. Miniflux may use both cores and has a PostgreSQL beside it, whose CPU is
counted apart; our figures are of one process with all it needs. --json FILE keeps them.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.feeds import ROUNDS
from tests.benchmarks.feedserver import feed_server
from tests.benchmarks.miniflux import Spent, installed

HEADINGS = ("round", "ours/s", "theirs/s", "our CPU ms", "their CPU ms", "+ PostgreSQL", "theirs : ours")


def ours(count: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.benchmarks.feeds", "--feeds", str(count)]
    found: list[dict[str, Any]] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def theirs(count: int) -> list[Spent]:
    spent = []
    with (
        feed_server(hosts=max(1, count // 10)) as server,
        installed([server.local_url(feed) for feed in range(count)]) as miniflux,
    ):
        for _ in ROUNDS:
            spent.append(miniflux.refresh())
            server.turn()
    return spent


def compared(count: int, our: dict[str, Any], their: Spent) -> tuple[object, ...]:
    """One line of the table; CPU in milliseconds a feed."""
    own, program, postgres = our["cpu_milliseconds_a_feed"], 1000 * their.cpu / count, 1000 * their.postgres_cpu / count
    return (
        our["round"],
        f"{our['feeds_a_second']:.0f}",
        f"{count / their.seconds:.0f}",
        f"{own:.2f}",
        f"{program:.2f}",
        f"{postgres:.2f}",
        f"{(program + postgres) / own:.1f}",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    our, their = ours(given.feeds), theirs(given.feeds)
    print("".join(f"{heading:>15}" for heading in HEADINGS))
    for one, other in zip(our, their, strict=True):
        print("".join(f"{each:>15}" for each in compared(given.feeds, one, other)))
    if given.json:
        given.json.write_text(json.dumps({"ours": our, "theirs": [asdict(each) for each in their]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
