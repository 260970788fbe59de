"""Which articles have nothing but what another source reported?"""

import pytest

from consumers.enrich.said.attributions import attributions
from service.story.leaning import rests_on
from tests.builders import an_enriched_article


def whole(text: str, language: str = "en") -> str:
    quotes, citations = attributions(text, language)
    return rests_on(an_enriched_article(content=text, text=text, language=language, quotes=quotes, citations=citations))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "MINSK, 23 November (BelTA) - The president has pardoned 52 prisoners. They were released on Monday."),
        (
            "en",
            "The government said on Monday that 52 prisoners were released, BelTA reported. The list of names was not "
            "given. According to BelTA, the pardons were signed last week.",
        ),
        ("ru", "Лукашенко помиловал 52 человека, сообщает БелТА. Список не опубликован. Среди них нет иностранцев."),
    ],
)
def test_a_text_of_one_other_source_rests_on_it(language: str, text: str) -> None:
    assert whole(text, language) == "belta.by"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The ferries resumed on Monday. Crossings were added at noon.",
        'Fifty-two people were freed. "We waited for years," said Anna Kovac, whose brother was freed. BelTA reported '
        "earlier that talks were held. Buses brought them to the border at noon. The lawyers were not told.",
        "Buses came at noon. Crowds waited at the border for hours in the rain. The lawyers were not told. Families "
        "had driven all night to be there. According to BelTA, 52 were freed.",
    ],
)
def test_a_text_with_something_of_its_own_rests_on_nobody(text: str) -> None:
    assert whole(text) == ""


def test_two_bylines_are_no_one_source() -> None:
    assert whole("MINSK (BelTA, Reuters) - Fifty-two prisoners were freed on Monday. They left by bus.") == ""
