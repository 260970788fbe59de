"""Articles over HTTP: listed, shown, looked up, pushed in."""

from collections.abc import Sequence
from urllib.parse import quote

import httpx
import pytest

from service.broker import Broker
from service.messages import Place, RawArticle
from service.store import Store
from service.streams import RAW
from service.urls import article_id
from tests.api.filing import an_article_to_file, file_story
from tests.api.problem import problem
from tests.builders import minutes
from tests.clock import SetClock

FERRY = "https://harbour-gazette.com/ferry"


@pytest.fixture
async def filed(store: Store) -> None:
    await file_four(store)


async def file_four(store: Store, **given: object) -> None:
    """Four articles of two stories."""
    given |= {"seen_at": minutes(10)}
    gazette, oar, posten = "harbour-gazette.com", "anchor-oar.com", "fjordposten.com"
    named = {"source": gazette, "published_at": minutes(1), "countries": ("NO", "SE")}
    first = an_article_to_file(FERRY, title="Ferry resumes", **named, **given)
    copied = {"kind": "copy", "original_id": article_id(FERRY), "countries": ("NO",)}
    copied |= {"source": oar, "published_at": minutes(2)}
    copy = an_article_to_file(f"https://{oar}/ferry", title="Ferry resumes, too", **copied, **given)
    posted = {"source": posten, "language": "no", "published_at": minutes(3)}
    other = an_article_to_file(f"https://{posten}/ferje", title="Ferjen går igjen", **posted, **given)
    told = {"source": gazette, "title": "Storm ends", "published_at": minutes(0)}
    storm = [an_article_to_file(f"https://{gazette}/storm", **told, **given)]
    ferry = [first, copy, other]
    storm = [
        an_article_to_file(
            f"https://{gazette}/storm", title="Storm ends", source=gazette, published_at=minutes(0), **given
        )
    ]
    await store.write(file_story, "st_ferry", ferry)
    await store.write(file_story, "st_storm", storm)


async def addresses(client: httpx.AsyncClient, query: str = "") -> Sequence[str]:
    response = await client.get(f"/v1/articles{query}")
    assert response.status_code == 200, response.text
    return [article["url"].split("/", 2)[2] for article in response.json()["items"]]


EVERY = ["fjordposten.com/ferje", "anchor-oar.com/ferry", "harbour-gazette.com/ferry", "harbour-gazette.com/storm"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", [0, 1, 2, 3]),
        ("?language=no", [0]),
        ("?country=NO", [1, 2]),
        ("?country=SE", [2]),
        ("?source=harbour-gazette.com", [2, 3]),
        ("?story=st_ferry", [0, 1, 2]),
        ("?story=none", []),
        ("?since=2026-03-14T09:02:00Z", [0, 1]),
        ("?until=2026-03-14T09:02:00Z", [2, 3]),
        ("?since=2026-03-14T10:01:00%2B01:00&until=2026-03-14T09:02:00Z", [2]),
        ("?source=harbour-gazette.com&country=NO", [2]),
        ("?language=en&country=NO&source=fjordposten.com", []),
    ],
)
async def test_articles_pass_every_filter_newest_first(
    client: httpx.AsyncClient, filed: None, query: str, shown: Sequence[int]
) -> None:
    assert await addresses(client, query) == [EVERY[n] for n in shown]


@pytest.mark.parametrize(
    ("q", "query", "shown"),
    [
        ("ferries", "", [1, 2]),
        ("storm", "", [3]),
        ("ferry OR ferje", "", [0, 1, 2]),
        ("ferry OR ferje", "&language=no", [0]),
        ('"ferry resumes" AND NOT source:anchor-oar.com', "", [2]),
        ("ferry", "&story=st_storm", []),
        ("zeppelin", "", []),
    ],
)
async def test_articles_are_found_by_what_they_say(
    client: httpx.AsyncClient, store: Store, q: str, query: str, shown: Sequence[int]
) -> None:
    await file_four(store, text="Nothing else.")
    assert await addresses(client, f"?q={quote(q)}{query}") == [EVERY[n] for n in shown]
    paged = await client.get(f"/v1/articles?q={quote(q)}{query}&limit=1")
    if len(shown) > 1:
        following = await client.get(paged.headers["link"].split(">")[0][1:])
        assert following.json()["items"][0]["url"] == f"https://{EVERY[shown[1]]}"


