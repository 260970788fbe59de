"""python -m tests.benchmarks.archive: the API over a large archive in PostgreSQL, asked at a steady rate.

--stories N       how many stories (default 1,000,000)
--rate N          requests a second (default 200)
--seconds N       for each kind of request (default 20)
--kinds TEXT      only the kinds of requests with this in their names
--url URL         an archive that stands already; else one is made, which takes some minutes, and removed
--processes N     how many serve it, asked in turn (default 1)
--keep            print its address and leave it

A few thousand stories are filed as the stages file them, then multiplied inside the database: every one is told again
in other hours, under other ids, by other outlets. Requests are sent when they are due, whether or not earlier ones
were answered, so that waiting counts.
"""

import argparse
import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import psycopg
from psycopg import sql

import migrations
from consumers.enrich.people.who import entities
from service.api_keys import new_key
from service.portraits import Portraits
from service.sources import NONE
from service.store import Store, Transaction, full_text
from tests.api.filing import an_article_to_file, file_story
from tests.benchmarks.corpus import Report, reports
from tests.builders import NOW, a_topic
from tests.services import eventually, free_port
from tests.services.postgres import PostgresServer

TEMPLATES = 2_000
"""Stories that are filed; the others are these told again."""
CHARACTERS = 600
TUNED = (
    *("shared_buffers = '2GB'", "effective_cache_size = '8GB'", "random_page_cost = 1.1", "work_mem = '32MB'"),
    *("max_wal_size = '16GB'", "checkpoint_timeout = '1h'", "synchronous_commit = off", "jit = off"),
)
KEPT = (
    *("articles", "revisions", "article_countries", "article_entities", "strands"),
    *("stories", "story_languages", "story_countries", "story_sources", "searched"),
)
NAMES = ("Belarus", "Netherlands", "Estonia")
"""Which stand for the country, whatever it is called."""
PHRASES = ('"spokeswoman said"', '"patience spring"')
"""One that is often met, and one that never is, though both of its words are common."""
DAY = f"(select lexeme from unnest(searched.words) where lexeme like '{full_text.DAY}%')"
DAY_AGAIN = f"to_char(to_date(substr({DAY}, 2), 'YYYYMMDD') - n, 'YYYYMMDD')"
WORDS_AGAIN = f"ts_delete(searched.words, {DAY}) || array_to_tsvector(array['{full_text.DAY}' || {DAY_AGAIN}])"
"""The words of an article, among them its day."""
TIMES = ("at", "published_at", "seen_at", "first_at", "last_at", "changed_at", "filed_at")
IDS = ("id", "article_id", "story_id", "strand_id", "original_id", "earliest_id", "position")


@dataclass(frozen=True)
class Asked:
    """A kind of request: how its addresses are made, and how long 99 of 100 may take at most, in milliseconds."""

    name: str
    path: Callable[[random.Random], str]
    aim: float
    tagged: bool = False
    """Sent with the tag of an earlier answer."""


@contextmanager
def archive(given: argparse.Namespace) -> Iterator[str]:
    """The URL of a database with so many stories."""
    if given.url:
        yield given.url
        return
    server = PostgresServer.start()
    try:
        tuned(server)
        url = server.database()
        migrations.upgrade(url)
        fill(url, given.stories)
        yield url
        if given.keep:
            input(f"{url} stands until you press Enter. ")
    finally:
        server.stop()


