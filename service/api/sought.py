"""Pages of articles and of stories: in go a filter and what is sought in their texts, if anything is."""

from datetime import datetime
from typing import Any

from service.api.pages import Lister, Page
from service.api.schemas import PageQuery
from service.model import ArticleSummary, Story
from service.query import Query
from service.store.browse import Filter, place_of_article, place_of_story
from service.store.ordered import Order


async def page_of_articles(
    lister: Lister, query: PageQuery, wanted: Filter, text: Query | None
) -> Page[ArticleSummary]:
    """The newest first. Raises `InvalidCursor`."""
    shape: type[Any] = tuple[datetime, str]
    if text is None:
        return await lister.listed(
            query, shape, lambda tx, before, most: tx.browse.articles(wanted, before, most), place_of_article
        )
    return await lister.sought(
        query,
        shape,
        lambda tx, before, most: tx.seeking.articles(text, wanted, before, most),
        place_of_article,
        lambda tx: tx.seeking.total(text, tx.browse.listed_articles(wanted)),
    )


async def page_of_stories(
    lister: Lister, query: PageQuery, wanted: Filter, text: Query | None, order: Order
) -> Page[Story]:
    """In this order. Raises `InvalidCursor`."""
    shape: type[Any] = tuple[datetime, str] if order == "newest" else tuple[int, str]
    place = place_of_story(order)
    if text is None:
        return await lister.listed(
            query, shape, lambda tx, before, most: tx.browse.stories(wanted, order, before, most), place
        )
    return await lister.sought(
        query,
        shape,
        lambda tx, before, most: tx.seeking.stories(text, wanted, order, before, most),
        place,
        lambda tx: tx.seeking.total(text, tx.browse.listed_stories(wanted, order)),
    )
