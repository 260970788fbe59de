"""What a story says and on whose word, over HTTP."""

from collections.abc import Sequence

import httpx
import pytest

from consumers.enrich.figures.amounts import figures
from consumers.enrich.people.who import entities
from consumers.enrich.said.attributions import attributions
from service.messages import DateMention, EnrichedArticle, Place
from service.store import Store, Transaction
from tests.api.filing import an_article_to_file, file_story
from tests.api.problem import problem
from tests.builders import minutes

WIRE = (
    "The president has pardoned 52 prisoners, President Alexander Lukashenko said on Monday. They crossed the border "
    "by bus at noon."
)
OWN = (
    "Only 14 prisoners were released on Monday, relatives say. Alexander Lukashenko had promised more. Families "
    "waited at the border all night in the rain."
)
REWRITE = "Lukashenko has pardoned 52 prisoners, BelTA reports. The list of names was not given."
BELARUSIAN = "Вызвалілі 14 палітвязняў. Іх сустракалі сваякі на мяжы ў панядзелак."


def article(path: str, minute: float, text: str, **given: object) -> EnrichedArticle:
    source, language = path.split("/")[0], str(given.get("language", "en"))
    quotes, citations = attributions(text, language)
    cited = tuple(each for each in citations if each.domain != source)
    found = {"figures": figures(text, language), "entities": entities("", text, language)}
    times = {"published_at": minutes(minute), "seen_at": minutes(minute + 1)}
    fields = {"source": source, "content": text, "quotes": quotes, "citations": cited} | found | times
    return an_article_to_file(f"https://{path}", **(fields | given))


@pytest.fixture
async def filed(store: Store) -> None:
    """A story of seven articles on the word of three: an agency with its copies and a rewrite, and two others."""
    wire = article("belta.by/pardon", 0, WIRE, title="Belarus pardons 52 prisoners on Monday")
    copies = [
        article(f"paper{n}.test/pardon", n, WIRE, title="Belarus pardons 52", original_id=wire.article.article_id)
        for n in range(1, 4)
    ]
    rewrite = article("rewrite.test/pardon", 10, REWRITE, title="Lukashenko pardons 52 prisoners")
    own = article(
        "anchor.test/release",
        70,
        OWN,
        title="Fewer prisoners released in Belarus than promised",
        places=(Place(name="Belarus", country="BY"), Place(name="Minsk", country="BY", geoname_id=625144)),
        dates=(DateMention(date="2026-03-14", start=0, end=4),),
    )
    be = article("nasha.test/vyzvalili", 80, BELARUSIAN, title="Вызвалілі 14 палітвязняў", language="be")
    await store.write(file_story, "st_pardon", [wire, *copies, rewrite, own, be])
    lone = article("anchor.test/ferry", 75, "Ferries sail again from Monday.", title="Ferries resume")
    await store.write(file_story, "st_ferry", [lone])


async def shown(client: httpx.AsyncClient, path: str = "") -> dict[str, object]:
    response = await client.get(f"/v1/stories/st_pardon{path}")
    assert response.status_code == 200, response.text
    told: dict[str, object] = response.json()
    return told


async def test_a_story_says_on_whose_word_it_stands(client: httpx.AsyncClient, filed: None) -> None:
    told = await shown(client)
    assert (told["independent"], told["citing"], told["copies"]) == (3, 1, 3)
    corroboration = told["corroboration"]
    assert corroboration["earliest"]["source"] == "belta.by"
    assert [(each["source"], each["articles"]) for each in corroboration["origins"]] == [
        ("belta.by", 5),
        ("anchor.test", 1),
        ("nasha.test", 1),
    ]
    assert told["read"] == {"reports": 7, "texts": 4}


async def test_a_story_has_headlines_and_a_summary_by_language(client: httpx.AsyncClient, filed: None) -> None:
    told = await shown(client)
    assert told["language"] == "en"
    assert told["headline"] == told["headlines"]["en"]
    assert told["headline"]["source"] in ("belta.by", "anchor.test")
    assert told["headlines"]["be"]["title"] == "Вызвалілі 14 палітвязняў"
    texts = [each["text"] for each in told["summary"]["en"]]
    assert 2 <= len(texts) <= 3
    assert all(any(text in whole for whole in (WIRE, OWN, REWRITE)) for text in texts)


async def test_a_story_names_whom_most_voices_name(client: httpx.AsyncClient, filed: None) -> None:
    told = await shown(client)
    first = told["people"][0]
    assert (first["id"], first["name"]) == ("person_alexander-lukashenko", "Alexander Lukashenko")
    assert first["origins"] >= 2
    assert [(each["id"], each["name"]) for each in told["places"]] == [("BY", "Belarus"), ("geo_625144", "Minsk")]


async def test_outlets_that_contradict_each_other_are_shown_across_languages(
    client: httpx.AsyncClient, filed: None
) -> None:
    (found,) = (await shown(client))["contradictions"]
    assert (found["subject"], found["verdict"], found["voices"]) == ("released", "contradiction", 3)
    said = {claim["source"]: (claim["value"], claim["sentence"]) for claim in found["claims"]}
    assert said["anchor.test"] == ("14", "Only 14 prisoners were released on Monday, relatives say.")
    assert said["nasha.test"] == ("14", "Вызвалілі 14 палітвязняў.")
    assert said["belta.by"][0] == "52"


async def test_deleted_articles_are_not_quoted(client: httpx.AsyncClient, store: Store, filed: None) -> None:
    gone = article("anchor.test/release", 70, OWN, title="Gone", revision=1, state="deleted")
    await store.write(file_story, "st_pardon", [gone])
    told = await shown(client)
    assert not any(each["text"] in OWN for each in told["summary"]["en"])
    assert "anchor.test" not in {claim["source"] for number in told["numbers"] for claim in number["claims"]}
    assert told["independent"] == 3


