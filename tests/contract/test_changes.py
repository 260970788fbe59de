"""The order in which articles changed: does whoever follows it see every change, whoever files meanwhile?"""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from service.store import Store, Transaction
from service.store.browse import Filter
from tests.builders import a_stored_article, minutes

WRITERS, EACH = 4, 25


def a_text(writer: int, number: int, revision: int = 0) -> dict[str, object]:
    url = f"https://outlet{writer}.test/{number}"
    return {"url": url, "revision": revision, "language": f"l{writer}", "kind": "revision" if revision else "new"}


def file(tx: Transaction, writer: int, number: int, revision: int, seq: int) -> None:
    told = a_text(writer, number, revision)
    stored = a_stored_article(seq=seq, strand_id=f"s{writer}-{number}", position=f"{writer}/{seq}", **told)
    tx.articles.file([stored])


def write(store: Store, writer: int) -> None:
    """As one worker does: texts and revisions of one language, each in a transaction that takes a while."""
    rng, seqs = random.Random(writer), count(1)
    known: dict[int, int] = {}
    for _ in range(EACH):
        number = rng.randrange(8)
        known[number] = known.get(number, -1) + 1
        with store.engine.execution_options(writes=True).begin() as connection:
            file(Transaction(connection), writer, number, known[number], next(seqs))
            pause = threading.Event()
            pause.wait(rng.random() * 0.004)


def followed(store: Store, done: threading.Event) -> list[tuple[str, int, int]]:
    """What a reader sees who always goes on after the last change seen."""
    seen: list[tuple[str, int, int]] = []
    after = 0
    while True:
        last_round = done.is_set()
        with store.engine.connect() as connection:
            found = Transaction(connection).browse.changed(Filter(), after, 7)
        seen += [(each.url, each.revision, each.changed_seq) for each in found]
        after = found[-1].changed_seq if found else after
        if last_round and not found:
            return seen


def test_whoever_follows_misses_nothing_while_others_file(store: Store) -> None:
    done = threading.Event()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(followed, store, done)
        for writing in [pool.submit(write, store, writer) for writer in range(WRITERS)]:
            writing.result()
        done.set()
        seen = reader.result()
    with store.engine.connect() as connection:
        now = Transaction(connection).browse.changed(Filter(), 0, 10_000)
    places = [place for _, _, place in seen]
    assert places == sorted(set(places))
    assert {url: revision for url, revision, _ in seen} == {each.url: each.revision for each in now}
    assert len({each.changed_seq for each in now}) == len(now) >= WRITERS * 5


@pytest.mark.postgres
def test_a_later_place_is_never_visible_before_an_earlier_one(postgres_store: Store) -> None:
    """A transaction that files and takes its time keeps the next one from ending before it."""
    begun, ended = threading.Event(), threading.Event()

    def slow() -> None:
        with postgres_store.engine.begin() as connection:
            file(Transaction(connection), 0, 0, 0, 1)
            begun.set()
            ended.wait(0.5)

    def quick() -> None:
        begun.wait(10)
        with postgres_store.engine.begin() as connection:
            file(Transaction(connection), 1, 0, 0, 1)
        ended.set()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(slow), pool.submit(quick)
        begun.wait(10)
        with postgres_store.engine.connect() as connection:
            assert Transaction(connection).browse.changed(Filter()) == []
        first.result()
        second.result()
    with postgres_store.engine.connect() as connection:
        shown = Transaction(connection).browse.changed(Filter())
    assert [each.url for each in shown] == ["https://outlet0.test/0", "https://outlet1.test/0"]


def test_changes_since_a_time(store: Store) -> None:
    def filed(tx: Transaction) -> list[int]:
        for number in range(3):
            stored = a_stored_article(
                seq=number + 1, position=str(number), filed_at=minutes(number), **a_text(0, number)
            )
            tx.articles.file([stored])
        return [tx.browse.changes_before(minutes(at)) for at in (-1, 0, 0.5, 2, 9)]

    with store.engine.execution_options(writes=True).begin() as connection:
        assert filed(Transaction(connection)) == [0, 0, 1, 2, 3]
        assert Transaction(connection).browse.changed(Filter(language="l1")) == []
