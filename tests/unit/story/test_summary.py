"""Summary and headline: do they say what the story says, in its own words?"""

from service.story.headline import headlines, main_language
from service.story.reports import Report, Told, in_order
from service.story.summary import MOST, summary
from service.story.weighing import centrality, overlap, weights
from tests.unit.story.telling import a_report, a_text

FERRY = [
    "Ferries to the northern islands sail again from Monday after a storm of two days. The harbour café had sold "
    "out of soup by noon. Three additional crossings will carry the passengers who still wait.",
    "After two days of storm the ferries to the northern islands resume on Monday. A seagull sat on the roof of the "
    "ticket office. The operator promised three additional crossings for waiting passengers.",
    "The northern islands are connected again: ferries resume on Monday, the operator says. Who would have thought? "
    "Our newsletter brings you the best of the week every Friday morning.",
]


def ferry() -> list[Told]:
    return [a_text(f"a{number}", text) for number, text in enumerate(FERRY)]


def test_the_summary_says_what_the_texts_have_in_common_and_where_it_stands() -> None:
    told = {each.article_id: each for each in ferry()}
    found = summary(list(told.values()))["en"]
    assert 2 <= len(found) <= MOST
    assert any("northern islands" in each.text for each in found)
    for each in found:
        assert told[each.article_id].text[each.start : each.end] == each.text
    shown = " ".join(each.text for each in found)
    assert not any(aside in shown for aside in ("soup", "seagull", "newsletter", "Who would"))


def test_two_sentences_of_a_summary_do_not_say_the_same() -> None:
    found = summary([*ferry(), *(a_text(f"copy{n}", FERRY[0]) for n in range(5))])["en"]
    words = [each.text.lower().split() for each in found]
    assert all(overlap(one, other) < 0.5 for place, one in enumerate(words) for other in words[place + 1 :])


def test_each_language_has_a_summary_of_its_own_texts() -> None:
    polish = "Promy na północne wyspy wypływają ponownie od poniedziałku po dwóch dniach sztormu."
    found = summary([*ferry(), a_text("pl", polish, language="pl")])
    assert [each.text for each in found["pl"]] == [polish]
    assert "pl" not in {each.article_id for each in found["en"]}


def test_texts_with_nothing_to_show_have_no_summary() -> None:
    assert summary([]) == {}
    assert summary([a_text("a", ""), a_text("b", "???"), a_text("c", "Too short.")]) == {}


def test_one_text_is_summed_up_by_its_beginning() -> None:
    (first, *_) = summary([ferry()[0]])["en"]
    assert (first.article_id, first.start) == ("a0", 0)


def test_hostile_texts_are_summed_up_in_time() -> None:
    told = [a_text(f"a{n}", "word " * 20_000 if n % 2 else "Yes. " * 10_000) for n in range(200)]
    assert summary(told) == {}


def test_common_words_weigh_nothing_and_central_ones_most() -> None:
    texts = [[["the", "ferry", "sails"], ["the", "soup"]], [["the", "ferry"], ["the", "gull"]]]
    known = weights(texts)
    assert known["ferry"] > known["soup"] > 0
    assert known["the"] < known["soup"]
    assert centrality([], known) == 0


def best(*reports: Report) -> dict[str, str]:
    return {language: each.article_id for language, each in headlines(in_order(reports)).items()}


def test_the_headline_is_central_and_early() -> None:
    assert best(
        a_report("odd", 0, title="Seagulls and soup: a week in pictures"),
        a_report("early", 5, title="Ferries to the northern islands resume"),
        a_report("late", 600, title="Ferries to northern islands resume"),
        a_report("other", 30, title="Northern islands: ferries sail again"),
    ) == {"en": "early"}


def test_what_is_copied_or_only_cites_gives_no_headline_if_there_is_another() -> None:
    title = "Ferries to the northern islands resume"
    citing = a_report("citing", 0, title=title, only_cites=True, cites=("wire.test",))
    assert best(citing, a_report("copy", 1, title=title, original_id="x"), a_report("own", 9, title=title)) == {
        "en": "own"
    }
    assert best(citing) == {"en": "citing"}


def test_bait_and_single_words_give_no_headline_if_there_is_another() -> None:
    titles = ["Ferries!", "You will not believe what the ferries do next...", "FERRIES RESUME AT LAST TODAY"]
    reports = [a_report(f"a{n}", n, title=title) for n, title in enumerate(titles)]
    assert best(*reports, a_report("whole", 9, title="Ferries resume after the storm today")) == {"en": "whole"}


def test_deleted_articles_and_those_without_a_title_give_no_headline() -> None:
    assert best(a_report("gone", 0, gone=True), a_report("empty", 1, title=" ")) == {}


def test_the_main_language_is_that_of_most_voices() -> None:
    reports = [
        *(a_report(f"copy{n}", n, language="ru") for n in range(5)),
        *(a_report(f"own{n}", n, language="be") for n in range(2)),
    ]
    voices = {f"copy{n}": "wire.test" for n in range(5)}
    assert main_language(in_order(reports), voices) == "be"
    assert main_language([], {}) == ""


def test_ten_thousand_headlines_are_compared() -> None:
    reports = in_order(a_report(f"a{n}", n, title="Ferries resume after the storm") for n in range(10_000))
    assert headlines(reports)["en"].article_id == "a0"
