"""A store with topics and stories, and the stage that matches them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import update

from consumers.match import Match
from consumers.runner import Outcome, Received
from service.messages import Message, StoryChanged
from service.model import PROMPT, Alert, Follow, Notice, StoredArticle, Timing
from service.model.revisions import Weighed
from service.store import Store, Transaction
from service.store.articles import articles
from service.store.delivering import Wanted
from service.store.stories import stories
from service.store.strands import Touch, touch
from tests.builders import NOW, a_stored_article, a_story_changed, a_subscription, a_topic, an_endpoint
from tests.clock import SetClock

NO_MORE = Follow(revised=False, retracted=False)
"""Nothing is to follow."""


class House:
    """A store with topics and stories, and the stage that matches them."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, SetClock()
        self.match = Match(store, self.clock)

    async def topic(
        self, name: str, query: str, follow: Follow = NO_MORE, timing: Timing = PROMPT, **given: object
    ) -> None:
        """With an endpoint of its own that subscribes to it."""

        def add(tx: Transaction) -> None:
            tx.topics.add(a_topic(id=name, name=name, query=query, **given))
            tx.endpoints.add(an_endpoint(id=f"ep-{name}"))
            tx.subscriptions.add(
                a_subscription(id=f"sb-{name}", topic_id=name, endpoint_id=f"ep-{name}", follow=follow, timing=timing)
            )

        await self.store.write(add)

    async def file(self, number: int, story_id: str, title: str, **given: Any) -> StoryChanged:
        """File an article in a story and tell of it."""
        filed: StoredArticle = a_stored_article(
            seq=given.pop("seq", number),
            url=f"https://outlet{number}.test/{number}",
            source=f"outlet{number}.test",
            article_id=f"article {number}",
            title=title,
            text=f"{title}. The rest of the report.",
            strand_id=f"strand of {story_id}",
            **given,
        )

        def write(tx: Transaction) -> None:
            tx.articles.file([filed])
            tx.stories.open({story_id: NOW})
            tx.stories.put({filed.strand_id: story_id})
            tx.stories.recount([story_id])

        await self.store.write(write)
        return a_story_changed(story_id=story_id, article_id=filed.article_id, revision=filed.revision)

    async def move(self, number: int, story_id: str) -> None:
        """Settling puts an article in the strand of another story."""

        def write(tx: Transaction) -> None:
            touch(tx.connection, [Touch(f"strand of {story_id}", "en", NOW)])
            moved = update(articles).where(articles.c.id == f"article {number}")
            tx.connection.execute(moved.values(strand_id=f"strand of {story_id}"))
            tx.stories.open({story_id: NOW})
            tx.stories.put({f"strand of {story_id}": story_id})

        await self.store.write(write)

    async def hear(self, *changes: StoryChanged) -> list[str]:
        """The outcome words for a batch."""
        batch = [Received(each, f"stories.changed/0/{n}") for n, each in enumerate(changes)]
        outcomes: Sequence[Outcome[Message]] = await self.match(batch)
        return [each.label for each in outcomes]

    async def alerts(self) -> list[Alert]:
        return list(await self.store.read(lambda tx: tx.alerts.list_alerts(None, None, None, None, 100)))

    async def deliveries(self) -> int:
        return len(await self.store.read(lambda tx: tx.deliveries.list(most=100)))

    async def revise(self, number: int, story_id: str, title: str, *facts: str, **given: Any) -> StoryChanged:
        """The next text of an article, which differs in these facts (`number: 14 → 52`), filed now."""
        revision = given.pop("revision", 1)
        classes = tuple(dict.fromkeys(each.partition(":")[0] for each in facts)) or ("cosmetic",)
        weighed = given.pop("weighed", Weighed("edited", classes, facts, revision - 1))
        told = {"revision": revision, "kind": "revision", "weighed": weighed, "filed_at": self.clock()}
        changed = await self.file(
            number, story_id, title, seq=100 * revision + number, change="revised", **told, **given
        )
        return msgspec.structs.replace(changed, change="unchanged")

    async def merge(self, loser: str, winner: str) -> None:
        await self.store.write(lambda tx: tx.stories.merge({loser: winner}))
        await self.store.write(lambda tx: tx.stories.recount([winner]))

    async def quietly(self, story_id: str, **given: Any) -> None:
        """The story was put together otherwise; its row says how large it is now."""

        def write(tx: Transaction) -> None:
            tx.connection.execute(update(stories).where(stories.c.id == story_id).values(**given))

        await self.store.write(write)

    async def notices(self, kind: str) -> list[Notice]:
        """In the order in which they became known."""
        every = await self.store.read(lambda tx: tx.notices.since(0, 1000))
        return [each for each in every if each.kind == kind]

    async def owed_to(self, notice: Notice) -> set[str]:
        """The endpoints."""
        owed = await self.store.read(lambda tx: tx.deliveries.list(Wanted(None, notice_id=notice.id), most=100))
        return {each.endpoint_id for each in owed}
