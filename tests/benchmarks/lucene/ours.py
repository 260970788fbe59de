"""python -m tests.benchmarks.lucene.ours QUERIES DOCUMENTS MATCHES ROUNDS: what Percolate.java does, by our matcher.

Prints the same figures and writes the same file.
"""

import gc
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from service.query import Document, TopicIndex, parse

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
    for number, line in enumerate(lines):
        index.put(str(number), parse(query(line)))
    return index


def match_all(index: TopicIndex, documents: Sequence[str]) -> tuple[list[list[int]], list[float]]:
    """What matched each document, and the milliseconds of processor time it took."""
    found, milliseconds = [], []
    for text in documents:
        begun = time.process_time()
        matched = index.match(Document(body=text, language=LANGUAGE))
        milliseconds.append((time.process_time() - begun) * 1000)
        found.append(sorted(map(int, matched)))
    return found, milliseconds


def main(queries: str, documents: str, matches: str, rounds: str) -> None:
    begun = time.process_time()
    index = load(Path(queries).read_text().splitlines())
    loading = time.process_time() - begun
    gc.collect()
    gc.freeze()
    texts = Path(documents).read_text().splitlines()
    for _ in range(int(rounds)):
        found, milliseconds = match_all(index, texts)
    Path(matches).write_text("".join(" ".join(map(str, numbers)) + "\n" for numbers in found))
    milliseconds.sort()
    print(
        json.dumps(
            {
                "loading": round(loading, 2),
                "per_second": round(1000 * len(texts) / sum(milliseconds), 1),
                "p50": round(milliseconds[len(texts) // 2], 3),
                "p99": round(milliseconds[int(len(texts) * 0.99)], 3),
                "matches": round(sum(map(len, found)) / len(texts), 1),
                "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
