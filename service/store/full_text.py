"""The full text as each database keeps it: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL.

Articles' tokens go in; for groups of tokens, a select of the ids of the articles that have them comes out.
The tables are no part of `metadata`, whose tables are alike on both; `create_all` makes them, too.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    cast,
    column,
    event,
    literal,
    select,
    table,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from service.store.narrowing import Groups, Token
from service.store.table import found_one_by_one, metadata, parts
from service.text import ANALYSER

_CREATE = {
    "sqlite": (
        "create table if not exists searched (id integer primary key, article_id varchar not null unique, "
        "analyser integer not null)",
        "create virtual table if not exists search_words using fts5("
        "words, tokenize = 'ascii', detail = 'none', columnsize = 0)",
        "create table if not exists search_languages (language varchar not null primary key)",
    ),
    "postgresql": (
        "create table if not exists searched (article_id varchar not null primary key, "
        "analyser integer not null, words tsvector not null)",
        "create index if not exists ix_searched_words on searched using gin (words)",
        "create table if not exists search_languages (language varchar not null primary key)",
    ),
}

DAY = "@"
"""Before the day of an article among its words on PostgreSQL, so that the index finds those of some days alone."""
MOST_DAYS = 400

searched = table("searched", column("id"), column("article_id"), column("analyser"), column("words"))
_fts = table("search_words", column("rowid"))


def create_search(connection: Connection) -> None:
    """Make the tables that are missing."""
    for statement in _CREATE[connection.dialect.name]:
        connection.execute(text(statement))


@event.listens_for(metadata, "after_create")
def _create_with_the_others(_target: object, connection: Connection, **_more: object) -> None:
    create_search(connection)


def put_tokens(connection: Connection, texts: Mapping[str, list[str]]) -> None:
    """Keep these articles' tokens instead of their earlier ones."""
    (_put_fts if connection.dialect.name == "sqlite" else _put_tsvector)(connection, texts)


def with_words(connection: Connection, all_of: Sequence[tuple[Groups, ...]]) -> Select[tuple[str]]:
    """Ids of the articles that have a token of each group of one of these, for all of these."""
    if connection.dialect.name == "sqlite":
        expression = " AND ".join(f"({_expression(each, ' OR ', ' AND ', _fts_token)})" for each in all_of)
        matches = column("search_words").op("match")(expression)
        return select(searched.c.article_id).where(searched.c.id.in_(select(_fts.c.rowid).where(matches)))
    return select(_by_index(literal(asked(all_of), TSQUERY())).c.article_id)


def asked(all_of: Sequence[tuple[Groups, ...]], since: datetime | None = None, until: datetime | None = None) -> str:
    """What asks for these, if both times are given on those days alone, unless they are many. On PostgreSQL."""
    return " & ".join([_tsquery(each) for each in all_of] + _days(since, until))


@lru_cache
def indexed(name: str) -> CTE:
    """Ids of the articles that the index finds for what is `asked` under this name. On PostgreSQL."""
    return _by_index(asked_as(name))


def asked_as(name: str) -> ColumnElement[str]:
    """What is `asked` under this name. On PostgreSQL, which reads it once: a text it would read again for every row."""
    return bindparam(name, type_=TSQUERY())


def has_words(article_id: ColumnElement[str], asked_for: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether this article has what is `asked` for. On PostgreSQL."""
    words = _saying(asked_for)
    return found_one_by_one(select(true()).where(searched.c.article_id == article_id, words))


def _by_index(asked_for: ColumnElement[str]) -> CTE:
    # materialized, else, for the newest few, the planner may rather walk all articles than ask the index
    return select(searched.c.article_id).where(_saying(asked_for)).cte().prefix_with("materialized")


def _saying(asked_for: ColumnElement[str]) -> ColumnElement[bool]:
    return searched.c.words.op("@@")(cast(asked_for, TSQUERY))


def _put_fts(connection: Connection, texts: Mapping[str, list[str]]) -> None:
    connection.execute(
        text(
            "insert into searched (article_id, analyser) values (:id, :analyser) "
            "on conflict (article_id) do update set analyser = excluded.analyser"
        ),
        [{"id": article_id, "analyser": ANALYSER} for article_id in texts],
    )
    rows: list[dict[str, Any]] = []
    for part in parts(texts):
        known = select(searched.c.id, searched.c.article_id).where(searched.c.article_id.in_(part))
        rows += [{"id": row.id, "words": " ".join(texts[row.article_id])} for row in connection.execute(known)]
    connection.execute(text("delete from search_words where rowid = :id"), rows)
    connection.execute(text("insert into search_words (rowid, words) values (:id, :words)"), rows)


def _put_tsvector(connection: Connection, texts: Mapping[str, list[str]]) -> None:
    connection.execute(
        text(
            "insert into searched (article_id, analyser, words) select id, :analyser, array_to_tsvector("
            "cast(:words as text[]) || (cast(:day as text) || to_char(at at time zone 'UTC', 'YYYYMMDD'))) "
            "from articles where id = :id "
            "on conflict (article_id) do update set analyser = excluded.analyser, words = excluded.words"
        ),
        [{"id": each, "analyser": ANALYSER, "words": texts[each], "day": DAY} for each in sorted(texts)],
    )


def _days(since: datetime | None, until: datetime | None) -> list[str]:
    """What asks for the days from one time to the other; nothing if they are too many."""
    if since is None or until is None or (until - since).days > MOST_DAYS:
        return []
    first, last = since.date(), until.date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return ["(" + " | ".join(f"'{DAY}{day:%Y%m%d}'" for day in days) + ")"]


def _tsquery(any_of: tuple[Groups, ...]) -> str:
    return f"({_expression(any_of, ' | ', ' & ', _tsquery_token)})"


def _expression(any_of: tuple[Groups, ...], either: str, both: str, spell: Callable[[Token], str]) -> str:
    def group(tokens: tuple[Token, ...]) -> str:
        return f"({either.join(map(spell, tokens))})"

    return either.join(f"({both.join(map(group, words))})" for words in any_of)


def _fts_token(token: Token) -> str:
    return f'"{token.text}" *' if token.open else f'"{token.text}"'


def _tsquery_token(token: Token) -> str:
    return f"'{token.text}':*" if token.open else f"'{token.text}'"
