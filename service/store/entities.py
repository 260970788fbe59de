"""People and organisations under stable ids: who articles name, in which spellings.

Enrichment gives every name an id that follows from the name alone. Which entity that id belongs to is settled
here once, when the first article that has it is filed, and never again: every id ever told stays good.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, case, delete, func, select, text

from service.messages import Entity
from service.model import StoredArticle
from service.model.entities import Alias, EntitySummary, EntityView, preferred, table_aliases
from service.people import by_id
from service.people.naming import search_words
from service.store.entity_tables import (
    article_entities,
    entities,
    entity_aliases,
    entity_ids,
    entity_roles,
    entity_words,
)
from service.store.resolving import Named, Resolving
from service.store.table import insert, insert_together, parts

LONGEST = 200
"""Characters of a name that are kept."""
MOST_FOUND = 2_000
"""Entities looked at for one prefix."""
Mention = tuple[StoredArticle, Entity, str]
"""An article, an entity it names, and the id of that entity here."""


class Entities:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def file(self, fresh: Sequence[StoredArticle]) -> None:
        """Keep whom the current texts of these articles name, in place of whom they named before.

        Until the transaction ends nobody else settles who is who: two workers that meet a new name at once
        would make two entities of it.
        """
        named = [(each, entity) for each in fresh for entity in each.enriched.entities if entity.kind != "place"]
        before = self._of_articles([each.article_id for each in fresh])
        if not named and not before and not any(each.enriched.places for each in fresh):
            return
        self._claim()
        settled = self._settled(named)
        mentions = [(each, entity, settled[entity.id]) for each, entity in named]
        self._touch(mentions)
        new = [each for each in mentions if each[2] not in before.get(each[0].article_id, ())]
        self._count(new)
        self._replace(fresh, mentions)

    def behind(self, ids: Iterable[str]) -> dict[str, str]:
        """The entity that each of these ids belongs to; those never filed are missing."""
        found: dict[str, str] = {}
        for part in parts(ids):
            rows = self._connection.execute(select(entity_ids).where(entity_ids.c.id.in_(part)))
            found |= {row.id: row.entity_id for row in rows}
        return found

    def get(self, entity_id: str) -> EntityView | None:
        """Everything about the entity that this id belongs to."""
        own = self.behind([entity_id]).get(entity_id, entity_id)
        row = self._connection.execute(select(entities).where(entities.c.id == own)).first()
        if row is None:
            return None
        aliases = self._aliases([own])[own]
        told = select(entity_roles.c.role, entity_roles.c.articles).where(entity_roles.c.entity_id == own)
        ordered = told.order_by(entity_roles.c.articles.desc(), entity_roles.c.role)
        roles = tuple((role, articles) for role, articles in self._connection.execute(ordered))
        known = by_id().get(own)
        (summary,) = self._summaries([row])
        return EntityView(summary, known.wikidata if known else "", table_aliases(own, aliases), roles)

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """What these entities are called; those never filed are missing."""
        rows: list[Any] = []
        for part in parts(ids):
            rows += self._connection.execute(select(entities).where(entities.c.id.in_(part))).all()
        aliases = self._aliases([row.id for row in rows])
        return {row.id: preferred(row.id, row.name, aliases[row.id]) for row in rows}

    def find(self, q: str, kind: str | None = None, most: int = 20) -> list[EntitySummary]:
        """Those with a name whose words begin so, in whatever script either is written; the most named first."""
        words = sorted(search_words(q), key=len, reverse=True)
        if not words:
            return []
        query = select(entity_words.c.entity_id).distinct().where(_begins(words[0])).limit(MOST_FOUND)
        ids = set(self._connection.scalars(query))
        for word in words[1:]:
            ids = {each for part in parts(sorted(ids)) for each in self._having(part, word)}
        rows = [
            row
            for part in parts(sorted(ids))
            for row in self._connection.execute(select(entities).where(entities.c.id.in_(part)))
            if kind in (None, row.kind)
        ]
        return sorted(self._summaries(rows), key=lambda each: (-each.articles, each.id))[:most]

    def _having(self, ids: Sequence[str], word: str) -> Iterable[str]:
        wanted = entity_words.c.entity_id.in_(ids) & _begins(word)
        return self._connection.scalars(select(entity_words.c.entity_id).distinct().where(wanted))

    def _claim(self) -> None:
        if self._connection.dialect.name != "sqlite":
            self._connection.execute(text("select pg_advisory_xact_lock(hashtext('entities'))"))

    def _settled(self, named: Sequence[tuple[StoredArticle, Entity]]) -> dict[str, str]:
        """The entity of each id, made where there is none yet."""
        settled = self.behind(entity.id for _, entity in named)
        first: dict[str, Named] = {}
        for each, entity in named:
            if entity.id not in settled and entity.id not in first:
                first[entity.id] = Named(entity, each.enriched.language, each.at)
        return settled | Resolving(self._connection).resolve(list(first.values()))

    def _touch(self, mentions: Sequence[Mention]) -> None:
        """Widen the span in which each was seen."""
        put = insert(self._connection, entities)
        new, old = put.excluded, entities.c
        put = put.on_conflict_do_update(
            index_elements=["id"],
            set_={
                "first_at": case((new.first_at < old.first_at, new.first_at), else_=old.first_at),
                "last_at": case((new.last_at > old.last_at, new.last_at), else_=old.last_at),
            },
        )
        spans: dict[str, dict[str, Any]] = {}
        for each, entity, own in sorted(mentions, key=lambda mention: (mention[0].at, mention[2])):
            fixed = {"id": own, "kind": entity.kind, "name": entity.name[:LONGEST], "country": entity.country}
            spans.setdefault(own, fixed | {"first_at": each.at})["last_at"] = each.at
        if spans:
            self._connection.execute(put, [spans[own] for own in sorted(spans)])

    def _count(self, mentions: Sequence[Mention]) -> None:
        forms, roles, words = Counter[tuple[str, str, str]](), Counter[tuple[str, str]](), set[tuple[str, str]]()
        for each, entity, own in mentions:
            for form in {form[:LONGEST] for form in (*entity.forms, entity.name)}:
                forms[own, each.enriched.language, form] += 1
                words |= {(word, own) for word in search_words(form)}
            if entity.role:
                roles[own, entity.role[:LONGEST]] += 1
        self._add(entity_aliases, ("entity_id", "language", "form"), forms)
        self._add(entity_roles, ("entity_id", "role"), roles)
        self._search_by(words)

    def _search_by(self, words: Iterable[tuple[str, str]]) -> None:
        rows = [{"word": word, "entity_id": own} for word, own in sorted(words)]
        if rows:
            self._connection.execute(insert(self._connection, entity_words).on_conflict_do_nothing(), rows)

    def _add(self, table: Any, names: tuple[str, ...], counts: Counter[Any]) -> None:
        put = insert(self._connection, table)
        put = put.on_conflict_do_update(
            index_elements=list(names), set_={"articles": table.c.articles + put.excluded.articles}
        )
        rows = [dict(zip(names, key, strict=True)) | {"articles": count} for key, count in sorted(counts.items())]
        if rows:
            self._connection.execute(put, rows)

    def _replace(self, fresh: Sequence[StoredArticle], mentions: Sequence[Mention]) -> None:
        for part in parts([each.article_id for each in fresh]):
            self._connection.execute(delete(article_entities).where(article_entities.c.article_id.in_(part)))
        rows = {(own, each.article_id): each.at for each, _, own in mentions}
        for each in fresh:  # cities, by their numbers, are found as people are, and are no entities else
            cities = {place.geoname_id for place in each.enriched.places if place.geoname_id}
            rows |= {(f"geo_{number}", each.article_id): each.at for number in cities}
        kept = [{"entity_id": own, "article_id": article, "at": at} for (own, article), at in sorted(rows.items())]
        insert_together(self._connection, insert(self._connection, article_entities), kept)

    def _of_articles(self, article_ids: Sequence[str]) -> dict[str, set[str]]:
        found = defaultdict[str, set[str]](set)
        columns = select(article_entities.c.article_id, article_entities.c.entity_id)
        for part in parts(article_ids):
            for article, entity in self._connection.execute(columns.where(article_entities.c.article_id.in_(part))):
                found[article].add(entity)
        return dict(found)

    def _aliases(self, ids: Sequence[str]) -> dict[str, list[Alias]]:
        found: dict[str, list[Alias]] = {each: [] for each in ids}
        for part in parts(ids):
            wanted = select(entity_aliases).where(entity_aliases.c.entity_id.in_(part))
            for row in self._connection.execute(wanted.order_by(entity_aliases.c.language, entity_aliases.c.form)):
                found[row.entity_id].append(Alias(row.language, row.form, row.articles))
        return found

    def _summaries(self, rows: Sequence[Any]) -> list[EntitySummary]:
        ids = [row.id for row in rows]
        aliases, counts = self._aliases(ids), dict[str, int]()
        for part in parts(ids):
            of_these = article_entities.c.entity_id.in_(part)
            columns = select(article_entities.c.entity_id, func.count()).where(of_these)
            for entity, count in self._connection.execute(columns.group_by(article_entities.c.entity_id)):
                counts[entity] = count
        return [
            EntitySummary(
                row.id,
                row.kind,
                preferred(row.id, row.name, aliases[row.id]),
                row.country,
                counts.get(row.id, 0),
                row.first_at,
                row.last_at,
            )
            for row in rows
        ]


def _begins(word: str) -> Any:
    """In small ASCII letters and digits the last word that begins so is one with many z, by any collation."""
    return entity_words.c.word.between(word, word + "z" * 20)
