"""python -m tests.benchmarks.lucene.ours QUERIES DOCUMENTS MATCHES ROUNDS: what Percolate.java does, by our matcher.

Prints the same figures and writes the same file.
"""

import gc
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from service.query import Document, TopicIndex, parse

PORTION = 5_000
LANGUAGE = "und"
"""Words as they are: Lucene's side does not stem either."""


def query(line: str) -> str:
    """A line of a workload in our query language."""
    kind, wanted, *rest = line.split("\t")
    match kind:
        case "phrase":
            return f'"{wanted}"'
        case "near":
            return f" NEAR/{rest[0]} ".join(wanted.split())
        case "prefix":
            return f"{wanted}* AND {rest[0]}"
    groups = " AND ".join(f"({group.replace('|', ' OR ')})" if "|" in group else group for group in wanted.split())
    return " ".join([groups, *(f"AND NOT {word}" for word in rest[0].split())])


def load(lines: Sequence[str]) -> TopicIndex:
    index = TopicIndex()
    for begin in range(0, len(lines), PORTION):
        index.put_all((str(begin + n), parse(query(line))) for n, line in enumerate(lines[begin : begin + PORTION]))
        gc.freeze()
    return index


@dataclass
class Measured:
    """Of each document the queries that matched, and milliseconds of processor time: of all, and without the words."""

    found: list[list[int]] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)


def match_all(index: TopicIndex, documents: Sequence[str]) -> Measured:
    measured = Measured()
    for text in documents:
        begun = time.process_time()
        document = Document(body=text, language=LANGUAGE)
        assert document.parts["body"].written
        read = time.process_time()
        matched = index.match(document)
        ended = time.process_time()
        measured.milliseconds.append((ended - begun) * 1000)
        measured.alone.append((ended - read) * 1000)
        measured.found.append(sorted(map(int, matched)))
    return measured


def main(queries: str, documents: str, matches: str, rounds: str) -> None:
    begun = time.process_time()
    index = load(Path(queries).read_text().splitlines())
    loading = time.process_time() - begun
    gc.collect()
    gc.freeze()
    texts = Path(documents).read_text().splitlines()
    for _ in range(int(rounds)):
        measured = match_all(index, texts)
    Path(matches).write_text("".join(" ".join(map(str, numbers)) + "\n" for numbers in measured.found))
    print(json.dumps({"loading": round(loading, 2), **figures(measured)}))


def figures(measured: Measured) -> dict[str, float]:
    """`alone` is how many documents a second are matched once their words are known."""
    count, ordered = len(measured.found), sorted(measured.milliseconds)
    return {
        "per_second": round(1000 * count / sum(ordered), 1),
        "p50": round(ordered[count // 2], 3),
        "p99": round(ordered[int(count * 0.99)], 3),
        "alone": round(1000 * count / sum(measured.alone), 1),
        "matches": round(sum(map(len, measured.found)) / count, 1),
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
