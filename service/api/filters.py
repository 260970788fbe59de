"""What every list of articles or stories may be narrowed by: the parameters of a request in, the store's filter out."""

from datetime import datetime
from typing import Protocol

from service.api.context import Context
from service.api.deps import own_id
from service.store.browse import Filter


class Narrowing(Protocol):
    """The parameters that they share."""

    @property
    def language(self) -> str | None: ...
    @property
    def country(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def entity(self) -> str | None: ...
    @property
    def since(self) -> datetime | None: ...
    @property
    def until(self) -> datetime | None: ...


async def narrowed(query: Narrowing, kept: Context) -> Filter:
    """Without what is searched for, and without what only one kind of list knows."""
    return Filter(
        language=query.language,
        country=query.country,
        source=query.source and kept.sources.known_as(query.source),
        entity=await own_id(kept, query.entity),
        since=query.since,
        until=query.until,
    )
