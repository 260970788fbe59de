"""What every list of articles or stories may be narrowed by: the parameters of a request in, the store's filter out."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from service.api.context import Context
from service.api.deps import own_id
from service.query import Query
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


async def that_say(wanted: Filter, text: Query | None, kept: Context, of_stories: bool = False) -> Filter:
    """Only articles that match, or stories of such articles: decided by the list itself where words decide, else from
    the newest that match."""
    if text is None:
        return wanted
    if (says := await kept.store.read(lambda tx: tx.search.sought(text))) is not None:
        return replace(wanted, says=says)
    found = await kept.store.read(lambda tx: tx.search.stories(text) if of_stories else tx.search.articles(text))
    return replace(wanted, ids=found)
