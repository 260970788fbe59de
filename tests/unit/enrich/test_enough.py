"""Is what the feed gave all of the text? Endings in many languages, and what only looks like one."""

import pytest

from consumers.enrich.enough import page_wanted, truncated, whole
from consumers.pages.rules import Rule
from tests.builders import a_raw_article
from tests.effort import demand_linear

LONG = "Neighbours painted the pier of the old harbour at the weekend, and forty people came. " * 10


@pytest.mark.parametrize(
    "ending",
    [
        "and then...", "and then…", "and then […]", "and then [...]", "and then (…)", "and then [+1234 chars]",
        "Read more", "Read More »", "Continue reading →", "… Continue reading", "(Read more...)", "Weiterlesen",
        "Mehr lesen",
        "Lire la suite", "Lire la suite >", "Leer más", "Seguir leyendo", "Leia mais", "Leggi tutto", "Lees meer",
        "Läs mer",
        "Les mer", "Czytaj więcej", "Читать далее", "Подробнее…", "Читати далі", "Чытаць далей", "Διαβάστε περισσότερα",
        "اقرأ المزيد", "ادامه مطلب", "קרא עוד", "阅读全文", "続きを読む", "더 보기", "और पढ़ें", "อ่านต่อ", "Devamını oku",
        "Đọc tiếp", "- read more", "\nподробнее",
    ],
)  # fmt: skip
def test_a_text_that_breaks_off_or_leads_on_is_not_all(ending: str) -> None:
    assert truncated(f"{LONG}{ending}")
    assert truncated(f"{LONG}{ending} \n")


@pytest.mark.parametrize(
    "ending",
    ["the end.", "he said: “We go on.”", "people read more", "more to read.", "What will I read more of?", "(dpa)",
    "#piers",
     "далее будет видно.", "и так далее.", "so that people would\nsleep, and read more.",
     "The post Pier painted appeared first on Harbour Gazette.", "Forty people came.\nAna Lind",
     "читать подробнее о пирсе не стали."],
)  # fmt: skip
def test_a_text_that_ends_is_all(ending: str) -> None:
    assert not truncated(LONG + ending)


def test_a_long_text_of_the_feed_is_all() -> None:
    assert whole(a_raw_article(content=LONG), 600)
    assert not whole(a_raw_article(content="Neighbours painted the pier."), 600)
    assert not whole(a_raw_article(content=LONG + "…"), 600)


def test_a_summary_is_not_all_unless_it_is_very_long() -> None:
    assert not whole(a_raw_article(content="", summary=LONG), 600)
    assert not whole(a_raw_article(content=LONG, summary=LONG + "\n"), 600)
    assert whole(a_raw_article(content="", summary=LONG * 3), 600)


def test_what_is_known_to_be_complete_is() -> None:
    assert whole(a_raw_article(content="Pier painted.", complete=True), 600)


def test_the_rule_of_the_source_decides_first() -> None:
    short, long = a_raw_article(content="Short."), a_raw_article(content=LONG, complete=True)
    assert not page_wanted(short, Rule(pages="never"), 600)
    assert page_wanted(long, Rule(pages="always"), 600)
    assert page_wanted(short, Rule(), 600)
    assert not page_wanted(long, Rule(), 600)


@pytest.mark.parametrize("unit", [".", "… ", "the post ", "[", "read more "])
def test_a_hostile_ending_costs_little(unit: str) -> None:
    demand_linear(lambda size: truncated(unit * (size // len(unit))), 400_000)
