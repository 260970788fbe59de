"""Files over HTTP: planned, applied as planned, refused where something has changed since."""

import copy
import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from service.api import document
from service.api_keys import new_key
from service.client import Courant, Refusal
from service.signing import new_secret
from service.store import Store
from tests.api.problem import problem
from tests.clock import SetClock
from tests.stores import sqlite_only

store = sqlite_only  # the tables are tested on both

SECRET = new_secret()
FILES: dict[str, Any] = {
    "owner": "newsdesk",
    "topics": {
        "Ferries": {
            "query": "ferry NOT company",
            "examples": [{"must_match": True, "text": "The ferry sails again."}],
        },
        "Belarus": {"query": "Belarus"},
    },
    "endpoints": {
        "desk": {"url": "https://reader.com/inbox", "secret": {"env": "DESK"}, "notices": ["feed.*"]},
        "spare": {"url": "https://reader.com/spare"},
    },
    "subscriptions": [{"topic": "Ferries", "endpoint": "desk", "follow": {"grew": {"independent": [3, 10]}}}],
    "feeds": {"gazette": {"url": "https://harbour-gazette.com/feed.xml", "title": "Gazette", "labels": ["sea"]}},
    "secrets": {"DESK": SECRET},
}


def but(section: str, name: str, **changed: Any) -> dict[str, Any]:
    """The files, with this of one resource changed; without it if nothing is given."""
    files = copy.deepcopy(FILES)
    if changed:
        files[section][name] |= changed
    else:
        del files[section][name]
    return files


async def planned(client: httpx.AsyncClient, files: dict[str, Any]) -> dict[str, Any]:
    response = await client.post("/v1/plan", json=files)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


async def applied(client: httpx.AsyncClient, files: dict[str, Any]) -> dict[str, Any]:
    """As it is planned now."""
    mark = (await planned(client, files))["fingerprint"]
    response = await client.post("/v1/apply", json=files | {"fingerprint": mark})
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def actions(told: dict[str, Any]) -> dict[str, str]:
    return {f"{each['kind']} {each['name']}": each["action"] for each in told["steps"]}


async def items(client: httpx.AsyncClient, path: str) -> list[Any]:
    found: list[Any] = (await client.get(path)).json()["items"]
    return found


async def test_applying_twice_changes_nothing(client: httpx.AsyncClient) -> None:
    plan = await planned(client, FILES)
    assert set(actions(plan).values()) == {"add"}
    assert await items(client, "/v1/topics") == []
    first = await applied(client, FILES)
    assert actions(first) == actions(plan)
    assert [each["endpoint"] for each in first["secrets"]] == ["spare"]
    before = {path: await items(client, path) for path in ("/v1/topics", "/v1/endpoints", "/v1/feeds")}
    again = await applied(client, FILES)
    assert set(actions(again).values()) == {"unchanged"}
    assert again["secrets"] == []
    assert before == {path: await items(client, path) for path in before}
    (joined,) = await items(client, "/v1/subscriptions")
    assert joined["follow"]["grew"]["independent"] == [3, 10]


async def test_what_changed_since_the_plan_is_named_and_nothing_is_done(client: httpx.AsyncClient) -> None:
    await applied(client, FILES)
    files = but("topics", "Belarus", query="Belarus OR Minsk") | {"feeds": {}}
    files["topics"]["New"] = {"query": "boat"}
    mark = (await planned(client, files))["fingerprint"]
    ids = {each["name"]: each["id"] for each in await items(client, "/v1/topics")}
    await client.patch(f"/v1/topics/{ids['Ferries']}", json={"query": "ferry"})
    await client.delete(f"/v1/topics/{ids['Belarus']}")
    await client.post("/v1/topics", json={"name": "New", "query": "ship"})
    answer = await client.post("/v1/apply", json=files | {"fingerprint": mark})
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("#plan-changed")
    assert {each["pointer"]: each["detail"] for each in answer.json()["errors"]} == {
        "/topics/Ferries": "somebody has changed it: query is 'ferry'",
        "/topics/Belarus": "somebody has removed it",
        "/topics/New": "somebody has added it: query is 'ship'",
    }
    assert {each["name"]: each["query"] for each in await items(client, "/v1/topics")} == {
        "Ferries": "ferry",
        "New": "ship",
    }
    assert [each["enabled"] for each in await items(client, "/v1/feeds")] == [True]


