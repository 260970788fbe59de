"""How stories came to be, how they stood, and what people decide of them, over HTTP."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from consumers.runner import Received
from service.broker import Broker
from service.messages import StoryChanged
from service.store import Store
from service.streams import STRANDS
from tests.api.problem import problem
from tests.builders import NOW
from tests.clock import SetClock
from tests.newsroom import Newsroom
from tests.stages.linkdesk import Desk


@pytest.fixture
def desk(store: Store, clock: SetClock) -> Desk:
    made = Desk(store)
    made.clock = clock
    made.restart()
    return made


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(seed=3)


@pytest.fixture
async def two(desk: Desk, newsroom: Newsroom) -> tuple[StoryChanged, StoryChanged]:
    """An English story of two articles and a German one of one."""
    first, _ = await desk.tell("sd_en", *(newsroom.report(0, at=NOW + timedelta(hours=n)) for n in range(2)))
    (second,) = await desk.tell("sd_de", newsroom.report(1, "de", NOW))
    return first, second


async def post(client: httpx.AsyncClient, path: str, **given: Any) -> Mapping[str, Any]:
    """What is answered to a decision that is taken down."""
    response = await client.post(f"/v1/stories/{path}", json=given)
    assert response.status_code == 202, response.text
    decision: Mapping[str, Any] = response.json()
    assert response.headers["Location"] == f"/v1/stories/{decision['story_id']}/decisions/{decision['id']}"
    assert (decision["state"], decision["why"], decision["done_at"]) == ("pending", None, None)
    return decision


async def carried_out(desk: Desk, broker: Broker) -> list[StoryChanged]:
    """Link hears of all that was appended."""
    async with broker.reader(STRANDS.name, "link") as reader:
        records = await reader.read(100, 0.05)
        outcomes = await desk.link([Received(STRANDS.decode(each), each.position) for each in records])
        await reader.commit(records)
    return [message for each in outcomes for message in each.messages]


async def get(client: httpx.AsyncClient, path: str, **query: str) -> Mapping[str, Any]:
    response = await client.get(f"/v1/stories/{path}", params=query)
    assert response.status_code == 200, response.text
    shown: Mapping[str, Any] = response.json()
    return shown


async def test_a_merge_is_taken_down_and_carried_out_by_link(
    client: httpx.AsyncClient, desk: Desk, embedded_broker: Broker, two: tuple[StoryChanged, StoryChanged]
) -> None:
    first, second = (each.story_id for each in two)
    asked = await post(client, f"{first}:merge", into=second, note=" The same crossing. ")
    assert (asked["kind"], asked["other_id"], asked["note"]) == ("merge", second, "The same crossing.")
    assert asked["decided_by"].startswith("key ")
    assert (await get(client, first))["id"] == first  # the API itself changes no story
    (merged,) = await carried_out(desk, embedded_broker)
    assert merged.change == "merged"
    shown = await get(client, f"{first}/decisions/{asked['id']}")
    assert shown["state"] == "done"
    story = await get(client, first)
    assert (story["id"], story["merged_from"]) == (second, [first])
    for story_id in (first, second):
        assert [each["id"] for each in (await get(client, f"{story_id}/decisions"))["items"]] == [asked["id"]]


async def test_the_same_request_again_before_it_is_carried_out_is_the_same_decision(
    client: httpx.AsyncClient, desk: Desk, embedded_broker: Broker, two: tuple[StoryChanged, StoryChanged]
) -> None:
    first = two[0].story_id
    asked = [await post(client, f"{first}:split", articles=[two[0].article_id]) for _ in range(2)]
    assert asked[0] == asked[1]
    said = await carried_out(desk, embedded_broker)
    assert said[0] == said[1]
    assert said[0].story_id == asked[0]["other_id"]
    assert (await get(client, asked[0]["other_id"]))["articles"] == 1


async def test_a_decision_is_taken_back(
    client: httpx.AsyncClient, desk: Desk, embedded_broker: Broker, two: tuple[StoryChanged, StoryChanged]
) -> None:
    first, second = (each.story_id for each in two)
    asked = await post(client, f"{first}:merge", into=second)
    await carried_out(desk, embedded_broker)
    undo = await post(client, f"{second}/decisions/{asked['id']}:undo")
    assert undo["undoes"] == asked["id"]
    await carried_out(desk, embedded_broker)
    assert [(await get(client, each))["articles"] for each in (first, second)] == [2, 1]
    again = await client.post(f"/v1/stories/{second}/decisions/{asked['id']}:undo", json={})
    problem(again, "conflict", 409)


async def test_a_pinned_story_is_not_merged_until_it_is_unpinned(
    client: httpx.AsyncClient, desk: Desk, embedded_broker: Broker, two: tuple[StoryChanged, StoryChanged]
) -> None:
    first, second = (each.story_id for each in two)
    await post(client, f"{first}:pin")
    await carried_out(desk, embedded_broker)
    problem(await client.post(f"/v1/stories/{second}:merge", json={"into": first}), "conflict", 409)
    await post(client, f"{first}:unpin")
    await carried_out(desk, embedded_broker)
    await post(client, f"{second}:merge", into=first)


@pytest.mark.parametrize(
    ("action", "given", "status", "slug"),
    [
        ("st_none:pin", {}, 404, "not-found"),
        ("{first}:merge", {"into": "st_none"}, 422, "invalid"),
        ("{first}:merge", {"into": "{first}"}, 422, "invalid"),
        ("{first}:merge", {}, 422, "invalid"),
        ("{first}:split", {"articles": []}, 422, "invalid"),
        ("{first}:split", {"articles": ["{stranger}"]}, 422, "invalid"),
        ("{second}:split", {"articles": ["{stranger}"]}, 422, "invalid"),
        ("{first}:pin", {"nothing": "of ours"}, 422, "invalid"),
        ("{first}/decisions/dc_none:undo", {}, 404, "not-found"),
    ],
)
async def test_what_cannot_be_done_is_refused_at_once(
    client: httpx.AsyncClient,
    two: tuple[StoryChanged, StoryChanged],
    action: str,
    given: Mapping[str, Any],
    status: int,
    slug: str,
) -> None:
    names = {"first": two[0].story_id, "second": two[1].story_id, "stranger": two[1].article_id}
    body = {
        key: [each.format(**names) for each in value] if isinstance(value, list) else value.format(**names)
        for key, value in given.items()
    }
    problem(await client.post(f"/v1/stories/{action.format(**names)}", json=body), slug, status)


async def test_a_story_is_shown_as_it_stood_even_one_that_was_merged_later(
    client: httpx.AsyncClient,
    desk: Desk,
    newsroom: Newsroom,
    embedded_broker: Broker,
    two: tuple[StoryChanged, StoryChanged],
) -> None:
    first, second = (each.story_id for each in two)
    before = desk.clock()
    now_shown = await get(client, first)
    desk.clock.advance(60)
    await post(client, f"{first}:merge", into=second)
    await carried_out(desk, embedded_broker)
    await desk.tell("sd_de", newsroom.report(1, "de", NOW))
    then = await get(client, first, as_of=before.isoformat())
    same = ("id", "title", "articles", "copies", "sources", "languages", "countries", "first_at", "last_at", "newest")
    assert {name: then[name] for name in same} == {name: now_shown[name] for name in same}
    assert (await get(client, second, as_of=before.isoformat()))["articles"] == 1
    later = await get(client, first, as_of=(before + timedelta(seconds=90)).isoformat())
    assert (later["id"], later["articles"], later["merged_from"]) == (second, 3, [first])
    assert (await get(client, first))["articles"] == 4
    early = await client.get(f"/v1/stories/{first}", params={"as_of": (NOW - timedelta(days=1)).isoformat()})
    problem(early, "not-found", 404)


async def test_lineage_says_when_what_and_why_page_by_page(
    client: httpx.AsyncClient, desk: Desk, embedded_broker: Broker, two: tuple[StoryChanged, StoryChanged]
) -> None:
    first, second = (each.story_id for each in two)
    asked = await post(client, f"{first}:merge", into=second)
    await carried_out(desk, embedded_broker)
    steps = (await get(client, f"{first}/lineage"))["items"]
    assert [each["kind"] for each in steps] == ["opened", "grown", "swallowed"]
    assert steps[0]["article_id"] == two[0].article_id
    assert (steps[2]["other_id"], steps[2]["decision"]) == (second, asked["id"])
    assert datetime.fromisoformat(steps[2]["at"]) == desk.clock()
    page = await get(client, f"{first}/lineage", limit="1")
    found = list(page["items"])
    while page["next_cursor"]:
        page = await get(client, f"{first}/lineage", limit="1", cursor=page["next_cursor"])
        found += page["items"]
    assert found == steps
    problem(await client.get("/v1/stories/st_none/lineage"), "not-found", 404)


async def test_lineage_tells_of_moves_and_scores(client: httpx.AsyncClient, desk: Desk, newsroom: Newsroom) -> None:
    first, second = await desk.tell("sd_en", newsroom.report(0, at=NOW), newsroom.report(0, at=NOW))
    (linked,) = await desk.tell("sd_de", newsroom.report(0, "de", NOW))
    assert linked.change == "linked"
    move = await desk.move(second.article_id, "sd_new")
    (moved,) = await desk.hear(move)
    steps = (await get(client, f"{first.story_id}/lineage"))["items"]
    (joined,) = [each for each in steps if each["kind"] == "linked"]
    assert joined["score"] > 0
    if moved.left:
        assert [(each["kind"], each["move"]) for each in steps][-1] == ("parted", move.move)
