"""Figures, dates and subjects of articles, as the API shows them."""

import httpx

from service.messages import DateMention, Figure, MediaTopic
from service.store import Store
from service.urls import article_id
from tests.api.filing import an_article_to_file, file_story

FERRY = "https://harbour-gazette.test/ferry"


async def test_an_article_shows_its_figures_dates_and_subjects(client: httpx.AsyncClient, store: Store) -> None:
    article = an_article_to_file(
        FERRY,
        figures=(
            Figure(value="1300", counts="prisoners", bound="least", start=4, end=9),
            Figure(value="3.5", unit="EUR", start=20, end=29),
        ),
        dates=(DateMention(date="2026-11", start=30, end=43),),
        topics=(MediaTopic(id="medtop:20000065", confidence=0.9, name="civil unrest"),),
    )
    await store.write(file_story, "st_ferry", [article])
    told = (await client.get(f"/v1/articles/{article_id(FERRY)}")).json()
    prisoners, euros = told["figures"]
    assert prisoners == {
        "value": "1300", "unit": None, "counts": "prisoners", "bound": "least", "start": 4, "end": 9
    }  # fmt: skip
    assert (euros["unit"], euros["counts"], euros["bound"]) == ("EUR", None, None)
    assert told["dates"] == [{"date": "2026-11", "start": 30, "end": 43}]
    assert told["topics"] == [{"id": "medtop:20000065", "name": "civil unrest", "confidence": 0.9}]


async def test_an_article_without_facts_says_so(client: httpx.AsyncClient, store: Store) -> None:
    await store.write(file_story, "st_ferry", [an_article_to_file(FERRY)])
    told = (await client.get(f"/v1/articles/{article_id(FERRY)}")).json()
    assert told["figures"] == told["dates"] == told["topics"] == []