async def test_an_article_is_shown_whole(client: httpx.AsyncClient, store: Store) -> None:
    first = an_article_to_file(
        FERRY,
        title="Ferry resumes",
        text="The ferry resumes.",
        countries=("NO", "SE"),
        places=(Place("Norway", "NO"), Place("Bodø", "NO", 3160881, 2)),
        keywords=("ferry",),
        enrichers={"places": "1"},
    )
    again = an_article_to_file(FERRY, title="Ferry delayed", text="The ferry is late.", kind="revision", revision=1)
    copy = an_article_to_file("https://anchor-oar.com/f", kind="copy", original_id=article_id(FERRY))
    await store.write(file_story, "st_ferry", [first, again, copy])
    told = (await client.get(f"/v1/articles/{article_id(FERRY)}")).json()
    assert (told["title"], told["revision"], told["story_id"]) == ("Ferry delayed", 1, "st_ferry")
    assert [each["title"] for each in told["revisions"]] == ["Ferry resumes", "Ferry delayed"]
    assert [each["text"] for each in told["revisions"]] == ["The ferry resumes.", "The ferry is late."]
    assert [hop["stage"] for hop in told["revisions"][0]["hops"]] == ["poll", "dedupe", "enrich"]
    (shown,) = told["copies"]
    assert (shown["url"], shown["kind"]) == ("https://anchor-oar.com/f", "copy")
    assert told["original_id"] is None
    shown = (await client.get(f"/v1/articles/{shown['id']}")).json()
    assert (shown["original_id"], shown["copies"]) == (article_id(FERRY), [])


async def test_an_article_shows_what_was_found_in_it(client: httpx.AsyncClient, store: Store) -> None:
    places = (Place("Bodø", "NO", 3160881, 2), Place("Sweden", "SE"))
    article = an_article_to_file(FERRY, countries=("SE", "NO"), places=places, enrichers={"places": "1"})
    await store.write(file_story, "st_ferry", [article])
    told = (await client.get(f"/v1/articles/{article_id(FERRY)}")).json()
    place = {"name": "Bodø", "country": "NO", "region": None, "geoname_id": 3160881, "count": 2, "metonym": False}
    assert told["places"][0] == place
    assert told["countries"] == ["SE", "NO"]
    assert told["enrichers"] == {"places": "1"}


async def test_an_article_is_looked_up_by_its_address_in_any_form(client: httpx.AsyncClient, filed: None) -> None:
    address = "HTTP://Harbour-Gazette.com:80/ferry?utm_source=newsletter#top"
    found = await client.get("/v1/articles/lookup", params={"url": address})
    assert found.json()["url"] == FERRY
    response = await client.get("/v1/articles/lookup", params={"url": "https://harbour-gazette.com/none"})
    assert "https://harbour-gazette.com/none" in problem(response, "not-found", 404)["detail"]
    problem(await client.get("/v1/articles/lookup", params={"url": "mailto:x"}), "invalid", 422)
    problem(await client.get("/v1/articles/lookup"), "invalid", 422)
    problem(await client.get("/v1/articles/none"), "not-found", 404)


async def pushed(broker: Broker) -> list[RawArticle]:
    async with broker.reader(RAW.name, "tests") as reader:
        return [RAW.decode(record) for record in await reader.read(10, 0)]


async def test_an_article_is_pushed_in(client: httpx.AsyncClient, embedded_broker: Broker, clock: SetClock) -> None:
    given = {
        "url": "https://Harbour-Gazette.com/ferry?utm_source=x",
        "title": " Ferry resumes ",
        "text": "The ferry resumes.\n\nTomorrow.",
        "summary": "It resumes.",
        "author": "A. Skipper",
        "language": "en",
        "published_at": "2026-03-14T10:00:00+01:00",
        "external_id": "guid-7",
        "lane": "backfill",
    }
    response = await client.post("/v1/articles", json=given)
    assert response.status_code == 202
    assert response.json() == {"id": article_id(FERRY), "url": FERRY}
    (raw,) = await pushed(embedded_broker)
    assert (raw.url, raw.link, raw.source) == (FERRY, given["url"], "harbour-gazette.com")
    assert (raw.title, raw.content, raw.summary) == ("Ferry resumes", given["text"], "It resumes.")
    assert (raw.author, raw.language, raw.external_id) == ("A. Skipper", "en", "guid-7")
    assert (raw.published_at, raw.seen_at, raw.lane) == (clock(), clock(), "backfill")
    assert [(hop.stage, hop.outcome) for hop in raw.hops] == [("push", "accepted")]


async def test_the_least_that_can_be_pushed_in(client: httpx.AsyncClient, embedded_broker: Broker) -> None:
    given = {"url": FERRY, "title": "Ferry", "content": "By its other name.", "source": "elsewhere"}
    assert (await client.post("/v1/articles", json=given)).status_code == 202
    (raw,) = await pushed(embedded_broker)
    assert (raw.content, raw.source, raw.language, raw.lane) == ("By its other name.", "elsewhere", "", "live")
