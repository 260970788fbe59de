"""What the payloads' tables promise on every database."""

import hashlib
import os

from service.store import Store
from tests.builders import minutes

HTML = "text/html; charset=windows-1251"


def hash_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


async def keep(store: Store, body: bytes, at: float = 0, feed_id: str = "f1", url: str = "https://a.test/") -> str:
    await store.write(lambda tx: tx.payloads.keep(hash_of(body), body, HTML, url, minutes(at), feed_id))
    return hash_of(body)


async def test_a_payload_comes_back_byte_for_byte(store: Store) -> None:
    for body in (b"", b"\x00\xff" * 9, os.urandom(300_000), b"<rss/>" * 900_000):
        name = await keep(store, body)
        found = await store.read(lambda tx, name=name: tx.payloads.get(name))
        assert found
        assert (found.hash, found.body, found.content_type) == (name, body, HTML)
        assert (found.url, found.feed_id, found.at) == ("https://a.test/", "f1", minutes(0))
    assert await store.read(lambda tx: tx.payloads.get("0" * 64)) is None


async def test_the_same_bytes_are_kept_once_with_each_feed_that_gave_them(store: Store) -> None:
    body = b"<rss>Ferry</rss>"
    for at in (0, 1):
        await keep(store, body, at)
    await keep(store, body, 2, feed_id="f2", url="https://b.test/" + "x" * 7_000)
    last, first = await store.read(lambda tx: (tx.payloads.get(hash_of(body)), tx.payloads.get(hash_of(body), "f1")))
    assert last
    assert first
    assert (last.feed_id, last.at, len(last.url)) == ("f2", minutes(2), 7_015)
    assert (first.feed_id, first.at, first.url) == ("f1", minutes(1), "https://a.test/")
    assert await store.read(lambda tx: tx.payloads.get(hash_of(body), "f3")) is None


async def test_a_feeds_payloads_are_listed_as_they_came(store: Store) -> None:
    names = [await keep(store, b"%d" % at, at) for at in (3, 1, 2)]
    await keep(store, b"other", 0, feed_id="f2")
    assert list(await store.read(lambda tx: tx.payloads.of_feed("f1"))) == [names[1], names[2], names[0]]
    assert list(await store.read(lambda tx: tx.payloads.of_feed("none"))) == []


async def test_what_is_old_is_forgotten_in_portions_and_what_is_met_again_is_not(store: Store) -> None:
    names = [await keep(store, b"%d" % at, at) for at in range(10)]
    await keep(store, b"0", 20)
    forgotten = [await store.write(lambda tx: tx.payloads.prune(minutes(6), most=3)) for _ in range(3)]
    assert forgotten == [3, 2, 0]
    assert list(await store.read(lambda tx: tx.payloads.of_feed("f1"))) == [*names[6:], names[0]]
    for name in names[1:6]:
        assert await store.read(lambda tx, name=name: tx.payloads.get(name)) is None
