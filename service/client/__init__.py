"""A client of the HTTP API, for programs and for the command line: a server's address and a key in, typed values out.

    async with Courant("http://localhost:8000", key) as courant:
        topic = await courant.add_topic("Ferries", "ferry")
        async for story in courant.stories(q="ferry", country="NO"):
            print(story.title)

What may be sent again is: a request that got no answer, or one that asks for patience, is sent up to four times; a POST
with the same `Idempotency-Key` each time, so that it has its effect once. It speaks to the server that it was given and
to nobody else: redirects are not followed, and no proxy is asked.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Self, TypeVar

import httpx
import msgspec

from service.client.answers import TRIES, Refusal, accepted, for_now, pause
from service.client.listening import listen
from service.client.shapes import (
    Alert,
    Applied,
    Article,
    Delivery,
    Endpoint,
    EndpointMade,
    Event,
    Feed,
    Planned,
    Problem,
    Recovery,
    Step,
    Story,
    Subscription,
    Topic,
)
from service.errors import CourantError

__all__ = [
    "Alert",
    "Applied",
    "Article",
    "Courant",
    "Delivery",
    "Endpoint",
    "EndpointMade",
    "Event",
    "Feed",
    "Planned",
    "Problem",
    "Recovery",
    "Refusal",
    "Step",
    "Story",
    "Subscription",
    "Topic",
]


T = TypeVar("T")
LISTENING = 20
"""Seconds for which the server is to wait for something new: less than we wait for its answer."""
SILENCE = 45.0
"""Seconds: three of the heartbeats of a server with the default settings."""


class Courant:
    """Use with `async with`. Raises `Refusal`; `CourantError` if the server cannot be reached."""

    def __init__(self, url: str, key: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
        self._http = httpx.AsyncClient(
            base_url=url, headers=headers, transport=transport, timeout=30, trust_env=False, follow_redirects=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        await self._http.aclose()

    def topics(self) -> AsyncIterator[Topic]:
        """Yours, the oldest first."""
        return self.every("/v1/topics", Topic)

    async def add_topic(self, name: str, query: str, enabled: bool = True) -> Topic:
        return await self._made("/v1/topics", Topic, {"name": name, "query": query, "enabled": enabled})

    async def change_topic(self, topic_id: str, **changes: Any) -> Topic:
        """Changes the version that is there when it is read. Raises `Refusal` if somebody is quicker."""
        return await self._changed(f"/v1/topics/{topic_id}", Topic, changes)

    async def remove_topic(self, topic_id: str) -> None:
        await self._removed(f"/v1/topics/{topic_id}")

    async def plan(self, configuration: Mapping[str, Any], prune: bool = False) -> Planned:
        """What there is to do so that all is as `configuration` says, in the form of /v1/plan. Changes nothing."""
        answer = await self._ask("POST", "/v1/plan", json=dict(configuration) | {"prune": prune})
        return msgspec.json.decode(answer.content, type=Planned)

    async def apply(self, configuration: Mapping[str, Any], fingerprint: str, prune: bool = False) -> Applied:
        """Do what was planned, all or nothing. Raises `Refusal` if something has changed since."""
        given = dict(configuration) | {"prune": prune, "fingerprint": fingerprint}
        return await self._made("/v1/apply", Applied, given)

    def feeds(self) -> AsyncIterator[Feed]:
        return self.every("/v1/feeds", Feed)

    async def add_feed(self, url: str, **given: Any) -> Feed:
        return await self._made("/v1/feeds", Feed, {"url": url} | given)

    async def remove_feed(self, feed_id: str) -> None:
        await self._removed(f"/v1/feeds/{feed_id}")

    def stories(self, **filters: Any) -> AsyncIterator[Story]:
        """Those that pass: q, language, country, source, entity, since, until, independent, order."""
        return self.every("/v1/stories", Story, filters)

    def articles(self, **filters: Any) -> AsyncIterator[Article]:
        return self.every("/v1/articles", Article, filters)

    def alerts(self, **filters: Any) -> AsyncIterator[Alert]:
        """The latest first. `filters`: topic, story."""
        return self.every("/v1/alerts", Alert, filters)

    def endpoints(self) -> AsyncIterator[Endpoint]:
        return self.every("/v1/endpoints", Endpoint)

    async def add_endpoint(self, url: str, **given: Any) -> EndpointMade:
        """Its secret is told now and never again."""
        return await self._made("/v1/endpoints", EndpointMade, {"url": url} | given)

    async def change_endpoint(self, endpoint_id: str, **changes: Any) -> Endpoint:
        """Changes the version that is there when it is read: `enabled=True`, say, after it was switched off."""
        return await self._changed(f"/v1/endpoints/{endpoint_id}", Endpoint, changes)

    async def remove_endpoint(self, endpoint_id: str) -> None:
        await self._removed(f"/v1/endpoints/{endpoint_id}")

    def subscriptions(self, **filters: Any) -> AsyncIterator[Subscription]:
        """`filters`: topic, endpoint."""
        return self.every("/v1/subscriptions", Subscription, filters)

    async def subscribe(self, topic_id: str, endpoint_id: str, **given: Any) -> Subscription:
        """`given`: follow, timing."""
        wanted = {"topic_id": topic_id, "endpoint_id": endpoint_id} | given
        return await self._made("/v1/subscriptions", Subscription, wanted)

    async def unsubscribe(self, subscription_id: str) -> None:
        await self._removed(f"/v1/subscriptions/{subscription_id}")

    def deliveries(self, **filters: Any) -> AsyncIterator[Delivery]:
        """`filters`: endpoint, alert, notice, kind, state."""
        return self.every("/v1/deliveries", Delivery, filters)

    async def resend(self, delivery_id: str) -> Delivery:
        return await self._made(f"/v1/deliveries/{delivery_id}/resend", Delivery, None)

    async def recover(self, endpoint_id: str, since: datetime, until: datetime | None = None, **given: Any) -> Recovery:
        """Send again what was given up since then, or with `only="missing"` what was never owed to it.

        It goes on by itself; `recovery` tells how far it is.
        """
        wanted = given | {"since": since.isoformat(), "until": until.isoformat() if until else None}
        return await self._made(f"/v1/endpoints/{endpoint_id}/recover", Recovery, wanted)

    async def recovery(self, recovery_id: str) -> Recovery:
        return msgspec.convert(await self.get(f"/v1/recoveries/{recovery_id}"), Recovery)

    async def events(self, after: str | None = None, listen: bool = False, **filters: Any) -> AsyncIterator[Event]:
        """Everything told after this cursor, of a webhook say, in its order: up to now, or with `listen` for ever.

        Keep the cursor of what you have dealt with, and go on from there, whatever breaks. `filters`: topic, kind.
        Raises `Refusal` (410) if something after the cursor is forgotten.
        """
        given = filters | ({"after": after} if after else {}) | ({"wait": LISTENING} if listen else {})
        while True:
            page = await self.get("/v1/events", **given)
            for each in page["items"]:
                yield msgspec.convert(each, Event)
            if not (listen or page["more"]):
                return
            given["after"] = page["next_cursor"]

    def stream(self, after: str | None = None, silence: float = SILENCE, **filters: Any) -> AsyncGenerator[Event, None]:
        """The same as Server-Sent Events, for ever: what is told after this cursor, or without one from now on.

        Comes again with the last cursor after any break, and after `silence` seconds without a heartbeat. Raises
        `Refusal`, and `CourantError` if the server cannot be reached to begin with. `filters`: topic, kind.
        """
        return listen(self._http, filters | ({"after": after} if after else {}), silence)

    async def get(self, path: str, **parameters: Any) -> Any:
        """Any answer, as JSON."""
        return msgspec.json.decode((await self._ask("GET", path, params=parameters)).content)

    async def every(self, path: str, shape: type[T], filters: Mapping[str, Any] | None = None) -> AsyncIterator[T]:
        """Everything on a list, page by page as it is needed."""
        given = {name: value for name, value in (filters or {}).items() if value is not None}
        while True:
            page = await self.get(path, **given)
            for each in page["items"]:
                yield msgspec.convert(each, shape)
            if page["next_cursor"] is None or not page["items"]:
                return
            given["cursor"] = page["next_cursor"]

    async def _made(self, path: str, shape: type[T], given: Mapping[str, Any] | None) -> T:
        key = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
        return msgspec.json.decode((await self._ask("POST", path, json=given, headers=key)).content, type=shape)

    async def _changed(self, path: str, shape: type[T], changes: Mapping[str, Any]) -> T:
        tag = {"If-Match": (await self._ask("GET", path)).headers["ETag"]}
        return msgspec.json.decode((await self._ask("PATCH", path, json=changes, headers=tag)).content, type=shape)

    async def _removed(self, path: str) -> None:
        await self._ask("DELETE", path, headers={"If-Match": "*"})

    async def _ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        for number in range(TRIES):
            try:
                answer = await self._http.request(method, path, **given)
            except httpx.HTTPError as error:
                answer, why = None, str(error) or type(error).__name__
            if answer is not None and not for_now(answer):
                return accepted(answer)
            if number < TRIES - 1:
                await asyncio.sleep(pause(answer, number))
        if answer is None:
            raise CourantError(f"{self._http.base_url} cannot be reached: {why}")
        return accepted(answer)
