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
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self, TypeVar

import httpx
import msgspec

from service.client.shapes import Alert, Applied, Article, Event, Feed, Planned, Problem, Step, Story, Topic
from service.errors import CourantError

__all__ = [
    "Alert",
    "Applied",
    "Article",
    "Courant",
    "Event",
    "Feed",
    "Planned",
    "Problem",
    "Refusal",
    "Step",
    "Story",
    "Topic",
]


T = TypeVar("T")
AGAIN = (429, 502, 503, 504)
TRIES = 4
LONGEST_WAIT = 30.0
LISTENING = 20
"""Seconds for which the server is to wait for something new: less than we wait for its answer."""
IN_PROGRESS = "request-in-progress"


class Refusal(CourantError):
    """The server did not do what was asked; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        told = "; ".join(f"{each.pointer}: {each.detail}" for each in problem.errors)
        super().__init__(problem.detail + (f" ({told})" if told and told not in problem.detail else ""))
        self.problem = problem


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
        return self.every("/v1/alerts", Alert, filters)

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

    async def _made(self, path: str, shape: type[T], given: Mapping[str, Any]) -> T:
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
            if answer is not None and not _for_now(answer):
                return _accepted(answer)
            if number < TRIES - 1:
                await asyncio.sleep(_wait(answer, number))
        if answer is None:
            raise CourantError(f"{self._http.base_url} cannot be reached: {why}")
        return _accepted(answer)


def _for_now(answer: httpx.Response) -> bool:
    busy = answer.status_code == 409 and IN_PROGRESS in answer.text
    return busy or answer.status_code in AGAIN


def _wait(answer: httpx.Response | None, number: int) -> float:
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    return min(float(asked) if asked.isdigit() else 0.2 * 2**number, LONGEST_WAIT)


def _accepted(answer: httpx.Response) -> httpx.Response:
    """Raises `Refusal`."""
    if answer.is_success:
        return answer
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        told = f"{answer.url.host} answered {answer.status_code}, and not as Courant does"
        problem = Problem(type="about:blank", title="", status=answer.status_code, detail=told, instance="")
    raise Refusal(problem)
