"""python -m tests.quality.feeds FOLDER: is any entry lost that feedparser finds? Every file below the folder.

Prints each document in which we find fewer, with our reason, and the sums. The end is 0 if every such document is
one that we refuse for safety.
"""

import argparse
import asyncio
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import feedparser

from consumers.poll.patient import Reader
from consumers.poll.survey import Unreadable

FOR_SAFETY = ("entities of its own", "NUL characters", "deep", "attributes on", "more than")


@dataclass(frozen=True)
class Compared:
    """Entries found in one document."""

    path: Path
    ours: int
    theirs: int
    why: str
    """Why we cannot read it; "" if we can."""

    @property
    def refused(self) -> bool:
        return any(words in self.why for words in FOR_SAFETY)


async def compare(paths: list[Path]) -> list[Compared]:
    found = []
    async with Reader() as reader:
        for path in paths:
            body = await asyncio.to_thread(path.read_bytes)
            ours, why = await _ours(reader, body)
            found.append(Compared(path, ours, len(feedparser.parse(body).entries), why))
    return found


async def _ours(reader: Reader, body: bytes) -> tuple[int, str]:
    try:
        return len((await reader.read(body, "", "https://harbour-gazette.example/feed")).entries), ""
    except Unreadable as error:
        return 0, str(error)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    found = asyncio.run(compare(sorted(path for path in folder.rglob("*") if path.is_file())))
    fewer = [each for each in found if each.ours < each.theirs]
    for each in fewer:
        print(f"{each.path.relative_to(folder)}: {each.ours} where feedparser finds {each.theirs}. {each.why}")
    print(f"{len(found)} documents, {sum(not each.why for each in found)} read")
    print(f"entries: ours {sum(each.ours for each in found)}, feedparser's {sum(each.theirs for each in found)}")
    print(f"fewer: {len(fewer)}; more: {sum(each.ours > each.theirs for each in found)}")
    for why, number in Counter(each.why.partition(":")[0][:90] for each in found if each.why).most_common(12):
        print(f"{number:>6}  {why}")
    sys.exit(any(not each.refused for each in fewer))


if __name__ == "__main__":
    main()
