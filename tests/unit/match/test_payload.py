"""What an alert says fits, however much there is to say, and says what is missing."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.match.fitting import MOST_BYTES, SIZES, Cut, fitted
from consumers.match.payload import Said, Waited, WaitedFor, payload
from consumers.match.storied import Storied
from service.api.schemas.webhook_alerts import AlertPayload
from service.messages import EnrichedArticle, Entity, Figure, Place
from service.query import Found
from service.story import Report, Told, corroboration, portrait
from tests.builders import NOW, a_story, a_topic, an_enriched_article, minutes

CONTROL = "\x01"
"""Takes six bytes in JSON."""


def a_huge_story(articles: int, length: int, sign: str) -> Storied:
    """Everything about it is long and there is much of it."""
    word = sign * length
    reports, told = [], []
    for number in range(articles):
        id, language = f"article {number}", f"l{number % 40}"
        reports.append(
            Report(
                id,
                f"{word}{number}.test",
                minutes(number),
                language=language,
                title=f"{word} {number}",
                published_at=minutes(number),
            )
        )
        people = tuple(
            Entity(id=f"person_{word}{n}", kind="person", name=f"{word} {n}", forms=(word,)) for n in range(12)
        )
        figures = tuple(
            Figure(value=str(number + n), counts=f"{word}{n}", start=10 * n, end=10 * n + 3) for n in range(12)
        )
        text = f"{word} released 52 prisoners. " * 20
        told.append(Told(id, language, text, figures, people))
    found = corroboration(reports)
    languages = tuple(dict.fromkeys(each.language for each in reports))
    story = a_story(title=word, languages=languages, countries=tuple(f"C{n}" for n in range(articles)))
    return Storied(story, portrait(reports, told, found), tuple(each.source for each in reports))


def an_alert(storied: Storied, article: EnrichedArticle, reasons: int, word: str) -> dict[str, Any]:
    found = tuple(Found(word, "body", 3 * n, 3 * n + len(word), word) for n in range(reasons))
    waited = Waited(NOW, tuple(WaitedFor(f"sources>={n}", "1", "3") for n in range(reasons)))
    topic = a_topic(name=word or "name", query=word or "query")
    return payload(Said(topic, storied, article, found, NOW, waited))


@settings(max_examples=15)
@given(
    articles=st.sampled_from([0, 1, 3, 40]),
    length=st.sampled_from([1, 30, 700]),
    sign=st.sampled_from(["x", "Ж", "語", CONTROL, "\U0001f600"]),
    reasons=st.sampled_from([0, 1, 400]),
)
def test_it_fits_however_much_there_is_and_is_what_the_api_describes(
    articles: int, length: int, sign: str, reasons: int
) -> None:
    storied, word = a_huge_story(articles, length, sign), sign * length
    article = an_enriched_article(
        title=word, content=word * 9, url=f"https://a.test/{'y' * 10 * length}", countries=("BY",) * reasons
    )
    said = an_alert(storied, article, reasons, word)
    assert len(msgspec.json.encode(said)) <= MOST_BYTES
    read = AlertPayload.model_validate(said)
    cut = len(read.reasons) < reasons or "…" in msgspec.json.encode(said).decode()
    assert read.truncated >= cut
    assert reasons == len(read.reasons) + read.left_out.get("reasons", 0)
    assert len(storied.sources) == len(read.story.source_names) + read.left_out.get("source_names", 0)


def test_what_fits_is_whole() -> None:
    article = an_enriched_article(title="Belarus frees 52 prisoners", places=(Place("Belarus", "BY"),))
    said = an_alert(a_huge_story(1, 3, "x"), article, 1, "Belarus")
    assert (said["truncated"], said["left_out"]) == (False, {})
    assert said["article"]["title"] == "Belarus frees 52 prisoners"


def test_half_an_address_is_not_told() -> None:
    cut = Cut(SIZES[-1])
    assert cut.address("https://a.test/") == ""
    assert cut.truncated


def test_what_cannot_be_said_at_all_is_an_error() -> None:
    with pytest.raises(ValueError, match="cannot be said in 10 bytes"):
        fitted(lambda cut: {"text": cut.text("x" * 20)}, 10)


def test_as_little_is_cut_as_must_be() -> None:
    said = fitted(lambda cut: {"texts": [cut.text(each) for each in cut.some("texts", ["x" * 250] * 18)]}, 4000)
    assert said["left_out"] == {"texts": 6}
    assert len(said["texts"][0]) == 200
