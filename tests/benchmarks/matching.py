"""python -m tests.benchmarks.matching [--topics N,N] [--words N]: matching alone, one process, by its processor time.

The two workloads of tests/benchmarks/lucene (see workload.py), and queries of a few words joined by OR against articles
of two words. Aims are meant for a quiet machine.
"""

import argparse
import gc
import resource
import time
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from random import Random

from service.query import Document, Query, TopicIndex, parse
from service.query.tree import Or, Term
from tests.benchmarks.lucene.ours import LANGUAGE, query
from tests.benchmarks.lucene.workload import WORKLOADS, world
from tests.benchmarks.table import Row, show

AIMS = {
    "musts": {10_000: 4_000, 100_000: 900, 1_000_000: 75},
    "news": {10_000: 1_500, 100_000: 300, 1_000_000: 25},
}
"""Articles a second, their words known."""
LOADED = 100_000 / 10
"""Topics a second that are to be ready."""
MOST_P99 = 0.010
"""Seconds, with 100,000 topics."""
MEAN_OF_TWO_WORDS = 200
"""Articles of two words a second: 5 ms each."""
ARTICLES, PORTION, ROUNDS = 300, 5_000, 2


def rows(topics: Sequence[int] = (10_000, 100_000), words: int = 200_000) -> Iterator[Row]:
    for workload in WORKLOADS:
        for count in topics:
            yield from _workload(workload, count)
    yield _two_words(words)


def _workload(workload: str, topics: int) -> Iterator[Row]:
    made = world(ARTICLES)
    texts = [query(WORKLOADS[workload](made)) for _ in range(topics)]
    index = TopicIndex()
    begun = time.process_time()
    for at in range(0, topics, PORTION):
        index.put_all((f"{at + n}", parse(text)) for n, text in enumerate(texts[at : at + PORTION]))
        gc.freeze()
    loading = time.process_time() - begun
    yield Row(f"load, {workload}, {topics:,} topics", topics, "topics", loading, "read and put", aim=LOADED)
    for _ in range(ROUNDS):
        seconds, candidates = _matched(index, [" ".join(document) for document in made.documents])
    name, aim = f"match, {workload}, {topics:,} topics", AIMS[workload].get(topics, 0)
    row = Row(name, ARTICLES, "articles", sum(seconds), _note(seconds, candidates), aim)
    yield replace(row, latest=_p99(seconds), ceiling=MOST_P99) if topics == 100_000 else row


def _matched(index: TopicIndex, texts: Sequence[str]) -> tuple[list[float], list[int]]:
    """For each article seconds, and the topics that came out to be tried."""
    seconds, candidates = [], []
    for text in texts:
        document = Document(body=text, language=LANGUAGE)
        assert document.parts["body"].written
        begun = time.process_time()
        index.match(document)
        seconds.append(time.process_time() - begun)
        candidates.append(index.candidates)
    return seconds, candidates


def _p99(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)]


def _note(seconds: Sequence[float], candidates: Sequence[int]) -> str:
    ordered = sorted(seconds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return (
        f"p50 {ordered[len(ordered) // 2] * 1000:.2f} ms, p99 {_p99(seconds) * 1000:.2f} ms, "
        f"{sum(candidates) / len(candidates):.0f} tried, {memory:.2f} GB"
    )


def _two_words(topics: int) -> Row:
    """Words of middle frequency: neither those that every tenth query asks for, nor those that hardly one does."""
    random, count = Random(3), 60_000
    weights = list(accumulate(1 / (rank + 10) for rank in range(count)))
    terms = [Term(f"w{rank}") for rank in range(count)]

    def a_query() -> Query:
        some = {terms[bisect(weights, random.random() * weights[-1])] for _ in range(random.randint(1, 4))}
        return Or(tuple(some)) if len(some) > 1 else some.pop()

    index = TopicIndex()
    for at in range(0, topics, PORTION):
        index.put_all((f"{at + n}", a_query()) for n in range(min(PORTION, topics - at)))
        gc.freeze()
    seconds, candidates = _matched(index, [f"w{200 + n} w{300 + n}" for n in range(100)])
    name = f"match, any of 1 to 4 words, {topics:,} topics"
    return Row(name, len(seconds), "articles", sum(seconds), _note(seconds, candidates), aim=MEAN_OF_TWO_WORDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", default="10000,100000")
    parser.add_argument("--words", type=int, default=200_000)
    given = parser.parse_args()
    for row in rows(list(map(int, given.topics.split(","))), given.words):
        print(show(row), flush=True)


if __name__ == "__main__":
    main()
