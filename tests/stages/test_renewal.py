"""What an earlier release stored is brought up to this one, portion by portion, and then there is rest."""

from sqlalchemy import text

from consumers.cluster import Cluster
from consumers.link import Link
from consumers.renewal import LATER, PAUSE, PORTION, Renewal
from consumers.runner import Received
from service.settings import ClusterSettings, LinkSettings
from service.store import Store, Transaction
from tests.newsroom import Newsroom


async def stored(store: Store) -> str:
    """An article, filed and linked; its story's id."""
    (filed,) = await Cluster(store, ClusterSettings())([Received(Newsroom(seed=3).report(1, "en"), "enriched/0/1")])
    (linked,) = await Link(store, LinkSettings())([Received(filed.messages[0], "strands/0/1")])
    return linked.messages[0].story_id


def age(tx: Transaction) -> None:
    """As a release left it that had another analyser and counted no independent sources."""
    tx.connection.execute(text("update searched set analyser = 0"))
    tx.connection.execute(text("update stories set independent = 0"))


async def test_old_texts_are_analysed_and_old_stories_counted(store: Store) -> None:
    story_id = await stored(store)
    await store.write(age)
    renewal = Renewal(store)
    assert await renewal.once() == PAUSE
    assert await store.read(lambda tx: tx.search.outdated(PORTION)) == []
    assert (await store.read(lambda tx: tx.stories.get(story_id))).independent == 1
    assert await renewal.once() == LATER


async def test_what_cannot_be_renewed_keeps_nobody_busy(store: Store) -> None:
    """Words of an article that is gone, and a story that has articles only by its own account."""
    story_id = await stored(store)
    await store.write(age)
    gone = "update strands set story_id = '', successor_id = 'sd_other'"
    await store.write(lambda tx: tx.connection.execute(text(gone)) and None)
    renewal = Renewal(store)
    rests = [await renewal.once() for _ in range(3)]
    assert LATER in rests
    assert (await store.read(lambda tx: tx.stories.get(story_id))).independent == 0
