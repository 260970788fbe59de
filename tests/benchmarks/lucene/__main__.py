"""python -m tests.benchmarks.lucene: our matcher beside Lucene Monitor, the same queries and documents, one core each.

--queries N,N     how many (default 10000,100000)
--workload NAME   musts or news; both by default (see workload.py)
--documents N     how many documents (default 300)
--heap SIZE       the JVM's (default 4g)

One after the other, each pinned to one core, by processor time; Lucene with both of its presearchers, after two
rounds to warm up, ours after one. Says for how many documents the two found different queries. Needs java and mvn.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.lucene.workload import WORKLOADS, world

HERE = Path(__file__).parent
ROUNDS = {"ours": 2, "lucene": 3, "lucene, multipass": 3}


def commands(heap: str) -> dict[str, list[str]]:
    """By name; the files and the number of rounds follow."""
    classes = subprocess.run([HERE / "build.sh"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    java = ["java", f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:ActiveProcessorCount=1", "-cp", classes, "Percolate"]
    return {
        "ours": [sys.executable, "-m", "tests.benchmarks.lucene.ours"],
        "lucene": java,
        "lucene, multipass": java,
    }


def measure(name: str, command: Sequence[str], folder: Path) -> dict[str, Any]:
    matches = folder / f"{name}.txt"
    rounds = str(ROUNDS[name])
    given = [str(folder / "queries"), str(folder / "documents"), str(matches), rounds, name.rpartition(" ")[2]]
    core = {max(os.sched_getaffinity(0))}
    ran = subprocess.run(
        [*command, *(given if name != "ours" else given[:-1])],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, core),
    )
    return {"name": name, **json.loads(ran.stdout)}


def differing(folder: Path) -> int:
    """Documents for which ours found other queries than Lucene."""
    ours, theirs = (Path(folder / f"{name}.txt").read_text().splitlines() for name in ("ours", "lucene"))
    return sum(one != other for one, other in zip(ours, theirs, strict=True))


def compare(workload: str, queries: int, documents: int, programs: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    made = world(documents)
    with TemporaryDirectory() as kept:
        folder = Path(kept)
        (folder / "documents").write_text("".join(" ".join(words) + "\n" for words in made.documents))
        with (folder / "queries").open("w") as lines:
            lines.writelines(WORKLOADS[workload](made) + "\n" for _ in range(queries))
        for name, command in programs.items():
            yield {"workload": workload, "queries": queries, **measure(name, command, folder)}
        yield {"workload": workload, "queries": queries, "name": "documents that differ", "count": differing(folder)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", default="10000,100000")
    parser.add_argument("--workload", choices=WORKLOADS)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--heap", default="4g")
    given = parser.parse_args()
    programs = commands(given.heap)
    for workload in [given.workload] if given.workload else WORKLOADS:
        for queries in map(int, given.queries.split(",")):
            for row in compare(workload, queries, given.documents, programs):
                print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
