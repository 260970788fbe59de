"""The reader of documents under siege: mutated and monstrous feeds, and programs that run into their limits."""

import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from consumers.poll.apart import Apart, confined
from consumers.poll.document import Document
from consumers.poll.patient import PATIENT, Reader
from consumers.poll.survey import Unreadable
from tests.thorough import times

FEEDS = {path.name: path.read_bytes() for path in sorted((Path(__file__).parents[1] / "data/feeds").iterdir())}
SEED = 20261123
URL = "https://harbour-gazette.example/feed"
TYPES = ("", "text/xml", "application/rss+xml; charset=utf-16", "text/xml; charset=koi8-r", "text/xml; charset=big5")
MIB = 2**20
measured = pytest.mark.skipif(sys.platform != "linux", reason="limits of processes are those of Linux")


def flipped(body: bytearray, dice: random.Random) -> None:
    for _ in range(dice.randint(1, 20)):
        body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)


def cut(body: bytearray, dice: random.Random) -> None:
    del body[dice.randrange(len(body)) :]


def torn(body: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(body))
    del body[start : start + dice.randint(1, 200)]


def repeated(body: bytearray, dice: random.Random) -> None:
    """From one mark to another, many times over."""
    starts = [at for at, octet in enumerate(body) if octet == 0x3C] or [0]
    start, end = sorted((dice.choice(starts), dice.choice(starts)))
    body[start:start] = body[start:end][:2000] * dice.randint(1, 30)


def nested(body: bytearray, dice: random.Random) -> None:
    mark = dice.choice((b"<div>", b"<item>", b"<![CDATA[", b"<entry><title>", b"[", b"<!--", b'{"items":', b"<a b='"))
    at = dice.randrange(len(body))
    body[at:at] = mark * dice.randint(1, 400)


def spliced(body: bytearray, dice: random.Random) -> None:
    other = dice.choice(list(FEEDS.values()))
    body[dice.randrange(len(body)) :] = other[dice.randrange(len(other) or 1) :]


def peppered(body: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(body))
    body[at:at] = dice.choice((b"\x00", b"&", b"&bogus;", b"]]>", b"\xff\xfe", b"<?php", b"&#0;", b"<!ENTITY a 'b'>"))


def mislabelled(body: bytearray, dice: random.Random) -> None:
    label = dice.choice((b"utf-16", b"koi8-r", b"ebcdic-cp-us", b"utf-7", b"none", b"shift_jis"))
    body[:0] = b'<?xml version="1.0" encoding="' + label + b'"?>'


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flipped, cut, torn, repeated, nested, spliced, peppered, mislabelled,
)  # fmt: skip


def mutated(count: int) -> Iterator[tuple[bytes, str]]:
    """Bodies and Content-Types, each spoilt in up to three ways."""
    dice, bodies = random.Random(SEED), [body for body in FEEDS.values() if body]
    for _ in range(count):
        body = bytearray(dice.choice(bodies))
        for mutate in dice.sample(MUTATIONS, dice.randint(1, 3)):
            if body:
                mutate(body, dice)
        yield bytes(body), dice.choice(TYPES)


async def outcome(reader: Reader, body: bytes, content_type: str) -> str:
    """`read`, or the reason. Any other exception is the test's end."""
    try:
        document = await reader.read(body, content_type, URL)
    except Unreadable as error:
        return str(error)
    assert isinstance(document, Document)
    return "read"


@asynccontextmanager
async def lags() -> AsyncIterator[list[float]]:
    """How late the event loop was with each of many small tasks because of what this process does: in seconds of
    its processor time, for what other processes do is not ours; to be looked at afterwards."""
    found = list[float]()

    async def probe() -> None:
        while True:
            begun = time.process_time()
            await asyncio.sleep(0.002)
            found.append(time.process_time() - begun)

    probing = asyncio.create_task(probe())
    try:
        yield found
    finally:
        probing.cancel()