async def test_other_files_than_planned_are_not_applied(client: httpx.AsyncClient) -> None:
    mark = (await planned(client, FILES))["fingerprint"]
    files = but("topics", "Belarus", query="Minsk")
    answer = await client.post("/v1/apply", json=files | {"fingerprint": mark})
    assert answer.json()["errors"] == [
        {"in": "body", "pointer": "/topics/Belarus", "detail": "something else is asked of it than in the plan"}
    ]
    answer = await client.post("/v1/apply", json=but("topics", "Belarus") | {"fingerprint": mark})
    assert "1 of what was planned" in answer.json()["detail"]
    answer = await client.post("/v1/apply", json=FILES | {"fingerprint": "abc"})
    assert (answer.status_code, answer.json()["detail"]) == (422, "this is no fingerprint of a plan")
    assert (await client.post("/v1/apply", json=FILES)).status_code == 422
    assert await items(client, "/v1/topics") == []


async def test_removal_takes_two_steps_and_drift_is_shown(client: httpx.AsyncClient) -> None:
    await applied(client, FILES)
    (topic,) = [each for each in await items(client, "/v1/topics") if each["name"] == "Ferries"]
    await client.patch(f"/v1/topics/{topic['id']}", json={"query": "ferry NOT boat"})
    short = but("endpoints", "spare")
    plan = await planned(client, short)
    assert actions(plan)["endpoint spare"] == "mark"
    (drifted,) = [each["changes"] for each in plan["steps"] if each["action"] == "change"]
    assert drifted == [{"field": "query", "before": "ferry NOT boat", "after": "ferry NOT company", "drift": True}]
    await applied(client, short)
    assert sorted(each["enabled"] for each in await items(client, "/v1/endpoints")) == [False, True]
    assert actions(await applied(client, short))["endpoint spare"] == "remove"
    assert len(await items(client, "/v1/endpoints")) == 1
    last = await applied(client, {"owner": "newsdesk", "prune": True})
    assert set(actions(last).values()) == {"remove"}
    assert [await items(client, f"/v1/{each}") for each in ("topics", "endpoints", "subscriptions", "feeds")] == [
        []
    ] * 4


async def test_everything_that_cannot_be_kept_is_told_at_once(client: httpx.AsyncClient) -> None:
    files = copy.deepcopy(FILES)
    files["topics"] |= {"a": {"query": "(broken"}, "b/c": {"query": "the"}}
    answer = await client.post("/v1/plan", json=files)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/topics/a", "/topics/b~1c"]
    answer = await client.post("/v1/plan", json=but("endpoints", "desk", url="http://127.0.0.1/"))
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/endpoints/desk"]
    answer = await client.post("/v1/plan", json=FILES | {"secrets": {}})
    assert (answer.status_code, "DESK holds no secret" in answer.json()["detail"]) == (422, True)
    answer = await client.post("/v1/plan", json=but("topics", "Belarus", colour="red"))
    assert answer.json()["errors"][0]["pointer"] == "/topics/Belarus/colour"


async def test_quotas_hold_for_all_that_is_applied(client: httpx.AsyncClient) -> None:
    await client.patch("/v1/accounts/main", json={"limits": {"topics": 2, "endpoints": 1}})
    mark = (await planned(client, FILES))["fingerprint"]
    answer = await client.post("/v1/apply", json=FILES | {"fingerprint": mark})
    assert (answer.status_code, answer.json()["quota"]) == (403, "endpoints")
    assert [await items(client, f"/v1/{each}") for each in ("topics", "endpoints", "feeds")] == [[]] * 3
    await applied(client, but("endpoints", "spare"))
    swapped = but("endpoints", "spare")
    swapped["topics"]["Boats"] = swapped["topics"].pop("Belarus")
    answer = await client.post(
        "/v1/apply", json=swapped | {"fingerprint": (await planned(client, swapped))["fingerprint"]}
    )
    assert answer.json()["quota"] == "topics"
    await applied(client, swapped | {"prune": True})


