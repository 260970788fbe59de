"""Articles pushed in: one, or by the batch, by address or by the source's own id."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from consumers.dedupe import Dedupe
from consumers.runner import Received
from service.api.problems import DOCS
from service.broker import Broker
from service.messages import RawArticle
from service.settings import DedupeSettings, Settings
from service.store import Store
from service.streams import RAW
from service.urls import article_id
from tests.api.filing import an_article_to_file, file_story
from tests.api.problem import problem
from tests.builders import TEXT
from tests.stores import sqlite_only

store = sqlite_only

FERRY = "https://harbour-gazette.com/ferry"
GAZETTE = "harbour-gazette.com"


@pytest.fixture
def settings() -> Settings:
    return Settings(api={"body_bytes": 20_000, "batch_bytes": 5_000_000})


async def pushed(broker: Broker, most: int = 1000) -> list[RawArticle]:
    async with broker.reader(RAW.name, "tests") as reader:
        return [RAW.decode(record) for record in await reader.read(most, 0)]


def an_article_given(**given: Any) -> dict[str, Any]:
    return {"url": FERRY, "title": "Ferry resumes"} | given


async def test_an_article_may_be_known_by_its_sources_id_alone(
    client: httpx.AsyncClient, embedded_broker: Broker
) -> None:
    given = {"title": "Ferry resumes", "source": GAZETTE, "external_id": "2026/417", "text": "It resumes."}
    answer = await client.post("/v1/articles", json=given)
    assert answer.status_code == 202
    (raw,) = await pushed(embedded_broker)
    assert raw.url == answer.json()["url"]
    assert raw.url.startswith(f"https://{GAZETTE}/#external-")
    assert answer.json()["id"] == article_id(raw.url)
    assert (raw.source, raw.external_id, raw.identity, raw.link, raw.complete) == (
        GAZETTE,
        "2026/417",
        "guid",
        "",
        True,
    )


async def test_made_addresses_differ_as_sources_and_ids_do(client: httpx.AsyncClient) -> None:
    names = [
        ("a.com", "1"),
        ("a.com", "2"),
        ("a.com", "1 "),
        ("b.com", "1"),
        ("a", "com\n1"),
        ("a/b", "1"),
        ("a", "b/1"),
    ]
    names += [("Газета", "1"), ("A.com", "1"), ("a.com:80", "1"), ("[::1", "1"), ("a#b?c", "é")]
    found = {}
    for source, external_id in names:
        given = {"title": "x", "source": source, "external_id": external_id}
        answer = await client.post("/v1/articles", json=given)
        assert answer.status_code == 202, answer.text
        found[source, external_id.strip()] = answer.json()["url"]
    assert len(set(found.values())) == len(found) == len(names) - 1
    assert all(url.isascii() and url.count("#") == 1 and len(url) < 300 for url in found.values())


@pytest.mark.parametrize("given", [{"title": "x"}, {"title": "x", "source": "a"}, {"title": "x", "external_id": "1"}])
async def test_an_article_that_nothing_can_know_is_refused(client: httpx.AsyncClient, given: dict[str, str]) -> None:
    told = problem(await client.post("/v1/articles", json=given), "invalid", 422)
    assert told["errors"][0]["pointer"] == "/url"


async def test_an_article_is_handed_on_whole(client: httpx.AsyncClient, embedded_broker: Broker) -> None:
    given = an_article_given(
        html='<p>It <b onclick="x()">resumes</b>.</p><script>alert(1)</script><p>Today.</p>',
        image="https://harbour-gazette.com/ferry.jpg?w=900",
        published_at="2026-03-14T09:30:00Z",
        published_precision="minute",
        complete=True,
        lane="backfill",
    )
    assert (await client.post("/v1/articles", json=given)).status_code == 202
    (raw,) = await pushed(embedded_broker)
    assert raw.html == "<p>It <b>resumes</b>.</p><p>Today.</p>"
    assert raw.content == "It resumes.\nToday."
    assert (raw.image, raw.published_precision, raw.complete, raw.lane) == (
        given["image"],
        "minute",
        True,
        "backfill",
    )
    assert (raw.identity, raw.external_id) == ("auto", "")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"image": "javascript:alert(1)"}, "/image"),
        ({"published_precision": "about"}, "/published_precision"),
        ({"published_at": "yesterday"}, "/published_at"),
        ({"lane": "fast"}, "/lane"),
        ({"external_id": "x" * 501}, "/external_id"),
        ({"url": "ftp://a.com/x"}, "/url"),
        ({"title": "  "}, "/title"),
        ({"text": "\x00"}, "/text"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_what_is_wrong_is_named_alone_and_in_a_batch(
    client: httpx.AsyncClient, wrong: dict[str, str], pointer: str
) -> None:
    alone = problem(await client.post("/v1/articles", json=an_article_given(**wrong)), "invalid", 422)
    batch = await client.post("/v1/articles:batch", json={"articles": [an_article_given(**wrong)]})
    (entry,) = batch.json()["articles"]
    for told in (alone, entry["problem"]):
        assert [fault["pointer"] for fault in told["errors"]] == [pointer]
        assert (told["type"], told["status"]) == (DOCS + "invalid", 422)
        assert told["instance"]
        assert told["detail"]


GOOD = [an_article_given(url=f"{FERRY}/{n}", title=f"Ferry {n}") for n in range(3)]


def as_json(articles: Sequence[Any]) -> dict[str, Any]:
    return {
        "content": json.dumps({"articles": articles}),
        "headers": {"Content-Type": "application/json; charset=utf-8"},
    }


def as_lines(articles: Sequence[Any]) -> dict[str, Any]:
    lines = "\r\n".join(map(json.dumps, articles)) + "\n\n"
    return {"content": lines, "headers": {"Content-Type": "application/x-ndjson"}}


@pytest.mark.parametrize("written", [as_json, as_lines])
async def test_in_a_batch_a_bad_article_costs_no_other(
    client: httpx.AsyncClient, embedded_broker: Broker, written: Any
) -> None:
    known = {"title": "By id", "source": GAZETTE, "external_id": "7", "lane": "backfill"}
    articles = [GOOD[0], {"title": ""}, GOOD[1], "text", None, ["x"], known, GOOD[2]]
    answer = await client.post("/v1/articles:batch", **written(articles))
    assert answer.status_code == 202, answer.text
    report = answer.json()
    assert (report["accepted"], report["refused"]) == (4, 4)
    assert [entry["index"] for entry in report["articles"]] == list(range(8))
    assert [entry["status"] for entry in report["articles"]] == [202, 422, 202, 422, 422, 422, 202, 202]
    raws = await pushed(embedded_broker)
    assert [raw.title for raw in raws] == ["Ferry 0", "Ferry 1", "By id", "Ferry 2"]
    assert [raw.lane for raw in raws] == ["live", "live", "backfill", "live"]
    accepted = [entry for entry in report["articles"] if entry["status"] == 202]
    assert [(entry["id"], entry["url"]) for entry in accepted] == [(article_id(raw.url), raw.url) for raw in raws]
    assert [entry["external_id"] for entry in accepted] == [None, None, "7", None]
    assert all((entry["problem"] is None) == (entry["id"] is not None) for entry in report["articles"])


async def test_a_line_that_is_no_json_costs_no_other(client: httpx.AsyncClient, embedded_broker: Broker) -> None:
    body = b'{"title": \n' + json.dumps(GOOD[0]).encode() + b'\n\xff\xfe\n{"title": "\\ud800", "url": "https://a.com/"}'
    answer = await client.post("/v1/articles:batch", content=body, headers={"Content-Type": "application/x-ndjson"})
    assert [entry["status"] for entry in answer.json()["articles"]] == [422, 202, 422, 422]
    assert "not JSON" in answer.json()["articles"][0]["problem"]["errors"][0]["detail"]
    assert len(await pushed(embedded_broker)) == 1


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", "null", '"x"', '{"articles": {}}', '{"articles": [], "more": 1}', "{" * 5000, '{"articles": ['],
)
async def test_what_is_no_batch_is_refused_as_a_whole(client: httpx.AsyncClient, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    problem(await client.post("/v1/articles:batch", content=body, headers=headers), "invalid", 422)


async def test_an_empty_batch_is_a_batch(client: httpx.AsyncClient) -> None:
    empty = {"accepted": 0, "refused": 0, "articles": []}
    assert (await client.post("/v1/articles:batch", json={"articles": []})).json() == empty
    lines = await client.post("/v1/articles:batch", content=b"\n \n", headers={"Content-Type": "application/x-ndjson"})
    assert lines.json() == empty


async def test_a_batch_has_its_limits(client: httpx.AsyncClient, embedded_broker: Broker) -> None:
    told = problem(await client.post("/v1/articles:batch", **as_json(GOOD[:1] * 501)), "invalid", 422)
    assert "501" in told["detail"]
    problem(await client.post("/v1/articles:batch", content=b"x" * 5_000_001), "too-large", 413)
    problem(await client.post("/v1/articles:batch", content=b"x"), "unsupported-media-type", 415)
    assert (await client.put("/v1/articles:batch")).status_code == 405
    assert await pushed(embedded_broker) == []


async def test_an_article_too_large_for_a_record_is_refused_alone(
    client: httpx.AsyncClient, embedded_broker: Broker
) -> None:
    huge = an_article_given(text="\U0001f6a2" * 500_000, html="<p>" + "\U0001f6a2" * 600_000)
    answer = await client.post(
        "/v1/articles:batch",
        content=json.dumps({"articles": [huge, GOOD[0]]}, ensure_ascii=False),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 202, answer.text
    first, second = answer.json()["articles"]
    assert (first["status"], second["status"]) == (422, 202)
    assert "too large" in first["problem"]["detail"]
    assert len(await pushed(embedded_broker)) == 1


async def test_a_batch_needs_a_key(stranger: httpx.AsyncClient) -> None:
    problem(await stranger.post("/v1/articles:batch", json={"articles": []}), "unauthorised", 401)


async def outcomes(broker: Broker, store: Store) -> list[tuple[str, str, int]]:
    """What dedupe says of everything on the stream: outcome, article and revision."""
    async with broker.reader(RAW.name, "dedupe") as reader:
        records = await reader.read(1000, 0)
    batch = [Received(RAW.decode(record), record.position) for record in records]
    found = await Dedupe(store, DedupeSettings())(batch)
    return [
        (each.label, each.messages[0].article_id, each.messages[0].revision) if each.messages else (each.label, "", 0)
        for each in found
    ]


async def test_the_same_id_again_is_a_repeat_or_a_revision_wherever_it_is(
    client: httpx.AsyncClient, embedded_broker: Broker, store: Store
) -> None:
    def told(**given: Any) -> dict[str, Any]:
        return {"title": "Ferry resumes", "text": TEXT, "source": GAZETTE, "external_id": "417"} | given

    articles = [
        told(url=FERRY),
        told(url=FERRY),
        told(url=f"{FERRY}/moved", text=TEXT + " Tickets are sold at the pier, the operator said on Sunday."),
        told(text=TEXT + " All ferries are cancelled again because of another storm, the operator said."),
        told(external_id="418", url=f"{FERRY}/other", text="Something else happened, and nobody was hurt by it."),
        told(source="elsewhere.com", url="https://elsewhere.com/417", text="Elsewhere, the number was another one's."),
    ]
    answer = await client.post("/v1/articles:batch", json={"articles": articles})
    assert answer.json()["accepted"] == 6
    found = await outcomes(embedded_broker, store)
    first = article_id(FERRY)
    assert [label for label, *_ in found] == ["new", "repeat", "revision", "revision", "new", "new"]
    assert [found[2][1:], found[3][1:]] == [(first, 1), (first, 2)]
    assert len({article for _, article, _ in found if article}) == 3


async def test_an_article_is_looked_up_by_its_sources_id(client: httpx.AsyncClient, store: Store) -> None:
    await store.write(file_story, "st_1", [an_article_to_file(FERRY, title="Ferry", source=GAZETTE)])
    await store.write(lambda tx: tx.identities.add({(GAZETTE, "4/17"): article_id(FERRY)}))
    found = await client.get("/v1/articles/lookup", params={"source": GAZETTE, "external_id": "4/17"})
    assert found.json()["url"] == FERRY
    other = await client.get("/v1/articles/lookup", params={"source": GAZETTE, "external_id": "4/18"})
    assert "4/18" in problem(other, "not-found", 404)["detail"]
    problem(await client.get("/v1/articles/lookup", params={"source": GAZETTE}), "invalid", 422)
    problem(await client.get("/v1/articles/lookup", params={"external_id": "x"}), "invalid", 422)


async def test_an_article_is_looked_up_by_an_address_that_was_made(client: httpx.AsyncClient, store: Store) -> None:
    made = f"https://{GAZETTE}/#external-0123456789abcdef0123456789abcdef"
    await store.write(file_story, "st_1", [an_article_to_file(made, title="Ferry", source=GAZETTE)])
    assert (await client.get("/v1/articles/lookup", params={"url": made})).json()["url"] == made
    problem(await client.get("/v1/articles/lookup", params={"url": f"https://{GAZETTE}/"}), "not-found", 404)


async def test_batches_at_once_are_all_kept(client: httpx.AsyncClient, embedded_broker: Broker) -> None:
    batches = [[an_article_given(url=f"{FERRY}/{n}/{m}") for m in range(20)] for n in range(10)]
    answers = await asyncio.gather(*(client.post("/v1/articles:batch", **as_lines(batch)) for batch in batches))
    assert [answer.json()["accepted"] for answer in answers] == [20] * 10
    assert len({raw.url for raw in await pushed(embedded_broker)}) == 200