def percentile(found: list[float], share: float) -> float:
    return sorted(found)[int(share * (len(found) - 1))]


async def read_all(count: int, at_once: int = 20) -> tuple[Counter[str], list[float]]:
    bodies = mutated(count)
    tally = Counter[str]()

    async def worker() -> None:
        for body, content_type in bodies:
            found = await outcome(reader, body, content_type)
            assert 0 < len(found) < 400
            assert "\n" not in found
            tally["read" if found == "read" else "unreadable"] += 1

    async with Reader() as reader, lags() as late:
        await asyncio.gather(*(worker() for _ in range(at_once)))
    return tally, late


async def test_mutated_feeds_are_read_or_refused() -> None:
    tally, _ = await read_all(300)
    assert sum(tally.values()) == 300
    assert min(tally["read"], tally["unreadable"]) > 30


@pytest.mark.slow
async def test_mutated_feeds_neither_raise_nor_hold_up_the_event_loop() -> None:
    count = times(2_000, thorough=10_000)
    tally, late = await read_all(count)
    print(
        f"{tally}; event loop late by {percentile(late, 0.99) * 1000:.1f} ms (p99), {max(late) * 1000:.0f} ms at most"
    )
    assert sum(tally.values()) == count
    assert percentile(late, 0.99) <= 0.1


def feed_of(entries: str) -> bytes:
    return f"<rss><channel><title>Harbour</title>{entries}</channel></rss>".encode()


def laughs() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 11))
    return f'<!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]>'.encode() + feed_of("<item><title>&l10;</title></item>")


MONSTERS: dict[str, Callable[[], bytes]] = {
    "billion laughs": laughs,
    "external entity": lambda: b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + feed_of("&x;"),
    "200,000 attributes": lambda: feed_of("<item " + " ".join(f"a{n}='1'" for n in range(200_000)) + "/>"),
    "255 attributes each": lambda: feed_of(("<item " + " ".join(f"a{n}='1'" for n in range(255)) + "/>") * 4_999),
    "200,000 deep": lambda: b"<rss><channel>" + b"<div>" * 200_000,
    "200,000 deep, closed": lambda: feed_of("<div>" * 200_000 + "</div>" * 200_000),
    "3,000,000 elements": lambda: feed_of("<a/>" * 3_000_000),
    "5,001 entries": lambda: feed_of("<item><title>x</title></item>" * 5_001),
    "one text": lambda: feed_of(f"<item><title>{'x' * 14 * MIB}</title></item>"),
    "bare ampersands": lambda: feed_of(f"<item><title>x</title><description>{'& ' * 7 * MIB}</description></item>"),
    "control characters": lambda: feed_of(
        f"<item><title>x</title><description>{chr(1) * 7 * MIB}</description></item>"
    ),
    "marks alone": lambda: b"<rss><channel>" + b"<" * 14 * MIB,
    "comments": lambda: b"<rss><channel>" + b"<!--" * 3 * MIB,
    "sections": lambda: feed_of("<item><title>x</title>" + "<![CDATA[" * MIB + "</item>"),
    "JSON 12,000,000 deep": lambda: b"[" * 12 * MIB,
    "JSON of lists": lambda: b'{"items":[' + b"[]," * 4 * MIB + b"[]]}",
    "JSON of objects": lambda: b'{"items":[' + b"{}," * 3 * MIB + b"{}]}",
    "brackets that close": lambda: b"[" * 200 + b"]" * 12 * MIB,
    "blanks": lambda: b" " * 14 * MIB + b"<rss/>",
    "unlabelled": lambda: feed_of("<item><title>") + b"\xe6 " * 7 * MIB,
    "UTF-16": lambda: feed_of("<item><title>x</title></item>" * 4_000).decode().encode("utf-16") + b"<\x00" * 4 * MIB,
}


