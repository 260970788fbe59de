"""Link at work on a real store: articles are filed in strands as a test says, and moved; link hears of both."""

from collections.abc import Sequence

from consumers.link import Link
from consumers.runner import Received
from service.messages import EnrichedArticle, StoryChanged, StrandChanged
from service.model import Move, Story
from service.model.decisions import Decision, DecisionKind
from service.settings import LinkSettings
from service.store import Store, Transaction
from tests.builders import NOW, a_stored_article
from tests.clock import SetClock


class Desk:
    """Articles are filed in strands as the test says, and moved; link hears of both."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, SetClock()
        self.restart()
        self.place = self.decisions = 0
        self.language: dict[str, str] = {}

    def restart(self, threshold: float = 0.0) -> None:
        self.link = Link(self.store, LinkSettings(threshold=threshold), self.clock)

    async def file(self, strand_id: str, article: EnrichedArticle) -> StrandChanged:
        self.place += 1
        filed = a_stored_article(enriched=article, strand_id=strand_id, seq=self.place)
        await self.store.write(lambda tx: tx.articles.file([filed]))
        article_id, self.language[filed.article_id] = filed.article_id, article.language
        return StrandChanged(
            strand_id=strand_id,
            change="opened",
            article_id=article_id,
            revision=filed.revision,
            language=article.language,
        )

    async def move(self, article_id: str, strand_id: str) -> StrandChanged:
        """Settling moves an article; the record by which link hears of it."""
        (move,) = await self.store.write(self._move, article_id, strand_id)
        return StrandChanged(
            strand_id=strand_id,
            change="settled",
            article_id=article_id,
            revision=0,
            language=move.language,
            before=move.before,
            move=move.seq,
        )

    def _move(self, tx: Transaction, article_id: str, strand_id: str) -> list[Move]:
        before, language = tx.articles.current([article_id])[article_id][0], self.language[article_id]
        return tx.moves.record([Move(language, article_id, 0, before, strand_id, NOW, told_with=1)])

    async def decide(self, kind: DecisionKind, story_id: str, **given: str | tuple[str, ...]) -> StrandChanged:
        """Somebody decides; the record by which link hears of it."""
        self.decisions += 1
        decision = Decision(f"dc_{self.decisions}", kind, story_id, self.clock(), "ann", **given)  # type: ignore[arg-type]  # texts and tuples, as the fields are
        await self.store.write(lambda tx: tx.decisions.add(decision))
        return StrandChanged(
            strand_id="", change="decided", article_id="", revision=0, language="", decision=decision.id
        )

    async def hear(self, *changed: StrandChanged) -> list[StoryChanged]:
        self.clock.advance(60)
        outcomes = await self.link([Received(each, f"strands/0/{n}") for n, each in enumerate(changed)])
        for each in outcomes:
            assert each.label == (each.messages[0].change if each.messages else "refused")
        return [message for each in outcomes for message in each.messages]

    async def tell(self, strand_id: str, *told: EnrichedArticle) -> list[StoryChanged]:
        return await self.hear(*[await self.file(strand_id, each) for each in told])

    async def story(self, story_id: str) -> Story:
        return await self.store.read(lambda tx: tx.stories.get(story_id))

    async def kinds(self, story_id: str) -> list[str]:
        return [each.kind for each in await self.store.read(lambda tx: tx.lineage.of(story_id))]

    async def state(self, *story_ids: str) -> Sequence[object]:
        """All that can be seen of these stories."""
        return [(await self.story(each), await self.kinds(each)) for each in story_ids]
