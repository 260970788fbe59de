"""python -m tests.benchmarks.parsing [FOLDER]: entries a second of our parser and of feedparser, side by side.

Over ordinary feeds of our own making, and over every file of FOLDER, if one is given. Each document is read by
one and by the other in turn; the best of several rounds counts. Seconds are those of this process on a processor,
so that other programs spoil no ratio. "Reader" is what polling uses, threads and all; "parse" the fast way alone.
"""

import argparse
import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import feedparser

from consumers.poll.parse import parse
from consumers.poll.patient import Reader
from consumers.poll.survey import Unreadable
from tests.benchmarks.ordinary import documents

URL = "https://harbour-gazette.example/feed"
LEAST_SECONDS = 0.2
"""A round goes on for so long: a single document is read in less than a clock can tell."""


@dataclass(frozen=True)
class Pace:
    """Entries a second: of polling's reader, of the fast way, of feedparser, and of feedparser spared its
    sanitising."""

    reader: float
    fast: float
    theirs: float
    bare: float


async def pace(bodies: list[bytes], rounds: int) -> Pace:
    """All documents, by each way in turn. Counts the entries that the way finds itself."""
    best = [0.0] * 4
    async with Reader() as reader:
        for _ in range(rounds):
            found = [await _awaited(reader, bodies), _timed(_ours, bodies), _timed(_theirs, bodies)]
            found.append(_timed(_bare, bodies))
            best = [max(pair) for pair in zip(best, found, strict=True)]
    return Pace(*best)


async def _awaited(reader: Reader, bodies: list[bytes]) -> float:
    began, entries = time.process_time(), 0
    while (seconds := time.process_time() - began) < LEAST_SECONDS:
        for body in bodies:
            with suppress(Unreadable):
                entries += len((await reader.read(body, "", URL)).entries)
    return entries / seconds


def _timed(count: Callable[[bytes], int], bodies: list[bytes]) -> float:
    began, entries = time.process_time(), 0
    while (seconds := time.process_time() - began) < LEAST_SECONDS:
        entries += sum(map(count, bodies))
    return entries / seconds


def _ours(body: bytes) -> int:
    with suppress(Unreadable):
        return len(parse(body, "", URL).entries)
    return 0


def _theirs(body: bytes) -> int:
    return len(feedparser.parse(body).entries)


def _bare(body: bytes) -> int:
    return len(feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False).entries)


def show(name: str, bodies: list[bytes], found: Pace) -> None:
    kilobytes = sum(map(len, bodies)) / 1024
    print(
        f"{name:<24}{kilobytes:>8.0f} kB  reader {found.reader:>8,.0f}/s  parse {found.fast:>8,.0f}/s"
        f"  feedparser {found.theirs:>6,.0f}/s  ratio {found.reader / found.theirs:>5.1f}"
        f"  (parse {found.fast / found.theirs:.1f}; against it without sanitising {found.reader / found.bare:.1f})",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--entries", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    ordinary = documents(given.entries)
    for name, body in ordinary.items():
        show(name, [body], asyncio.run(pace([body], given.rounds)))
    show("all of these", list(ordinary.values()), asyncio.run(pace(list(ordinary.values()), given.rounds)))
    if given.folder:
        files = [path.read_bytes() for path in sorted(given.folder.rglob("*")) if path.is_file()]
        show(given.folder.name, files, asyncio.run(pace(files, 1)))


if __name__ == "__main__":
    main()
