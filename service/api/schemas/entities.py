"""People and organisations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from service.api.schemas import Given, OrNone, PageQuery, Shown, Words
from service.messages import EntityKind
from service.model.entities import EntityView


class EntityQuery(Given):
    """What their names begin with."""

    q: Words = Field(min_length=1, max_length=200, examples=["Łukasz"])
    """The beginning of each word, in any script: "лукаш" finds Alexander Lukashenko."""
    kind: Literal["person", "organisation"] | None = None
    limit: int = Field(20, ge=1, le=100)


class EntityArticleQuery(PageQuery):
    """Which page of its articles."""


class Entity(Shown):
    """Someone or something that articles name, in whatever language."""

    id: str = Field(examples=["person_alexander-lukashenko"])
    """Stays good for ever."""
    kind: EntityKind
    name: str = Field(examples=["Alexander Lukashenko"])
    """As most articles write it; of those known from the beginning, in English."""
    country: OrNone = Field(examples=["BY"])
    articles: int
    """How many name it now."""
    first_at: datetime
    """Of the earliest article that named it."""
    last_at: datetime


class Entities(Shown):
    """Those found, the most named first."""

    items: Sequence[Entity]


class Alias(Shown):
    """A way to write it."""

    language: str = Field(examples=["be"])
    form: str = Field(examples=["Аляксандра Лукашэнкі"])
    articles: int
    """How many wrote it so; 0 for a name known from the beginning that nobody wrote yet."""


class RoleSeen(Shown):
    """What articles call the person."""

    role: str = Field(examples=["President"])
    articles: int


class EntityDetail(Entity):
    """Everything about one person or organisation."""

    wikidata: OrNone = Field(examples=["Q2866"])
    aliases: Sequence[Alias]
    """The most written first."""
    roles: Sequence[RoleSeen]
    """The most written first."""

    @classmethod
    def of(cls, view: EntityView) -> "EntityDetail":
        roles = [RoleSeen(role=role, articles=articles) for role, articles in view.roles]
        known = Entity.model_validate(view.summary).model_dump()
        aliases = [Alias.model_validate(each) for each in view.aliases]
        return cls(**known, wikidata=view.wikidata, aliases=aliases, roles=roles)
