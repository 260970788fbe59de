"""Notices over HTTP: listed, filtered, shown; and what endpoints can ask for."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from service.model import Notice, alert_id, notice_id
from service.store import Store
from tests.builders import NOW, an_alert, an_endpoint
from tests.clock import SetClock


@pytest.fixture
async def told(store: Store, clock: SetClock) -> list[Notice]:
    """Notices of two feeds and of an alert, told to one endpoint."""
    kinds = ("feed.failing", "feed.recovered", "feed.gap", "feed.silent")
    notices = [
        Notice(notice_id(kind, feed), kind, feed, NOW + timedelta(minutes=n), {"n": n})
        for n, (kind, feed) in enumerate((kind, feed) for kind in kinds for feed in ("feed-1", "feed-2"))
    ]
    alert = an_alert(id=alert_id("topic", "story"), topic_id="topic", story_id="story")
    await store.write(lambda tx: tx.endpoints.add(an_endpoint(id="ep", notices=("feed.failing",))))
    await store.write(lambda tx: tx.notices.tell(notices, clock()))
    await store.write(lambda tx: tx.alerts.raise_alerts([alert], {}, clock()))
    return notices


async def ids(client: httpx.AsyncClient, path: str) -> list[str]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


async def test_notices_are_listed_newest_first_and_shown(client: httpx.AsyncClient, told: list[Notice]) -> None:
    listed = (await client.get("/v1/notices")).json()["items"]
    assert [each["at"] for each in listed] == sorted((each["at"] for each in listed), reverse=True)
    assert {each["kind"] for each in listed} == {each.kind for each in told} | {"story.alerted"}
    shown = (await client.get(f"/v1/notices/{told[0].id}")).json()
    assert shown == {
        "id": told[0].id,
        "kind": "feed.failing",
        "subject": "feed-1",
        "at": NOW.isoformat().replace("+00:00", "Z"),
        "payload": {"n": 0},
    }


async def test_notices_are_filtered(client: httpx.AsyncClient, told: list[Notice]) -> None:
    of_gap = [each.id for each in reversed(told) if each.kind == "feed.gap"]
    assert await ids(client, "/v1/notices?kind=feed.gap") == of_gap
    assert len(await ids(client, "/v1/notices?kind=feed.*")) == len(told)
    assert await ids(client, "/v1/notices?subject=story") == [alert_id("topic", "story")]
    assert await ids(client, "/v1/notices?kind=feed.gap&subject=feed-1") == of_gap[1:]


async def test_notices_come_in_pages(client: httpx.AsyncClient, told: list[Notice]) -> None:
    path: str | None = "/v1/notices?kind=feed.*&limit=3"
    found: list[str] = []
    while path:
        answer = await client.get(path)
        found += [each["id"] for each in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url")
    assert found == [each.id for each in reversed(told)]


@pytest.mark.parametrize("query", ["kind=feed.exploded", "kind=story.*", "kind="])
async def test_an_unknown_kind_is_refused(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/v1/notices?{query}")).status_code == 422


async def test_a_missing_notice_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/notices/nt_none")
    assert answer.status_code == 404
    assert "notice" in answer.json()["detail"]


async def test_deliveries_say_of_which_notice_they_are(client: httpx.AsyncClient, told: list[Notice]) -> None:
    (delivery,) = (await client.get(f"/v1/deliveries?notice={told[0].id}")).json()["items"]
    assert (delivery["notice_id"], delivery["kind"], delivery["alert_id"]) == (told[0].id, "feed.failing", None)
    assert len(await ids(client, "/v1/deliveries?kind=feed.failing")) == 2
    assert await ids(client, "/v1/deliveries?kind=story.alerted") == []
    assert (await client.get("/v1/deliveries?notice=a&alert=b")).status_code == 422


async def test_an_endpoint_asks_for_kinds(client: httpx.AsyncClient) -> None:
    given: dict[str, Any] = {"url": "https://reader.example/inbox", "notices": ["feed.gap", "feed.gap", "feed.silent"]}
    made = (await client.post("/v1/endpoints", json=given)).json()
    assert made["notices"] == ["feed.gap", "feed.silent"]
    changed = await client.patch(f"/v1/endpoints/{made['id']}", json={"notices": ["feed.*"]})
    assert changed.json()["notices"] == ["feed.*"]
    await client.patch(f"/v1/endpoints/{made['id']}", json={"enabled": False})
    assert (await client.get(f"/v1/endpoints/{made['id']}")).json()["notices"] == ["feed.*"]
    plain = (await client.post("/v1/endpoints", json={"url": "https://reader.example/other"})).json()
    assert plain["notices"] == []


@pytest.mark.parametrize("asked", [["story.alerted"], ["*"], ["feed.exploded"], "feed.*", [None], ["feed.*"] * 51])
async def test_an_endpoint_cannot_ask_for_what_there_is_not(client: httpx.AsyncClient, asked: object) -> None:
    answer = await client.post("/v1/endpoints", json={"url": "https://reader.example/inbox", "notices": asked})
    assert answer.status_code == 422
    assert any("notices" in fault["pointer"] for fault in answer.json()["errors"])
