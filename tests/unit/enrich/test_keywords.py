"""The most telling words of a text."""

from consumers.enrich.keywords import MOST, keywords
from service.text.commonness import ENOUGH, Commonness, grown


def test_what_is_repeated_and_in_the_title_comes_first() -> None:
    text = (
        "The ferry left late. Another ferry came. Passengers of the ferries waited in the harbour with their luggage."
    )
    assert keywords("Ferry late again", text, "en")[0] == "ferry"


def test_small_words_never_count() -> None:
    assert keywords("", "However they would have been there with them because of that", "en") == ()
    assert "который" not in keywords("", "Который мост, который паром, который остров", "ru")


def test_forms_of_a_word_count_as_one() -> None:
    found = keywords("", "Мосту сто лет. Мосты стоят. Мостами довольны. Остров ждёт.", "ru")
    assert found[0] == "мосту"
    assert not any(word.startswith("мост") for word in found[1:])


def test_there_are_few_and_the_same_each_time() -> None:
    text = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200))
    assert len(keywords("", text, "en")) == MOST
    assert keywords("", text, "en") == keywords("", text, "en")


def test_scripts_without_blanks_have_keywords_too() -> None:
    assert keywords("渡轮恢复", "渡轮周六恢复运行。渡轮公司增加班次。", "zh")


def test_nothing_gives_nothing() -> None:
    assert keywords("", "", "en") == keywords("1 2 3", "!!", "und") == ()


def test_what_few_articles_have_tells_more() -> None:
    text = "The minister praised the icebreaker. The minister left."
    common = grown(Commonness(), ["The minister spoke."] * ENOUGH, "en")
    assert keywords("", text, "en")[0] == "minister"
    assert keywords("", text, "en", common)[0] == "icebreaker"


def test_too_few_articles_change_nothing() -> None:
    text = "The minister praised the icebreaker. The minister left."
    common = grown(Commonness(), ["The minister spoke."] * (ENOUGH - 1), "en")
    assert keywords("", text, "en", common) == keywords("", text, "en")