def tuned(server: PostgresServer) -> None:
    """As a machine of 16 GB with an SSD would be set up, not as one of 1996."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for setting in TUNED:
            connection.execute(sql.SQL(f"alter system set {setting}"))  # type: ignore[arg-type]  # ours, above
    server.kill9()
    server.restart()


def fill(url: str, count: int) -> None:
    store = Store(url)
    told = list(reports(TEMPLATES * 5 // 4, per_happening=5, characters=CHARACTERS))
    started = time.monotonic()
    asyncio.run(_file(store, told))
    print(f"{TEMPLATES} stories filed in {time.monotonic() - started:.0f} s", flush=True)
    store.close()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("set maintenance_work_mem = '512MB'")
        for table in KEPT:
            started = time.monotonic()
            multiply(connection, table, max(0, count // TEMPLATES - 1))
            print(f"{table}: {time.monotonic() - started:.0f} s", flush=True)
        portray(connection)
        connection.execute("vacuum analyze")


def portray(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Every story was told of once, as those were that were filed."""
    started = time.monotonic()
    stamp = "s.changed_seq || '.' || max(a.changed_seq) || '.0 ' || split_part(min(p.stamp), ' ', 2)"
    told = "replace(convert_from(min(p.told::text)::bytea, 'UTF8'), '\"' || p.story_id || '\"', '\"' || s.id || '\"')"
    connection.execute(
        f"insert into portraits (story_id, stamp, told) select s.id, {stamp}, convert_to({told}, 'UTF8') "  # type: ignore[arg-type]  # ours
        "from stories s join portraits p on p.story_id = split_part(s.id, '.', 1) and s.id <> p.story_id "
        "join strands on strands.story_id = s.id join articles a on a.strand_id = strands.id "
        "group by s.id, s.changed_seq, p.story_id"
    )
    print(f"portraits: {time.monotonic() - started:.0f} s", flush=True)