async def test_a_key_applies_no_more_than_it_may_change(app: FastAPI, store: Store, clock: SetClock) -> None:
    made, text = new_key("topics alone", clock(), scopes=("topics:write", "topics:read"))
    await store.write(lambda tx: tx.keys.add(made, text))
    headers = {"Authorization": f"Bearer {text}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://courant.test", headers=headers
    ) as narrow:
        await applied(narrow, {"topics": FILES["topics"]})
        files = FILES | {"owner": "files"}
        refused = await narrow.post("/v1/plan", json=files)
        assert (refused.status_code, refused.json()["scope"]) == (403, "stories:read")
        without = files | {"feeds": {}}
        mark = (await planned(narrow, without))["fingerprint"]
        refused = await narrow.post("/v1/apply", json=without | {"fingerprint": mark})
        assert (refused.status_code, refused.json()["scope"]) == (403, "endpoints:write")
        assert await items(narrow, "/v1/endpoints") == []


async def test_accounts_manage_what_is_theirs_and_share_feeds(
    app: FastAPI, client: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    await applied(client, FILES)
    assert (await client.post("/v1/accounts", json={"id": "acme", "name": "Acme"})).status_code == 201
    made, text = new_key("acme", clock(), "acme", ("admin",))
    await store.write(lambda tx: tx.keys.add(made, text))
    headers = {"Authorization": f"Bearer {text}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://courant.test", headers=headers
    ) as acme:
        plan = await planned(acme, FILES)
        assert {each for name, each in actions(plan).items() if name != "feed gazette"} == {"add"}
        assert actions(plan)["feed gazette"] == "adopt"
        await applied(acme, FILES)
        await applied(acme, {"owner": "newsdesk", "prune": True})
        assert await items(acme, "/v1/topics") == []
    assert [each["enabled"] for each in await items(client, "/v1/feeds")] == [True]
    assert set(actions(await planned(client, FILES)).values()) == {"unchanged"}


async def test_what_was_applied_is_in_the_audit_log(client: httpx.AsyncClient) -> None:
    await applied(client, FILES)
    acts = [(each["route"], each["result"]) for each in await items(client, "/v1/audit")]
    assert ("/v1/apply", "200") in acts
    assert "/v1/plan" not in {route for route, _ in acts}


async def test_the_client_plans_and_applies(app: FastAPI, key: str) -> None:
    async with Courant("http://courant.test", key, httpx.ASGITransport(app)) as courant:
        plan = await courant.plan(FILES)
        done = await courant.apply(FILES, plan.fingerprint)
        assert [each.endpoint for each in done.secrets] == ["spare"]
        with pytest.raises(Refusal, match="since the plan was made"):
            await courant.apply(FILES, plan.fingerprint)


async def test_of_a_chats_address_no_more_is_told_or_kept_than_may_be(client: httpx.AsyncClient, store: Store) -> None:
    def files(token: str) -> dict[str, Any]:
        return {"endpoints": {"chat": {"url": f"slack://{token}/{token}/{token}"}}}

    first = await client.post("/v1/plan", json=files("T1JJ3T3L2"))
    if first.status_code != 200:
        pytest.skip("this installation speaks to no chats")
    await applied(client, files("T1JJ3T3L2"))
    assert set(actions(await planned(client, files("T1JJ3T3L2"))).values()) == {"unchanged"}
    (step,) = (await planned(client, files("T9ZZ9T9Z9")))["steps"]
    assert (step["action"], [each["drift"] for each in step["changes"]]) == ("change", [False])
    assert "T1JJ3T3L2" not in str(step["changes"])
    (held,) = await store.read(lambda tx: tx.managed.all("main"))
    assert "T9ZZ9T9Z9" not in str(step["changes"])
    assert held.applied["url"].startswith("slack://")


async def test_a_fault_is_pointed_at_whatever_its_name_is_made_of(client: httpx.AsyncClient) -> None:
    """What the document says of pointers holds for it, too."""
    answer = await client.post("/v1/plan", json=FILES | {"endpoints": {"\0/~": {}}})
    (fault,) = (each for each in problem(answer, "invalid", 422)["errors"] if "[key]" in each["pointer"])
    assert fault["pointer"] == "/endpoints/\0~1~0/[key]"
    assert re.search(document()["components"]["schemas"]["Fault"]["properties"]["pointer"]["pattern"], fault["pointer"])
