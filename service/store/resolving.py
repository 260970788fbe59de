"""Which entity a name that is new belongs to: one that is kept already, or a new one. Inside a transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from service.messages import Entity
from service.model.entities import Candidate, choose
from service.people import by_id, name_keys, organisation_key
from service.people.naming import search_words
from service.store.entity_tables import entities, entity_aliases, entity_ids, entity_keys, entity_words
from service.store.table import insert, parts

LONGEST = 200
MOST_KEYS = 48
"""Of one name."""
MOST_CANDIDATES = 50
"""With one key; beyond, the key says nothing."""


@dataclass(frozen=True, slots=True)
class Named:
    """An entity of an article, as enrichment found it."""

    entity: Entity
    language: str
    at: datetime


class Resolving:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def resolve(self, named: Sequence[Named]) -> dict[str, str]:
        """The entity of each, in order: a later one may belong to an earlier one. Whoever is new is kept."""
        keys = {each.entity.id: _keys(each) for each in named}
        by_key = self._with_keys({key for some in keys.values() for key in some})
        kept = self._candidates({entity for ids in by_key.values() for entity in ids})
        settled: dict[str, str] = {}
        for each in named:
            own = self._choose(each, [kept[one] for one in _sharing(keys[each.entity.id], by_key)])
            settled[each.entity.id] = own
            alias = (each.language, each.entity.name[:LONGEST])
            candidate = kept.get(own, Candidate(own, each.entity.country, _told(own)))
            kept[own] = replace(candidate, aliases=(*candidate.aliases, alias))
            for key in keys[each.entity.id]:
                by_key.setdefault(key, {})[own] = None
        self._keep(named, settled, keys)
        return settled

    def _choose(self, each: Named, candidates: Sequence[Candidate]) -> str:
        entity = each.entity
        if entity.id in by_id():
            return entity.id
        return choose(entity.kind, entity.name, each.language, entity.country, candidates) or entity.id

    def _with_keys(self, keys: Iterable[str]) -> dict[str, dict[str, None]]:
        found = defaultdict[str, dict[str, None]](dict)
        columns = select(entity_keys.c.key, entity_keys.c.entity_id).order_by(entity_keys.c.entity_id)
        for part in parts(sorted(keys)):
            for key, entity in self._connection.execute(columns.where(entity_keys.c.key.in_(part))):
                found[key][entity] = None
        return {key: ids for key, ids in found.items() if len(ids) <= MOST_CANDIDATES}

    def _candidates(self, ids: Iterable[str]) -> dict[str, Candidate]:
        found: dict[str, Candidate] = {}
        for part in parts(sorted(ids)):
            for row in self._connection.execute(select(entities).where(entities.c.id.in_(part))):
                found[row.id] = Candidate(row.id, row.country, _told(row.id))
            wanted = select(entity_aliases).where(entity_aliases.c.entity_id.in_(part))
            most_written = wanted.order_by(entity_aliases.c.articles.desc(), entity_aliases.c.form)
            for row in self._connection.execute(most_written):
                known = found[row.entity_id]
                found[row.entity_id] = replace(known, aliases=(*known.aliases, (row.language, row.form)))
        return found

    def _keep(self, named: Sequence[Named], settled: dict[str, str], keys: dict[str, tuple[str, ...]]) -> None:
        new = [{"id": one, "entity_id": own} for one, own in sorted(settled.items())]
        under = {(key, settled[each.entity.id]) for each in named for key in keys[each.entity.id]}
        words = {(word, own) for own in settled.values() for _, form in _told(own) for word in search_words(form)}
        for table, first, rows in ((entity_keys, "key", under), (entity_words, "word", words)):
            put = insert(self._connection, table).on_conflict_do_nothing()
            if rows:
                self._connection.execute(put, [{first: value, "entity_id": own} for value, own in sorted(rows)])
        if new:
            self._connection.execute(insert(self._connection, entity_ids).on_conflict_do_nothing(), new)


def _keys(each: Named) -> tuple[str, ...]:
    entity = each.entity
    if entity.kind != "person":
        return (f"org {organisation_key(entity.name)}"[:LONGEST],)
    own = [key for key in name_keys(entity.name, each.language) if " " in key]
    told = [key for code, name in _told(entity.id) for key in name_keys(name, code) if " " in key]
    return tuple(dict.fromkeys(key[:LONGEST] for key in (*own[:MOST_KEYS], *told[:MOST_KEYS])))


def _told(entity_id: str) -> tuple[tuple[str, str], ...]:
    """The names that our table has."""
    known = by_id().get(entity_id)
    return known.names if known else ()


def _sharing(keys: Iterable[str], by_key: dict[str, dict[str, None]]) -> list[str]:
    return list(dict.fromkeys(entity for key in keys for entity in by_key.get(key, ())))
