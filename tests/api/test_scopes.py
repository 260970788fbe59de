"""Which scope opens what: every route of the document, and keys that have one scope too few."""

from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI

from service.api import document
from service.api.scopes import needed, rule_of
from service.api_keys import new_key
from service.errors import Invalid
from service.model import ADMIN, OPERATOR, SCOPES, checked_scopes, holds
from service.store import Store
from tests.api.problem import problem
from tests.clock import SetClock
from tests.stores import sqlite_only

store = sqlite_only

ClientOf = Callable[..., Awaitable[httpx.AsyncClient]]
WORD = "0" * 12


@pytest.fixture
async def client_of(app: FastAPI, store: Store, clock: SetClock) -> ClientOf:
    """Makes clients whose keys have these scopes."""

    async def made(*scopes: str) -> httpx.AsyncClient:
        key, text = new_key("tests", clock(), scopes=scopes)
        await store.write(lambda tx: tx.keys.add(key, text))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {text}"}
        return httpx.AsyncClient(transport=transport, base_url="http://courant.test", headers=headers)

    return made


def operations() -> Iterator[tuple[str, str]]:
    """Every method and path that asks for a key."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if operation["security"]:
                yield method.upper(), path


def test_every_route_has_a_rule() -> None:
    paths = {path for _, path in operations()}
    assert [path for path in paths if rule_of(path) is None] == []


def test_the_document_says_which_scope_each_route_needs() -> None:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            assert operation["security"] in ([], [{"key": [needed(method.upper(), path)]}])


async def test_a_key_without_the_scope_opens_no_route(client_of: ClientOf) -> None:
    for scope in SCOPES:
        others = [each for each in SCOPES if not holds([each], scope)]
        async with await client_of(*others) as client:
            for method, path in operations():
                if needed(method, path) == scope and others:
                    told = problem(
                        await client.request(method, path.replace("{", "").replace("}", "")), "forbidden", 403
                    )
                    assert told["scope"] == scope


async def test_a_key_with_the_scope_opens_every_route(client_of: ClientOf) -> None:
    for scope in SCOPES:
        async with await client_of(scope) as client:
            for method, path in operations():
                if needed(method, path) == scope and not path.endswith("/stream"):
                    answer = await client.request(method, path.replace("{", "").replace("}", ""))
                    assert answer.status_code not in (401, 403), f"{method} {path} with {scope}"


async def test_an_address_that_is_in_no_table_is_for_the_operator(client_of: ClientOf) -> None:
    async with await client_of(ADMIN) as admin, await client_of(OPERATOR) as operator:
        problem(await admin.get("/v1/no-such-thing"), "forbidden", 403)
        problem(await operator.get("/v1/no-such-thing"), "not-found", 404)


def test_a_rule_ends_where_a_word_ends() -> None:
    assert needed("GET", "/v1/accounts") == needed("GET", "/v1/accounts/main") == OPERATOR
    assert needed("GET", "/v1/account") == "topics:read"
    assert needed("GET", "/v1/accountants") == OPERATOR
    assert needed("POST", "/v1/stories/x:merge") == "stories:write"
    assert needed("GET", "/v1/feeds.opml") == "stories:read"
    assert needed("POST", "/v1/queries:explain") == "stories:read"


def test_scopes_are_checked() -> None:
    assert checked_scopes(["topics:write", "stories:read", "topics:write"]) == ("stories:read", "topics:write")
    for wrong in (["topics"], [], ["stories:read", "everything"]):
        with pytest.raises(Invalid):
            checked_scopes(wrong)
    assert holds([OPERATOR], ADMIN)
    assert not holds([ADMIN], OPERATOR)
    assert not holds([], "stories:read")
