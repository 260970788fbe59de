"""People and organisations as they are kept, and whether a name is one of those kept already. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.messages import EntityKind
from service.people import by_id, organisation_key, same_person


@dataclass(frozen=True, slots=True)
class Alias:
    """A way in which articles write an entity, and how many do."""

    language: str
    form: str
    articles: int = 0
    """0 for a name that only our own table has."""


@dataclass(frozen=True, slots=True)
class EntitySummary:
    """An entity as lists show it."""

    id: str
    kind: EntityKind
    name: str
    country: str
    articles: int
    first_at: datetime
    """Of the earliest article that names it."""
    last_at: datetime


@dataclass(frozen=True, slots=True)
class EntityView:
    """Everything about one entity."""

    summary: EntitySummary
    wikidata: str
    aliases: tuple[Alias, ...]
    roles: tuple[tuple[str, int], ...]
    """What articles call it, with how many do."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kept entity that shares a key with a name."""

    id: str
    country: str
    aliases: tuple[tuple[str, str], ...]
    """Language and form."""


def choose(kind: EntityKind, name: str, language: str, country: str, candidates: Sequence[Candidate]) -> str:
    """The candidate's id that the name means; "" if none, or one cannot say which.

    Of several, those written exactly so come first, then those of the same country; two that are left are
    told apart no further, and the name becomes an entity of its own.
    """
    fitting = [each for each in candidates if _fits(kind, name, language, each)]
    exact = [each for each in fitting if (language, name) in each.aliases]
    left = exact or fitting
    if len(left) > 1 and country:
        left = [each for each in left if each.country == country] or left
    return left[0].id if len(left) == 1 else ""


def _fits(kind: EntityKind, name: str, language: str, candidate: Candidate) -> bool:
    if kind != "person":
        return any(organisation_key(form) == organisation_key(name) for _, form in candidate.aliases)
    full = [(code, form) for code, form in candidate.aliases if " " in form]
    return bool(full) and all(same_person(name, language, form, code) for code, form in _few(full))


def _few(aliases: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The aliases that are compared: enough to tell, and of different languages."""
    by_language = {code: (code, form) for code, form in reversed(aliases)}
    return list(by_language.values())[:3]


def preferred(entity_id: str, name: str, aliases: Sequence[Alias]) -> str:
    """The name to show: our table's, else the full form that most articles write, else the first seen."""
    known = by_id().get(entity_id)
    if known:
        return known.name
    full = [alias for alias in aliases if " " in alias.form] or list(aliases)
    most = max(full, key=lambda alias: (alias.articles, alias.form == name), default=None)
    return most.form if most else name


def table_aliases(entity_id: str, aliases: Sequence[Alias]) -> tuple[Alias, ...]:
    """With the names that our table has and no article wrote yet; the most written first."""
    known = by_id().get(entity_id)
    written = {(alias.language, alias.form) for alias in aliases}
    told = [Alias(code, form) for code, form in (known.names if known else ()) if (code, form) not in written]
    return (*sorted(aliases, key=lambda alias: (-alias.articles, alias.language, alias.form)), *told)