@pytest.mark.slow
async def test_monsters_are_read_or_refused_while_others_go_on() -> None:
    slowest = Counter[str]()
    async with Reader(wall_seconds=5) as reader, lags() as late:
        for name, make in MONSTERS.items():
            body = await asyncio.to_thread(make)
            began = time.perf_counter()
            await outcome(reader, body, "")
            slowest[name] = round((time.perf_counter() - began) * 1000)
            assert slowest[name] < 120_000  # two processes, each with its time to start
        good = await reader.read(FEEDS["rss_2.0.xml"], "", URL)
    print(f"milliseconds: {slowest.most_common(4)}; event loop late by {percentile(late, 0.99) * 1000:.1f} ms (p99)")
    assert good.entries
    assert percentile(late, 0.99) <= 0.1


async def test_a_large_ordinary_document_is_read_beside_this_process() -> None:
    entries = "".join(f"<item><title>{n}</title><description>{'word ' * 200}</description></item>" for n in range(900))
    async with Reader() as reader:
        document = await reader.read(feed_of(entries), "", URL)
        assert [entry.title for entry in document.entries] == [str(n) for n in range(900)]
        assert reader.large.pid
        assert not reader.patient.apart.pid
        with pytest.raises(Unreadable, match="no feed"):
            await reader.read(b"<urls>" + b"<a/>" * 200_000 + b"</urls>", "", URL)


# --- programs at their limits ---

QUADRATIC = "<rss><channel><item " + " ".join(f"a{n}='1'" for n in range(60_000)) + "/></channel></rss>"
"""Takes feedparser much more than ten seconds, and never reaches it: the survey refuses it."""


def patient(wall_seconds: float) -> Apart:
    return Apart(confined(PATIENT, "-I"), wall_seconds)


async def asked(apart: Apart, text: str) -> dict[str, object] | None:
    octets = await apart.ask(json.dumps({"text": text}).encode())
    return json.loads(octets) if octets is not None else None


def children_seconds() -> float:
    """Processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@asynccontextmanager
async def spoilt(apart: Apart, text: str) -> AsyncIterator[None]:
    """A program that has just been killed for this text, and is replaced by the next question."""
    try:
        await asked(apart, FEEDS["rss_2.0.xml"].decode())
        before = apart.pid
        assert before
        assert await asked(apart, text) is None
        with suppress(ProcessLookupError):
            os.kill(before, 0)
            pytest.fail("still there")
        yield
        found = await asked(apart, FEEDS["rss_2.0.xml"].decode())
        assert found
        assert found["entries"]
        assert apart.pid not in (None, before)
    finally:
        await apart.close()


@measured
@pytest.mark.slow
async def test_who_takes_too_long_is_killed_and_replaced() -> None:
    before = children_seconds()
    async with spoilt(patient(4), QUADRATIC):
        assert children_seconds() - before < 8, "it was not the limit to what it may compute"


@measured
@pytest.mark.slow
async def test_who_computes_too_long_is_killed_and_replaced() -> None:
    """By the system: nobody's clock but its own stands still when the machine is busy."""
    before = children_seconds()
    async with spoilt(patient(500), QUADRATIC):
        assert 8 < children_seconds() - before < 30


@measured
@pytest.mark.slow
async def test_who_swells_is_killed_and_replaced() -> None:
    async with spoilt(patient(60), "x" * 200 * MIB):
        pass  # it needs no second of its own, so that nothing else can have ended it


@measured
def test_no_program_opens_a_file_or_a_connection() -> None:
    source = (
        "import socket, sys\n"
        f"sys.path.insert(0, {str(PATIENT.parent)!r})\n"
        "import confined_process\n"
        "confined_process.forbid_files()\n"
        "for reach in (lambda: open('/etc/hostname'), socket.socket):\n"
        "    try:\n"
        "        reach()\n"
        "    except OSError as error:\n"
        "        print(error.errno)\n"
    )
    said = subprocess.run([sys.executable, "-I", "-c", source], capture_output=True, text=True, timeout=60)
    assert said.stdout.split() == ["24", "24"], said.stderr  # EMFILE
