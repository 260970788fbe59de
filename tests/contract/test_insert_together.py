"""Many rows in one statement: the same on both databases as one after the other."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service.store import Store, Transaction
from service.store.attributions import quotes
from service.store.sightings import bands
from service.store.table import insert, insert_together
from tests.builders import NOW

ODD = ("", "«Да», 'she' \"said\"\n\ttwice", "\\u0041 {} null", "北京 🙂 й")


def _quotes() -> list[dict[str, object]]:
    common = {"speaker_id": "", "cue": "said", "direct": True, "folded": "", "folded_speaker": ""}
    return [
        common | {"article_id": "a", "number": number, "at": NOW, "speaker": text, "text": text}
        for number, text in enumerate(ODD)
    ]


async def test_rows_are_kept_as_they_were_given(store: Store) -> None:
    def write(tx: Transaction) -> None:
        insert_together(tx.connection, insert(tx.connection, quotes), _quotes())
        insert_together(tx.connection, insert(tx.connection, quotes), [])

    await store.write(write)
    wanted = select(*(quotes.c[name] for name in _quotes()[0])).order_by(quotes.c.number)
    assert await store.read(lambda tx: [dict(row._mapping) for row in tx.connection.execute(wanted)]) == _quotes()


async def test_what_is_there_stays_or_is_refused_as_the_statement_says(store: Store) -> None:
    rows = [{"band": -(2**62) + n, "article_id": "a", "seen_at": NOW} for n in range(3)]
    later = [row | {"seen_at": NOW + timedelta(days=1)} for row in rows] + [rows[0] | {"band": 7}]

    def keep(tx: Transaction) -> list[tuple[int, str, object]]:
        plain = insert(tx.connection, bands)
        insert_together(tx.connection, plain, rows)
        insert_together(tx.connection, plain.on_conflict_do_nothing(), later)
        return [tuple(row) for row in tx.connection.execute(select(bands).order_by(bands.c.band))]

    found = await store.write(keep)
    assert found == [(row["band"], "a", NOW) for row in [*rows, later[-1]]]
    with pytest.raises(IntegrityError):
        await store.write(lambda tx: insert_together(tx.connection, insert(tx.connection, bands), rows))
