"""What is refused before any database is asked: filters, fields and addresses that cannot be."""

from base64 import b64encode

import httpx
import pytest

from service.broker import Broker
from tests.api.problem import problem
from tests.api.test_articles import FERRY, pushed
from tests.api.test_feeds import OPML
from tests.api.test_topics import INBOX, make
from tests.stores import sqlite_only

store = sqlite_only


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?language=english", "/language"),
        ("?country=no", "/country"),
        ("?since=yesterday", "/since"),
        ("?since=2026-03-14", "/since"),
        ("?since=2026-03-14T09:00:00", "/since"),
        ("?since=1700000000", "/since"),
        ("?until=0001-01-01T00:00:00%2B14:00", "/until"),
        ("?source=a%00b", "/source"),
        ("?limit=0", "/limit"),
        ("?limit=many", "/limit"),
        ("?q=", "/q"),
    ],
)
async def test_a_filter_that_cannot_be_is_refused(client: httpx.AsyncClient, query: str, field: str) -> None:
    told = problem(await client.get(f"/v1/articles{query}"), "invalid", 422)
    assert told["errors"][0] | {"detail": ""} == {"in": "query", "pointer": field, "detail": ""}


async def test_a_query_that_does_not_parse_points_at_the_parameter(client: httpx.AsyncClient) -> None:
    for path in ("/v1/articles", "/v1/stories"):
        told = problem(await client.get(path, params={"q": "(ferry"}), "query-syntax", 422)
        assert (told["errors"][0]["in"], told["errors"][0]["pointer"]) == ("query", "/q")
        assert told["column"] >= 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "mailto:skipper@harbour-gazette.com"}, "/url"),
        ({"url": "https://u:p@harbour-gazette.com/"}, "/url"),
        ({"url": ""}, "/url"),
        ({"title": "  "}, "/title"),
        ({"title": "a\0b"}, "/title"),
        ({"title": 7}, "/title"),
        ({"language": "English"}, "/language"),
        ({"published_at": "14 March"}, "/published_at"),
        ({"published_at": "2026-03-14T09:00:00"}, "/published_at"),
        ({"published_at": 1700000000}, "/published_at"),
        ({"published_at": "2026-13-14T09:00:00Z"}, "/published_at"),
        ({"lane": "express"}, "/lane"),
        ({"source": "a b"}, "/source"),
        ({"text": ["x"]}, "/text"),
        ({"headline": "x"}, "/headline"),
    ],
)
async def test_what_cannot_be_an_article_is_refused(
    client: httpx.AsyncClient, embedded_broker: Broker, change: dict[str, object], field: str
) -> None:
    response = await client.post("/v1/articles", json={"url": FERRY, "title": "Ferry"} | change)
    told = problem(response, "invalid", 422)
    assert told["errors"][0]["pointer"] == field
    assert await pushed(embedded_broker) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/feed",
        "http://[::1]/feed",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/feed",
        "ftp://harbour-gazette.com/feed",
        "file:///etc/passwd",
        "https://user:secret@harbour-gazette.com/feed",
        "https://harbour-gazette.com:25/feed",
        "not an address",
    ],
)
async def test_an_unsafe_address_is_refused_and_said_why(client: httpx.AsyncClient, url: str) -> None:
    told = problem(await client.post("/v1/feeds", json={"url": url}), "unsafe-address", 422)
    assert told["errors"][0]["pointer"] == "/url"
    assert "secret" not in told["detail"]


@pytest.mark.parametrize(
    "document",
    [
        "",
        "no xml",
        "<html/>",
        "<opml><body><outline></opml>",
        '<!DOCTYPE opml [<!ENTITY a "aaaa">]><opml>&a;</opml>',
        '<?xml version="1.0" encoding="no-such"?><opml/>',
    ],
)
async def test_what_is_no_opml_is_refused(client: httpx.AsyncClient, document: str) -> None:
    response = await client.post("/v1/feeds/opml", content=document, headers={"Content-Type": "text/xml"})
    problem(response, "invalid", 422)


