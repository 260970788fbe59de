"""Whom and what a story is about: texts and their origins in, people, organisations and places out, those first that
most voices name, independently of each other."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.messages import EntityKind
from service.story.reports import Named, Told

MOST = 10
"""Of each kind."""


@dataclass(frozen=True, slots=True)
class Key:
    """Somebody or something that a story is about."""

    id: str
    kind: EntityKind
    name: str
    """As most texts write it, those in the story's main language first."""
    country: str
    role: str
    """What texts call the person, most often."""
    origins: int
    """Voices that name it."""
    articles: int
    """Texts that do, of those read."""


@dataclass
class _Named:
    kind: EntityKind
    names: Counter[tuple[bool, str]] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    origins: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)

    def key(self, own_id: str) -> Key:
        in_main = {name: many for (main, name), many in self.names.items() if main}
        names = Counter(in_main or {name: many for (_, name), many in self.names.items()})
        return Key(
            id=own_id,
            kind=self.kind,
            name=_most(names),
            country=_most(self.countries),
            role=_most(self.roles),
            origins=len(self.origins),
            articles=len(self.articles),
        )


def key_mentions(told: Sequence[Told], origin_of: Mapping[str, str], language: str) -> dict[EntityKind, list[Key]]:
    """The `MOST` of each kind; `language` is the main one."""
    found: dict[tuple[EntityKind, str], _Named] = {}
    for each in told:
        for entity in each.entities:
            named = _add(found, (entity.kind, entity.id), each, origin_of)
            named.names[each.language == language, entity.name] += 1
            named.roles.update([entity.role] if entity.role else [])
            named.countries.update([entity.country] if entity.country else [])
        for place in _once(each.places):
            named = _add(found, ("place", place.id), each, origin_of)
            named.names[each.language == language, place.name] += 1
            named.countries[place.country] += 1
    keys = sorted((named.key(own) for (_, own), named in found.items()), key=_first)
    kinds: tuple[EntityKind, ...] = ("person", "organisation", "place")
    return {kind: [each for each in keys if each.kind == kind][:MOST] for kind in kinds}


def _add(
    found: dict[tuple[EntityKind, str], _Named], key: tuple[EntityKind, str], told: Told, origin_of: Mapping[str, str]
) -> _Named:
    named = found.setdefault(key, _Named(key[0]))
    named.origins.add(origin_of.get(told.article_id, told.article_id))
    named.articles.add(told.article_id)
    return named


def _once(places: Iterable[Named]) -> list[Named]:
    return list({each.id: each for each in reversed(list(places))}.values())


def _most(counted: Counter[str]) -> str:
    return min(counted, key=lambda each: (-counted[each], each), default="")


def _first(key: Key) -> tuple[int, int, str]:
    return -key.origins, -key.articles, key.id
