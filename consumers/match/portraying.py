"""Portraits of stories that are to be told of: ids in, what their articles say out. Inside a transaction."""

from collections.abc import Collection

from consumers.match.storied import Storied
from service.model import Story
from service.sources import Sources
from service.store import Transaction
from service.story import corroboration, portrait, to_read
from service.story.reports import in_order

MOST_REPORTS = 200
"""Articles of a story that are read to tell of it: the first and the newest."""


def portrayed(tx: Transaction, stories: Collection[Story], known: Sources) -> dict[str, Storied]:
    """By the story's id."""
    reports = {story.id: in_order(tx.reports.of(story.id, MOST_REPORTS)[0]) for story in stories}
    found = {story_id: corroboration(some, known) for story_id, some in reports.items()}
    wanted = {story_id: to_read(some, found[story_id]) for story_id, some in reports.items()}
    texts = {each.article_id: each for each in tx.reports.texts(id for ids in wanted.values() for id in ids)}
    told = {story_id: [texts[each] for each in ids if each in texts] for story_id, ids in wanted.items()}
    return {
        story.id: Storied(
            story,
            portrait(reports[story.id], told[story.id], found[story.id], summarised=False),
            tuple(dict.fromkeys(each.source for each in reports[story.id] if not each.original_id)),
        )
        for story in stories
    }
