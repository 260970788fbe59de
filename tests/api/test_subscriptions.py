"""What subscriptions ask for, over HTTP."""

from typing import Any

import httpx
import pytest

from service.store import Store
from service.store.held import Holding
from tests.api.problem import problem
from tests.builders import a_subscription, a_topic, an_endpoint, minutes
from tests.clock import SetClock

WISHES: dict[str, Any] = {
    "follow": {
        "grew": {"independent": [10, 3, 3], "languages": [3]},
        "revised": False,
        "merged": True,
    },
    "timing": {"digest": "0 7 * * mon-fri", "quiet_hours": "22:00-07:00", "time_zone": "Europe/Vilnius"},
}


@pytest.fixture
async def joined(store: Store) -> dict[str, str]:
    """A topic and an endpoint to be joined."""
    await store.write(lambda tx: tx.topics.add(a_topic(id="topic")))
    await store.write(lambda tx: tx.endpoints.add(an_endpoint(id="endpoint")))
    return {"topic_id": "topic", "endpoint_id": "endpoint"}


async def test_a_subscription_corrects_at_once_and_no_more_unless_it_says_so(
    client: httpx.AsyncClient, joined: dict[str, str]
) -> None:
    made = await client.post("/v1/subscriptions", json=joined)
    assert made.status_code == 201
    assert made.json()["follow"] == {
        "grew": {"independent": [], "sources": [], "languages": []},
        "revised": True,
        "retracted": True,
        "merged": False,
    }
    assert made.json()["timing"] == {"digest": "", "quiet_hours": "", "time_zone": "UTC"}


async def test_what_it_asks_for_is_kept_and_shown(client: httpx.AsyncClient, joined: dict[str, str]) -> None:
    made = (await client.post("/v1/subscriptions", json=joined | WISHES)).json()
    assert made["follow"]["grew"] == {"independent": [3, 10], "sources": [], "languages": [3]}
    assert (made["follow"]["revised"], made["follow"]["retracted"], made["follow"]["merged"]) == (False, True, True)
    assert made["timing"] == WISHES["timing"]
    assert (await client.get(f"/v1/subscriptions/{made['id']}")).json() == made


async def test_what_is_changed_leaves_the_rest_and_holds_for_what_is_held(
    client: httpx.AsyncClient, store: Store, joined: dict[str, str], clock: SetClock
) -> None:
    wanted = a_subscription(id="sb", **joined)
    await store.write(lambda tx: tx.subscriptions.add(wanted))
    await store.write(lambda tx: tx.held.hold([Holding("sb", "notice", minutes(60 * 24 * 7, clock()))]))
    path, any_version = "/v1/subscriptions/sb", {"If-Match": "*"}
    changed = await client.patch(path, json={"follow": WISHES["follow"]}, headers=any_version)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["follow"]["merged"], changed.json()["timing"]["digest"]) == (True, "")
    assert await store.read(lambda tx: tx.held.due(clock())) == []
    changed = await client.patch(path, json={"timing": {"time_zone": "Europe/Vilnius"}}, headers=any_version)
    assert (changed.json()["follow"]["merged"], changed.json()["timing"]["time_zone"]) == (True, "Europe/Vilnius")
    assert await store.read(lambda tx: tx.held.due(clock())) == ["sb"]
    problem(await client.patch("/v1/subscriptions/none", json={}, headers=any_version), "not-found", 404)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"timing": {"digest": "7"}}, "/timing/digest"),
        ({"timing": {"digest": "0 0 30 2 *"}}, "/timing/digest"),
        ({"timing": {"quiet_hours": "22-7"}}, "/timing/quiet_hours"),
        ({"timing": {"time_zone": "Vilnius"}}, "/timing/time_zone"),
        ({"follow": {"grew": {"independent": [1]}}}, "/follow/grew/independent/0"),
        ({"follow": {"grew": {"voices": [3]}}}, "/follow/grew/voices"),
    ],
)
async def test_what_cannot_be_asked_for_is_refused_with_its_place(
    client: httpx.AsyncClient, joined: dict[str, str], wrong: dict[str, Any], pointer: str
) -> None:
    refused = problem(await client.post("/v1/subscriptions", json=joined | wrong), "invalid", 422)
    assert [each["pointer"] for each in refused["errors"]] == [pointer]
