"""Many topics at once over HTTP: each is kept or refused by itself, and may be sent again."""

from typing import Any

import httpx

from consumers.match import Match
from consumers.runner import Received
from service.store import Store
from tests.builders import an_enriched_article
from tests.clock import SetClock
from tests.stages.linkdesk import Desk


async def send(client: httpx.AsyncClient, topics: list[dict[str, Any]], **given: str) -> dict[str, Any]:
    response = await client.post("/v1/topics:batch", json={"topics": topics} | given)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


async def test_each_topic_of_a_batch_is_kept_or_refused_by_itself(client: httpx.AsyncClient) -> None:
    await client.post("/v1/topics", json={"name": "taken", "query": "ferry"})
    must = {"must_match": True, "text": "A volcano.", "language": "en"}
    told = await send(
        client,
        [
            {"name": "one", "query": "ferry"},
            {"name": "broken", "query": "(ferry"},
            {"name": "taken", "query": "boat"},
            {"name": "one", "query": "twice"},
            {"name": "failing", "query": "ferry", "examples": [must]},
            {"name": "passing", "query": "volcano", "examples": [must], "why": "for the island"},
            {"name": ""},
        ],
    )
    assert (told["added"], told["refused"]) == (2, 5)
    assert [each["status"] for each in told["topics"]] == [201, 422, 409, 409, 422, 201, 422]
    problems = [each["problem"] and each["problem"]["type"].split("#")[1] for each in told["topics"]]
    assert problems == [None, "query-syntax", "conflict", "conflict", "examples-failed", None, "invalid"]
    listed = {each["name"]: each["id"] for each in (await client.get("/v1/topics")).json()["items"]}
    assert listed.keys() == {"taken", "one", "passing"}
    (version,) = (await client.get(f"/v1/topics/{listed['passing']}/versions")).json()["items"]
    assert (version["why"], len(version["examples"])) == ("for the island", 1)


async def test_a_batch_sent_again_changes_only_what_differs(client: httpx.AsyncClient) -> None:
    topics = [{"name": f"t{n}", "query": f"ferry OR word{n}"} for n in range(600)]
    first = await send(client, topics, if_known="update")
    again = await send(client, topics, if_known="update")
    assert (first["added"], again["added"], again["unchanged"]) == (600, 0, 600)
    topics[7]["query"] = "boat"
    third = await send(client, topics, if_known="update")
    assert (third["changed"], third["unchanged"]) == (1, 599)
    shown = (await client.get(f"/v1/topics/{third['topics'][7]['id']}")).json()
    assert (shown["query"], shown["version"]) == ("boat", 2)
    assert shown["cost_class"] == "middle"


async def test_of_each_topic_of_a_batch_it_is_estimated_how_often_it_matches(
    client: httpx.AsyncClient, store: Store
) -> None:
    told = await send(client, [{"name": "before", "query": "ferry"}])
    assert told["topics"][0]["estimated_matches_per_day"] is None
    desk = Desk(store)
    for number in range(4):
        title = f"Ferry {number}" if number else "Nothing"
        await desk.tell(f"sd_{number}", an_enriched_article(url=f"https://a.test/{number}", title=title, text="Calm."))
    queries = ("ferry", "volcano", "ferry independent>=9", "calm NOT ferry")
    told = await send(client, [{"name": each, "query": each} for each in queries])
    per_day = [each["estimated_matches_per_day"] for each in told["topics"]]
    assert per_day[0] == per_day[2] == 3 * per_day[3]
    assert (per_day[1], per_day[3] > 0) == (0, True)
    assert [each["cost_class"] for each in told["topics"]] == ["middle", "low", "middle", "middle"]


async def test_a_changed_topic_is_looked_for_by_every_matcher_from_its_next_batch_on(
    client: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    """And nobody has to be started again: what changed is read before each batch."""
    desk, matchers = Desk(store), (Match(store, clock), Match(store, clock))
    told = await send(client, [{"name": "Ferries", "query": "volcano"}])
    path = f"/v1/topics/{told['topics'][0]['id']}"

    async def heard(number: int) -> list[str]:
        """By both, of a story of its own each."""
        labels = []
        for place, matcher in enumerate(matchers):
            name = f"{number}-{place}"
            article = an_enriched_article(
                url=f"https://outlet.test/{name}", title=f"Ferries {name}", text=f"Ferries x{name}."
            )
            (said,) = await desk.tell(f"sd_{name}", article)
            labels += [each.label for each in await matcher([Received(said, f"stories/0/{name}")])]
        return labels

    assert await heard(1) == ["quiet", "quiet"]
    any_version = {"If-Match": "*"}
    assert (await client.patch(path, json={"query": "ferries"}, headers=any_version)).status_code == 200
    assert await heard(2) == ["alerted", "alerted"]
    alerts = await store.read(lambda tx: tx.alerts.list_alerts(None))
    assert {each.payload["topic"]["version"] for each in alerts} == {2}
    await client.patch(path, json={"enabled": False}, headers=any_version)
    assert await heard(3) == ["quiet", "quiet"]
    await client.patch(path, json={"enabled": True}, headers=any_version)
    assert await heard(4) == ["alerted", "alerted"]
    await client.delete(path, headers=any_version)
    assert await heard(5) == ["quiet", "quiet"]
