"""A list of articles that is paged through while others come and go: is each that stays shown once, and what does a far
page cost beside the first?

python -m tests.benchmarks.paging [--rows 100000] [--page 50]

Between two pages some of what was there is removed and some is put in, at any place. Ends with an error if one that
stays is missed or shown twice, or if the last page but one takes more than one and a half times as long as the first.
"""

import argparse
import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from sqlalchemy import delete, insert, select

import migrations
from service.model import ArticleSummary
from service.store import Store, Transaction
from service.store.article_rows import articles
from service.store.browse import Filter, place_of_article
from service.store.table import parts
from tests.api.filing import an_article_to_file, file_story
from tests.builders import NOW

COME_AND_GO = 5
"""So many articles come between two pages, and as many go."""
DOOMED = 10
"""One in so many is to go."""
LOOKS = 25


def fill(tx: Transaction, ids: Sequence[str], chance: random.Random) -> None:
    """Articles like the first one, at times of which many are alike."""
    like = tx.connection.execute(select(articles).limit(1)).one()._mapping
    for some in parts(ids):
        times = [NOW - timedelta(minutes=chance.randrange(20_000)) for _ in some]
        rows = [
            {**like, "id": each, "url": f"https://a.com/{each}", "at": at} for each, at in zip(some, times, strict=True)
        ]
        tx.connection.execute(insert(articles), rows)


def page(tx: Transaction, after: ArticleSummary | None, most: int) -> list[ArticleSummary]:
    return tx.browse.articles(Filter(), after and place_of_article(after), most)


def cost(tx: Transaction, after: ArticleSummary | None, most: int) -> float:
    """Milliseconds of processor time, as it mostly is."""
    times = []
    for _ in range(LOOKS):
        began = process_time()
        page(tx, after, most)
        times.append(process_time() - began)
    return 1000 * median(times)


async def paged(store: Store, rows: int, most: int, chance: random.Random) -> tuple[int, int, list[ArticleSummary]]:
    """How many were missed, how many came twice, and the last article of each page."""
    await store.write(lambda tx: file_story(tx, "st_1", [an_article_to_file("https://a.com/first")]))
    ids = [f"old-{n:06}" for n in range(rows)]
    await store.write(fill, ids, chance)
    doomed = chance.sample(ids, rows // DOOMED)
    staying, shown, ends = set(ids) - set(doomed), list[str](), list[ArticleSummary]()
    while found := await store.read(page, ends[-1] if ends else None, most):
        shown += [each.id for each in found]
        ends.append(found[-1])
        gone, doomed = doomed[:COME_AND_GO], doomed[COME_AND_GO:]
        await store.write(_storm, gone, [f"new-{len(ends):06}-{n}" for n in range(COME_AND_GO)], chance)
    return len(staying - set(shown)), len(shown) - len(set(shown)), ends


def _storm(tx: Transaction, gone: Sequence[str], come: Sequence[str], chance: random.Random) -> None:
    tx.connection.execute(delete(articles).where(articles.c.id.in_(gone)))
    fill(tx, come, chance)


async def measure(folder: Path, rows: int, most: int) -> bool:
    url = f"sqlite:///{folder / 'store.db'}"
    migrations.upgrade(url)
    store = Store(url)
    missed, twice, ends = await paged(store, rows, most, random.Random(1))
    first, far = await store.read(cost, None, most), await store.read(cost, ends[-3], most)
    store.close()
    print(f"{rows} articles, {len(ends)} pages: {missed} missed, {twice} shown twice")
    print(f"first page {first:.2f} ms, page {len(ends) - 1} {far:.2f} ms of processor time: {far / first:.2f} times")
    return not (missed or twice) and far <= 1.5 * first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--page", type=int, default=50)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        raise SystemExit(not asyncio.run(measure(Path(folder), given.rows, given.page)))


if __name__ == "__main__":
    main()
