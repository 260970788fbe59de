"""`courant stories` as its users meet it: a decision on the command line, and what becomes of it."""

import asyncio
from pathlib import Path

import pytest

from consumers.resources import open_broker
from consumers.runner import Received
from service.messages import StoryChanged
from service.settings import Settings
from service.store import Store
from service.streams import STRANDS
from tests.builders import NOW
from tests.e2e.installation import Installation
from tests.newsroom import Newsroom
from tests.stages.linkdesk import Desk

pytestmark = pytest.mark.slow


def test_stories_are_merged_parted_again_and_shown_as_they_stood(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.run_plainly("migrate")
    data = Path(installation.environment["COURANT_DATA"])
    first, second = asyncio.run(_two_stories(data))
    asked = installation.run_plainly("stories", "merge", first.story_id, second.story_id, "--note", "The same.")
    assert asked.startswith("decision dc_")
    asyncio.run(_carry_out(data))
    (decision,) = installation.run("stories", "decisions", first.story_id)
    assert (decision["kind"], decision["state"], decision["note"]) == ("merge", "done", "The same.")
    assert decision["decided_by"].endswith("(command line)")
    (shown,) = installation.run("stories", "show", first.story_id)
    assert (shown["story"]["id"], shown["story"]["articles"]) == (second.story_id, 2)
    assert [each["kind"] for each in installation.run("stories", "lineage", first.story_id)] == ["opened", "swallowed"]
    installation.run_plainly("stories", "undo", second.story_id, decision["id"])
    asyncio.run(_carry_out(data))
    (shown,) = installation.run("stories", "show", first.story_id)
    assert (shown["story"]["id"], shown["story"]["articles"]) == (first.story_id, 1)


async def _two_stories(data: Path) -> list[StoryChanged]:
    store, newsroom = Store(f"sqlite:///{data}/store.db"), Newsroom(seed=3)
    desk = Desk(store)
    said = await desk.tell("sd_en", newsroom.report(0, at=NOW))
    said += await desk.tell("sd_de", newsroom.report(1, "de", NOW))
    store.close()
    return said


async def _carry_out(data: Path) -> None:
    """Link hears of all that was appended."""
    store = Store(f"sqlite:///{data}/store.db")
    async with open_broker(Settings(data=data)) as broker, broker.reader(STRANDS.name, "link") as reader:
        records = await reader.read(100, 1)
        await Desk(store).link([Received(STRANDS.decode(each), each.position) for each in records])
        await reader.commit(records)
    store.close()
