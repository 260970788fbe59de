"""What lists show: the columns that an `ArticleSummary` and a `Story` are made of, in their order."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, func, select

from service.model import ArticleSummary, Story
from service.store.article_rows import article_countries, articles
from service.store.entity_tables import article_entities
from service.store.story_tables import stories, story_countries, story_languages, story_sources
from service.store.strands import strands
from service.store.table import Gathered

OWNERS = {
    "article_countries": (article_countries.c.article_id, articles.c.id),
    "article_entities": (article_entities.c.article_id, articles.c.id),
    "story_languages": (story_languages.c.story_id, stories.c.id),
    "story_countries": (story_countries.c.story_id, stories.c.id),
    "story_sources": (story_sources.c.story_id, stories.c.id),
}
"""Of tables that hold values of articles or stories: whose a row is, and where the owner is found."""


def _of(owner: Column[str], values: Column[str], *order: ColumnElement[Any]) -> Gathered:
    """The values of this story or article, in `order` and then their own."""
    owned = OWNERS[values.table.name]
    return Gathered(select(values).where(owned[0] == owner).order_by(*order, values).correlate(owner.table))


_OF_ARTICLE: Mapping[str, ColumnElement[Any]] = {
    "story_id": func.coalesce(strands.c.story_id, ""),
    "countries": _of(articles.c.id, article_countries.c.country),
}
_OF_STORY: Mapping[str, ColumnElement[Any]] = {
    "languages": _of(stories.c.id, story_languages.c.language),
    "countries": _of(stories.c.id, story_countries.c.country, story_countries.c.articles.desc()),
}


def _columns(kind: type, table: Table, others: Mapping[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """What a value of this kind is made of, in its order."""
    names = [each.name for each in fields(kind)]
    return [(others[name] if name in others else table.c[name]).label(name) for name in names]


SUMMARY = _columns(ArticleSummary, articles, _OF_ARTICLE)
STORY = _columns(Story, stories, _OF_STORY)
