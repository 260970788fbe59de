"""Whether an article says what is sought: conditions in, SQL out, to be asked of the index or of one article."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, Select, func, literal, not_, or_, select, true
from sqlalchemy.dialects.postgresql import TSQUERY

from service.query.tree import Field
from service.store.article_rows import article_countries, articles
from service.store.entity_tables import article_entities
from service.store.full_text import asked, has_words, with_words
from service.store.narrowing import Condition, Groups
from service.store.table import found_one_by_one


def saying(conditions: Sequence[Condition], connection: Connection) -> list[ColumnElement[bool]]:
    """What holds for an article that says it, found by the index."""
    words, others = apart(conditions)
    found = [articles.c.id.in_(with_words(connection, words))] if words else []
    return found + [_any(each, _by_index(each, connection)) for each in others]


def each_saying(conditions: Iterable[Condition]) -> list[ColumnElement[bool]]:
    """The same, looked up for one article after the other. On PostgreSQL."""
    return [_any(each, _one_by_one(each)) for each in conditions]


def apart(conditions: Sequence[Condition]) -> tuple[list[tuple[Groups, ...]], list[Condition]]:
    """Those that ask for words and nothing else, which the index answers together; and the others."""
    plain = [each for each in conditions if each.wanted and each.words and not each.fields]
    return [each.words for each in plain], [each for each in conditions if each not in plain]


def found_by_index(connection: Connection, condition: Condition) -> list[Select[tuple[str]]]:
    """Ids of the articles that meet it, one way or another; nothing if it asks for what has no index, or for what may
    not be."""
    if not condition.wanted or any(each.name not in _KEPT for each in condition.fields):
        return []
    found = [_holding(each) for each in condition.fields]
    return [*found, with_words(connection, [condition.words])] if condition.words else found


def _by_index(condition: Condition, connection: Connection) -> list[ColumnElement[bool]]:
    held = [articles.c.id.in_(_holding(each)) if each.name in _KEPT else _own(each) for each in condition.fields]
    return [*held, articles.c.id.in_(with_words(connection, [condition.words]))] if condition.words else held


def _one_by_one(condition: Condition) -> list[ColumnElement[bool]]:
    held = [_held(each) if each.name in _KEPT else _own(each) for each in condition.fields]
    return [*held, has_words(articles.c.id, literal(asked([condition.words]), TSQUERY()))] if condition.words else held


def _any(condition: Condition, ways: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(*ways) if condition.wanted else not_(or_(*ways))


_KEPT = {
    "entity": (article_entities.c.article_id, article_entities.c.entity_id),
    "country": (article_countries.c.article_id, article_countries.c.country),
}
"""Fields that have tables of their own: of which article, and what is kept of it."""


def _holding(field: Field) -> Select[tuple[str]]:
    """Ids of the articles with this value."""
    article_id, kept = _KEPT[field.name]
    return select(article_id).where(kept == field.value)


def _held(field: Field) -> ColumnElement[bool]:
    article_id, kept = _KEPT[field.name]
    return found_one_by_one(select(true()).where(kept == field.value, article_id == articles.c.id))


def _own(field: Field) -> ColumnElement[bool]:
    if field.name == "lang":
        return articles.c.language == field.value
    source = func.lower(articles.c.source)
    return or_(source == field.value, source.endswith(f".{field.value}", autoescape=True))