async def _file(store: Store, told: list[Report]) -> None:
    """Stories of one article, every fourth of two."""

    def file(tx: Transaction, first: int) -> None:
        for number in range(first, first + 100):
            of_story = [told[number]] + ([told[TEMPLATES + number // 4]] if number % 4 == 0 else [])
            file_story(tx, f"st_{number}", [_article(f"{number}-{n}", each) for n, each in enumerate(of_story)])

    for first in range(0, TEMPLATES, 100):
        await store.write(file, first)
    portraits = Portraits(store, NONE)
    for number in range(TEMPLATES):
        await portraits.of(f"st_{number}", NOW)
    for number in range(20):
        await store.write(lambda tx, number=number: tx.topics.add(a_topic(name=f"Topic {number}")))


def _article(name: str, report: Report) -> object:
    at = NOW - timedelta(minutes=int(name.split("-")[0]))
    named = entities(report.title, report.text, report.language)
    countries = tuple({each.country for each in named if each.country}) or ("BY",)
    return an_article_to_file(
        f"https://{report.outlet}.example/{name}",
        source=f"{report.outlet}.example",
        title=report.title,
        content=report.text,
        language=report.language,
        published_at=at,
        seen_at=at,
        countries=countries[:3],
        entities=named,
    )


def multiply(connection: "psycopg.Connection[tuple[object, ...]]", table: str, times: int) -> None:
    """Tell every row so many times again. Indexes are made at the end."""
    found = connection.execute(
        "select column_name from information_schema.columns where table_name = %s order by ordinal_position", [table]
    )
    columns = [str(row[0]) for row in found]
    indexes = connection.execute(
        "select indexname, indexdef from pg_indexes where tablename = %s and indexname not like 'pk_%%' "
        "and indexdef not like '%%UNIQUE%%'",
        [table],
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"drop index {name}")
    values = ", ".join(_again(table, column) for column in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    connection.execute(f"insert into {table} ({named}) select {values} from {table}, generate_series(1, {times}) as n")
    for _, definition in indexes:
        connection.execute(str(definition))


def _again(table: str, column: str) -> str:
    told = f'{table}."{column}"'
    if column in IDS:
        return f"case when {told} = '' then '' else {told} || '.' || n end"
    if column == "url":
        return f"{told} || '/' || n"
    if column in TIMES:
        return f"{told} - n * interval '1 day'"
    if (table, column) == ("searched", "words"):
        return WORDS_AGAIN
    return f"{told} + n * 10000" if column in ("seq", "changed_seq") else told


def kinds(stories: int) -> list[Asked]:
    times = stories // TEMPLATES
    countries, languages = (
        ("BY", "US", "GE"),
        ("en", "de", "ru", "pl"),
    )  # many hold the first, few the second, none the third

    def story(rng: random.Random) -> str:
        number, again = rng.randrange(TEMPLATES), rng.randrange(times)
        return f"/v1/stories/st_{number}" + (f".{again}" if again else "")

    def before(rng: random.Random) -> str:
        return (NOW - timedelta(days=rng.randrange(max(1, times)))).strftime("%Y-%m-%dT%H:%M:%SZ")

    def words(rng: random.Random) -> str:
        """In a quarter of all articles, in one of ten to thirty (three of them together, and a name), in none."""
        return rng.choice(("spokeswoman", "talks AND spring AND officials", "solsaksul", "larmits", "terpliwosc"))

    return [
        Asked("item: GET /v1/stories/{id}", story, 25),
        Asked("304: GET /v1/stories/{id}", story, 10, tagged=True),
        Asked("list: GET /v1/stories?country=", lambda rng: f"/v1/stories?country={rng.choice(countries)}", 100),
        Asked(
            "list: GET /v1/articles?language=&until=",
            lambda rng: f"/v1/articles?language={rng.choice(languages)}&until={before(rng)}",
            100,
        ),
        Asked("list: GET /v1/stories?order=independent", lambda rng: "/v1/stories?order=independent", 100),
        Asked("search: GET /v1/articles?q=", lambda rng: f"/v1/articles?q={words(rng)}", 200),
        Asked("search: GET /v1/stories?q=", lambda rng: f"/v1/stories?q={words(rng)}&until={before(rng)}", 200),
        Asked("search, a country: GET /v1/articles?q=", lambda rng: f"/v1/articles?q={rng.choice(NAMES)}", 200),
        Asked("search, a phrase: GET /v1/articles?q=", lambda rng: f"/v1/articles?q={rng.choice(PHRASES)}", 200),
    ]


async def measure(bases: Sequence[str], key: str, asked: Asked, rate: float, seconds: float) -> tuple[list[float], int]:
    """How long each answer took after its request was due, in milliseconds; and how many were no answers."""
    rng, took, failed = random.Random(1), list[float](), 0
    headers = {"Authorization": f"Bearer {key}"}
    connector = aiohttp.TCPConnector(limit=200)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:
        tags = await _tags(session, bases[0], asked, rng) if asked.tagged else []

        async def send(due: float, base: str) -> None:
            nonlocal failed
            path, given = rng.choice(tags) if tags else (asked.path(rng), {})
            async with session.get(base + path, headers=given) as answer:
                await answer.read()
                failed += answer.status != (304 if tags else 200)
            took.append(1000 * (time.monotonic() - due))

        started, running = time.monotonic(), list[asyncio.Task[None]]()
        for number in range(int(rate * seconds)):
            due = started + number / rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            running.append(asyncio.create_task(send(due, bases[number % len(bases)])))
        await asyncio.gather(*running)
    return took, failed


async def _tags(
    session: aiohttp.ClientSession, base: str, asked: Asked, rng: random.Random
) -> list[tuple[str, dict[str, str]]]:
    found = []
    for _ in range(100):
        path = asked.path(rng)
        async with session.get(base + path) as answer:
            found.append((path, {"If-None-Match": answer.headers["ETag"]}))
    return found


@contextmanager
def served(url: str, processes: int) -> Iterator[tuple[list[str], str]]:
    """Processes that serve it; their addresses, and a key."""
    store, ports = Store(url), [free_port() for _ in range(processes)]
    made, text = new_key("archive", NOW)
    asyncio.run(store.write(lambda tx: tx.keys.add(made, text)))
    store.close()
    command = [sys.executable, "-m", "tests.benchmarks.archive_server", url]
    running = [subprocess.Popen([*command, str(port)]) for port in ports]
    try:
        eventually(lambda: all(map(_answers, ports)), 60, "the API")
        yield [f"http://127.0.0.1:{port}" for port in ports], text
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def _answers(port: int) -> bool:
    import socket

    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--kinds", default="")
    parser.add_argument("--url", default="")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    with archive(given) as url, served(url, given.processes) as (bases, key):
        for asked in (each for each in kinds(given.stories) if given.kinds in each.name):
            asyncio.run(measure(bases, key, asked, given.rate / 4, 4))  # warm
            took, failed = asyncio.run(measure(bases, key, asked, given.rate, given.seconds))
            ranked = sorted(took)
            p50, p99 = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.99)]
            print(
                f"{asked.name:44} p50 {p50:8.1f} ms  p99 {p99:8.1f} ms (aim {asked.aim:.0f})  failed {failed}",
                flush=True,
            )


if __name__ == "__main__":
    main()