async def test_opml_must_say_that_it_is_xml(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/feeds/opml", content=OPML, headers={"Content-Type": "text/html"})
    problem(response, "unsupported-media-type", 415)


async def test_a_path_that_names_nothing_sensible_is_refused(client: httpx.AsyncClient) -> None:
    for path in ("/v1/feeds/a%00b", "/v1/feeds/" + "x" * 65, "/v1/feeds/a%20b"):
        problem(await client.get(path), "invalid", 422)


@pytest.mark.parametrize(
    "given",
    [
        {"name": "", "query": "ferry"},
        {"name": "  ", "query": "ferry"},
        {"name": "a" * 201, "query": "ferry"},
        {"name": "a\0b", "query": "ferry"},
        {"name": "a", "query": "ferry", "enabled": 1},
        {"name": 1, "query": "ferry"},
        {"name": "a", "query": " "},
    ],
)
async def test_a_topic_that_cannot_be_is_refused(client: httpx.AsyncClient, given: dict[str, object]) -> None:
    problem(await client.post("/v1/topics", json=given), "invalid", 422)


@pytest.mark.parametrize(
    "secret",
    [
        "whsec_" + b64encode(bytes(23)).decode(),
        "whsec_" + b64encode(bytes(65)).decode(),
        "whsec_AAAAA",
        "whsec_!",
        "geheim",
        "",
    ],
)
async def test_a_secret_of_another_form_is_refused_and_not_repeated(client: httpx.AsyncClient, secret: str) -> None:
    response = await client.post("/v1/endpoints", json={"url": INBOX, "secret": secret})
    told = problem(response, "invalid", 422)
    assert told["errors"][0]["pointer"] == "/secret"
    assert not secret or secret not in told["detail"]


@pytest.mark.parametrize("url", ["http://10.0.0.7/inbox", "https://u:p@reader.com/", "gopher://reader.com"])
async def test_an_endpoint_at_an_unsafe_address_is_refused(client: httpx.AsyncClient, url: str) -> None:
    problem(await client.post("/v1/endpoints", json={"url": url}), "unsafe-address", 422)
    made = await make(client, "/v1/endpoints", url=INBOX)
    problem(await client.patch(f"/v1/endpoints/{made['id']}", json={"url": url}), "unsafe-address", 422)


@pytest.mark.parametrize("query", ["?order=oldest", "?story=st_ferry", "?country=Norway"])
async def test_a_filter_of_stories_that_cannot_be_is_refused(client: httpx.AsyncClient, query: str) -> None:
    problem(await client.get(f"/v1/stories{query}"), "invalid", 422)


@pytest.mark.parametrize("cursor", ["x", "%00", "a" * 512, "%C3%A9", "=", "bnVsbA"])
async def test_a_made_up_cursor_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    for path in ("feeds", "articles", "stories", "topics", "endpoints", "subscriptions", "alerts", "deliveries"):
        problem(await client.get(f"/v1/{path}?cursor={cursor}"), "invalid-cursor", 400)
    problem(await client.get(f"/v1/feeds?cursor={'a' * 513}"), "invalid", 422)


@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        ("application/json", True),
        ("*/*", True),
        ("application/*;q=0.5", True),
        ("text/html, application/json;q=0.1", True),
        ("text/html,application/xhtml+xml,*/*; q=0.8", True),
        ("", True),
        ("image/png", False),
        ("text/html", False),
        ("application/json;q=0", False),
        ("*/*;q=0.0", False),
        (",;,", False),
    ],
)
async def test_an_answer_in_no_form_that_is_taken_is_refused(
    client: httpx.AsyncClient, accept: str, taken: bool
) -> None:
    response = await client.get("/v1/topics", headers={"Accept": accept})
    if taken:
        assert response.status_code == 200
    else:
        problem(response, "not-acceptable", 406)
