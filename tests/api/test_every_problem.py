"""Every operation, refused in every way that its document names and that can be brought about from outside: the answer
is a problem of the right kind, documented, and tells nothing of our insides.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import httpx
import pytest

from service.api import Context, document
from service.api.problems import DOCS
from service.errors import Outage
from tests.stores import sqlite_only

store = sqlite_only

INSIDE = re.compile(
    r"sqlite|psycopg|sqlalchemy|traceback|\.py|0x[0-9a-f]{6}|site-packages|select |secret", re.IGNORECASE
)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for template, methods in document()["paths"].items():
        path = re.sub(r"\{(number|version)\}", "1", template)
        path = re.sub(r"\{hash\}", "0" * 64, path)
        for method, operation in methods.items():
            yield method, re.sub(r"\{[^}]*\}", "unknown", path), operation


def told(answer: httpx.Response, status: int, operation: dict[str, Any]) -> str:
    """The kind of problem, once it is certain that it is one."""
    where = f"{answer.request.method} {answer.request.url.path}"
    assert answer.status_code == status, (where, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json", where
    problem = answer.json()
    assert problem["status"] == status, where
    assert problem["type"].startswith(DOCS), where
    assert problem["instance"] == answer.headers["x-request-id"], where
    assert not INSIDE.search(problem["detail"]), (where, problem["detail"])
    slug: str = problem["type"].removeprefix(DOCS)
    if status != 405:  # of methods that are no operations nothing is written
        assert f"`{slug}`" in operation["responses"][str(status)]["description"], (where, slug)
    return slug


def locked(operation: dict[str, Any]) -> bool:
    return bool(operation["security"])


async def test_without_a_key(stranger: httpx.AsyncClient) -> None:
    for method, path, operation in operations():
        if locked(operation):
            answer = await stranger.request(method, path)
            assert told(answer, 401, operation) == "unauthorised"
            assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_in_no_form_that_is_taken(client: httpx.AsyncClient) -> None:
    for method, path, operation in operations():
        if method == "get" and "406" in operation["responses"]:
            answer = await client.get(path, headers={"Accept": "image/x-none"})
            assert told(answer, 406, operation) == "not-acceptable"


async def test_by_a_method_that_is_none_of_its(client: httpx.AsyncClient) -> None:
    paths: dict[str, set[str]] = {}
    for method, path, _ in operations():
        paths.setdefault(path, set()).add(method)
    for path, has in paths.items():
        if not path.startswith("/v1/") or path.startswith("/v1/websub"):
            continue
        answer = await client.request("PROPFIND", path)
        assert told(answer, 405, {}) == "method-not-allowed"
        allowed = {each.strip().lower() for each in answer.headers["allow"].split(",")}
        assert has <= allowed, path


async def test_with_a_body_that_is_too_large_or_of_another_type(client: httpx.AsyncClient) -> None:
    for method, path, operation in operations():
        if "requestBody" not in operation or not locked(operation):
            continue
        large = {"Content-Type": "application/json", "Content-Length": str(2**40)}
        assert told(await client.request(method, path, headers=large), 413, operation) == "too-large"
        if method == "post":
            answer = await client.request(method, path, content=b"{}", headers={"Content-Type": "text/x-none"})
            assert told(answer, 415, operation) == "unsupported-media-type"


async def test_with_a_parameter_that_is_none(client: httpx.AsyncClient) -> None:
    for method, path, operation in operations():
        takes = [each for each in operation.get("parameters", ()) if each.get("in") == "query"]
        bodies = "application/json" in operation["responses"].get("200", {}).get("content", {})
        if method == "get" and locked(operation) and takes and bodies:
            assert told(await client.get(f"{path}?no_such_parameter=1"), 422, operation) == "invalid"


async def test_a_change_of_no_version(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/topics", json={"name": "a", "query": "ferry"})
    (operation,) = (each for method, path, each in operations() if (method, path) == ("patch", "/v1/topics/unknown"))
    answer = await client.patch(made.headers["location"], json={}, headers={"If-Match": '"other"'})
    assert told(answer, 412, operation) == "precondition-failed"


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (RuntimeError("sqlite3 said: no such table, at /srv/courant/service/store.py"), 500, "internal"),
        (Outage("the database does not answer: psycopg, 10.0.0.7"), 503, "unavailable"),
    ],
)
async def test_when_the_database_fails(
    client: httpx.AsyncClient,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    slug: str,
) -> None:
    await client.get("/v1/topics")  # the use of the key is remembered

    async def failing(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(context.store, "read", failing)
    for method, path, operation in islice(operations(), None, None, 9):  # each of them takes a trace to its log
        if locked(operation):
            answer = await client.request(method, path, headers={"Content-Type": "application/json"})
            assert told(answer, status, operation) == slug
            assert (answer.headers.get("retry-after") is not None) == (status == 503)