async def test_growth_is_told(client: httpx.AsyncClient, filed: None) -> None:
    told = (await shown(client))["growth"]
    assert set(told) == {"rate", "before", "share", "score", "bursts"}
    assert (told["rate"], told["bursts"]) == (7, True)


async def test_who_had_it_from_whom_is_told(client: httpx.AsyncClient, filed: None) -> None:
    told = await shown(client, "/provenance")
    assert told["first"]["source"] == "belta.by"
    assert told["independent"] == 3
    edges = [(each["source"], each["way"], each["from_source"], each["whole"]) for each in told["edges"]]
    assert edges == [
        *((f"paper{n}.test", "copy", "belta.by", True) for n in range(1, 4)),
        ("rewrite.test", "citation", "belta.by", True),
    ]
    assert told["edges"][3]["cue"] == "reports"
    assert told["edges"][3]["from_article"] == told["first"]["article_id"]


@pytest.mark.parametrize(("query", "articles"), [("", [5, 2]), ("?step=day", [7])])
async def test_a_story_is_told_step_by_step(
    client: httpx.AsyncClient, filed: None, query: str, articles: Sequence[int]
) -> None:
    told = await shown(client, f"/timeline{query}")
    assert [slot["articles"] for slot in told["slots"]] == articles
    assert told["slots"][0]["first_in"]["en"]
    assert told["dates"] == [{"date": "2026-03-14", "articles": 1}]


async def test_all_articles_of_a_story_are_listed(client: httpx.AsyncClient, filed: None) -> None:
    found, cursor = [], ""
    while cursor is not None:
        page = await shown(client, f"/articles?limit=3{'&cursor=' + cursor if cursor else ''}")
        found += [each["source"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert found == [
        "nasha.test",
        "anchor.test",
        "rewrite.test",
        "paper3.test",
        "paper2.test",
        "paper1.test",
        "belta.by",
    ]


@pytest.mark.parametrize("path", ["provenance", "timeline", "articles"])
async def test_the_id_of_a_merged_story_leads_to_what_is_below_its_successor(
    client: httpx.AsyncClient, store: Store, filed: None, path: str
) -> None:
    def merge(tx: Transaction) -> None:
        tx.stories.merge({"st_ferry": "st_pardon"})
        tx.stories.recount(["st_pardon"])

    await store.write(merge)
    assert (await client.get(f"/v1/stories/st_ferry/{path}")).json() == await shown(client, f"/{path}")
    assert "st_none" in problem(await client.get(f"/v1/stories/st_none/{path}"), "not-found", 404)["detail"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("?order=independent", ["st_pardon", "st_ferry"]),
        ("?order=independent&limit=1", ["st_pardon"]),
        ("?independent=2", ["st_pardon"]),
        ("?independent=1&order=newest", ["st_pardon", "st_ferry"]),
        ("?independent=4", []),
    ],
)
async def test_stories_are_found_by_how_many_voices_they_have(
    client: httpx.AsyncClient, filed: None, query: str, ids: Sequence[str]
) -> None:
    told = (await client.get(f"/v1/stories{query}")).json()
    assert [each["id"] for each in told["items"]] == ids
    if told["next_cursor"]:
        rest = (await client.get(f"/v1/stories{query}&cursor={told['next_cursor']}")).json()
        assert [each["id"] for each in rest["items"]] == ["st_ferry"]


@pytest.mark.parametrize("query", ["?independent=-1", "?independent=many", "?order=loudest"])
async def test_what_cannot_be_counted_is_refused(client: httpx.AsyncClient, query: str) -> None:
    problem(await client.get(f"/v1/stories{query}"), "invalid", 422)


async def test_a_story_without_texts_is_shown_all_the_same(client: httpx.AsyncClient, store: Store) -> None:
    await store.write(file_story, "st_pardon", [article("anchor.test/empty", 0, "", title="", published_at=None)])
    told = await shown(client)
    assert (told["headline"], told["summary"], told["numbers"], told["people"]) == (None, {}, [], [])
    assert told["independent"] == 1


async def test_a_story_is_a_page_for_people_that_does_nothing(client: httpx.AsyncClient, store: Store) -> None:
    hostile = "<script>alert(1)</script> & <b>52 prisoners</b> were released on Monday in the town."
    told = [
        article("anchor.test/a", 0, hostile, title="<img src=x onerror=alert(2)>"),
        article(
            "other.test/b", 5, "Only 14 prisoners were released on Monday, say <i>relatives</i>.", title="Few freed"
        ),
    ]
    await store.write(file_story, "st_pardon", told)
    shown = await client.get("/v1/stories/st_pardon", headers={"accept": "text/html,*/*;q=0.8"})
    assert shown.headers["content-type"].startswith("text/html")
    assert shown.headers["content-location"] == "/v1/stories/st_pardon"
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    page = shown.text
    assert not any(tag in page for tag in ("<script", "<img", "<b>", "<i>"))
    assert "Contradiction: released" in page
    assert "On the word of 2 voices" in page
    assert "&lt;b&gt;52 prisoners" in page


async def test_an_empty_story_is_a_page_too(client: httpx.AsyncClient, store: Store) -> None:
    await store.write(file_story, "st_pardon", [article("anchor.test/empty", 0, "", title="")])
    assert "<h1" in (await client.get("/v1/stories/st_pardon", headers={"accept": "text/html"})).text
