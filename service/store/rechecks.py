"""Rechecks: whose pages are to be looked at again, and what they said. A row goes once no look is left."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from service.model.rechecks import Baseline, Claimed, Recheck
from service.store.article_rows import articles, enriched_of, is_current, revisions
from service.store.table import Time, insert, metadata, parts

rechecks = Table(
    "rechecks",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("since", Time, nullable=False),
    Column("due_at", Time, nullable=False),
    Column("claimed_until", Time),
    Column("step", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("missing", Text, nullable=False),
    Column("page_url", Text, nullable=False),
    Column("page_title", Text, nullable=False),
    Column("page_text", LargeBinary),  # compressed; null where it is the article's own
    Column("page_hash", String, nullable=False),
    Column("etag", Text, nullable=False),
    Index(None, "due_at"),
)


class Rechecks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[Recheck]) -> None:
        """Those whose article has none yet."""
        if new:
            statement = insert(self._connection, rechecks).on_conflict_do_nothing()
            self._connection.execute(statement, [_row(each) for each in new])

    def claim_due(self, now: datetime, most: int, lease_seconds: float) -> list[Claimed]:
        """Those due and nobody's, the longest due first; ours alone until the lease ends."""
        free = or_(rechecks.c.claimed_until.is_(None), rechecks.c.claimed_until <= now)
        query = (
            select(rechecks)
            .where(rechecks.c.due_at <= now, free)
            .order_by(rechecks.c.due_at, rechecks.c.article_id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        due = [_recheck(row) for row in self._connection.execute(query)]
        until = now + timedelta(seconds=lease_seconds)
        for part in parts(each.article_id for each in due):
            claim = update(rechecks).where(rechecks.c.article_id.in_(part)).values(claimed_until=until)
            self._connection.execute(claim)
        texts = self._texts(each.article_id for each in due)
        return [Claimed(each, texts[each.article_id]) for each in due if each.article_id in texts]

    def _texts(self, article_ids: Iterable[str]) -> dict[str, Any]:
        wanted = select(revisions.c.article_id, revisions.c.enriched).join(articles, is_current())
        return {
            row.article_id: enriched_of(row.enriched)
            for part in parts(article_ids)
            for row in self._connection.execute(wanted.where(articles.c.id.in_(part)))
        }

    def keep(self, seen: Sequence[Recheck]) -> None:
        """What looks found out, and when the next ones are due; ends the claims. One that was taken away meanwhile
        stays away."""
        if not seen:
            return
        names = [column.name for column in rechecks.c if not column.primary_key]
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        rows = [{f"new_{name}": value for name, value in _row(each).items()} for each in seen]
        statement = update(rechecks).where(rechecks.c.article_id == bindparam("new_article_id")).values(values)
        self._connection.execute(statement, rows)

    def release(self, article_ids: Iterable[str], due_at: datetime) -> None:
        """Give these back without a look; they are due again then."""
        for part in parts(article_ids):
            values = {"due_at": due_at, "claimed_until": None}
            self._connection.execute(update(rechecks).where(rechecks.c.article_id.in_(part)).values(values))

    def remove(self, article_ids: Iterable[str]) -> None:
        """No look is left for these."""
        for part in parts(article_ids):
            self._connection.execute(delete(rechecks).where(rechecks.c.article_id.in_(part)))

    def get(self, article_id: str) -> Recheck | None:
        row = self._connection.execute(select(rechecks).where(rechecks.c.article_id == article_id)).first()
        return _recheck(row) if row else None

    def counts(self, now: datetime) -> dict[str, int]:
        """How many wait, and how many of these are due."""
        waiting = select(func.count()).select_from(rechecks)
        due = waiting.where(rechecks.c.due_at <= now)
        return {
            "waiting": self._connection.execute(waiting).scalar_one(),
            "due": self._connection.execute(due).scalar_one(),
        }


def _row(recheck: Recheck) -> dict[str, object]:
    said = recheck.baseline
    return {
        "article_id": recheck.article_id,
        "since": recheck.since,
        "due_at": recheck.due_at,
        "claimed_until": None,
        "step": recheck.step,
        "tries": recheck.tries,
        "missing": recheck.missing,
        "page_url": said.url,
        "page_title": said.title,
        "page_text": None if said.text is None else zlib.compress(said.text.encode("utf-8", "replace")),
        "page_hash": said.text_hash,
        "etag": said.etag,
    }


def _recheck(row: Row[Any]) -> Recheck:
    text = None if row.page_text is None else zlib.decompress(row.page_text).decode()
    said = Baseline(row.page_url, row.page_title, text, row.page_hash, row.etag)
    return Recheck(row.article_id, row.since, row.due_at, row.step, row.tries, row.missing, said)
