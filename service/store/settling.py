"""How far each language is settled, and what was near its young articles: in it goes as it is found out, and out it
comes where a memory is read anew.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Index, LargeBinary, String, Table, delete, select

from service.model import NearArticles, SettlePoint
from service.store.table import Time, insert, metadata, parts

settle_points = Table(
    "settle_points",
    metadata,
    Column("language", String, primary_key=True),
    Column("until", Time, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("at_seq", BigInteger, nullable=False),
    Column("rescored_at", BigInteger, nullable=False),
    Column("rescored", BigInteger, nullable=False),
)

near_articles = Table(
    "near_articles",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("language", String, nullable=False),
    Column("seq", BigInteger, nullable=False),  # of the last article filed when it was found out
    Column("at", Time, nullable=False),  # of the article
    Column("near", LargeBinary, nullable=False),  # msgspec JSON list of ids and scores
    Index(None, "language", "at"),
)


class Settling:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def points(self, languages: Iterable[str]) -> dict[str, SettlePoint]:
        """Those of languages of which anything is known."""
        found: dict[str, SettlePoint] = {}
        for part in parts(languages):
            for row in self._connection.execute(select(settle_points).where(settle_points.c.language.in_(part))):
                found[row.language] = SettlePoint(**row._mapping)
        return found

    def put(self, points: Sequence[SettlePoint]) -> None:
        """Say how far languages are settled."""
        if points:
            put = insert(self._connection, settle_points)
            changed = {name: put.excluded[name] for name in SettlePoint.__dataclass_fields__ if name != "language"}
            put = put.on_conflict_do_update(index_elements=["language"], set_=changed)
            rows = [{name: getattr(each, name) for name in SettlePoint.__dataclass_fields__} for each in points]
            self._connection.execute(put, rows)

    def keep(self, found: Sequence[NearArticles]) -> None:
        """Keep what was found near articles, in place of what was known of them."""
        if found:
            put = insert(self._connection, near_articles)
            changed = {name: put.excluded[name] for name in ("language", "seq", "at", "near")}
            put = put.on_conflict_do_update(index_elements=["article_id"], set_=changed)
            self._connection.execute(put, [_row(each) for each in found])

    def near(self, language: str, after: int, since: datetime) -> list[NearArticles]:
        """What was found after the article with this number was filed, of articles that are not older than that."""
        later = (near_articles.c.language == language) & (near_articles.c.at >= since) & (near_articles.c.seq > after)
        wanted = select(near_articles).where(later).order_by(near_articles.c.seq, near_articles.c.article_id)
        return [
            NearArticles(
                row.language, row.article_id, row.seq, row.at, tuple(map(tuple, msgspec.json.decode(row.near)))
            )
            for row in self._connection.execute(wanted)
        ]

    def forget(self, language: str, before: datetime) -> None:
        """Drop what was near articles of a language that are older."""
        old = (near_articles.c.language == language) & (near_articles.c.at < before)
        self._connection.execute(delete(near_articles).where(old))


def _row(found: NearArticles) -> dict[str, Any]:
    return {
        "language": found.language,
        "article_id": found.article_id,
        "seq": found.seq,
        "at": found.at,
        "near": msgspec.json.encode(found.near),
    }
