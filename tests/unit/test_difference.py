"""What changed between two versions of a text, and does it matter?"""

import random
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.difference import Difference, Version, difference
from service.text.segments import apply
from tests.effort import effort

WORDS = st.sampled_from(
    [
        "ferry",
        "Minsk",
        "52",
        "1,300",
        "not",
        "не",
        "паром",
        "五",
        "十",
        "ไทย",
        "é",
        "e\u0301",
        "“",
        ",",
        ".",
        "\n",
        "  ",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=25).map(" ".join), st.lists(WORDS).map("".join))


def compared(before: str, after: str, language: str = "en") -> Difference:
    return difference(Version("", before), Version("", after), language)


def facts(found: Difference) -> list[str]:
    return list(map(str, found.facts))


def pairs(before: str, after: str, found: Difference) -> list[tuple[str, str]]:
    """Kind and text of what changed."""
    return [
        (each.kind, before[each.start : each.end] or after[each.other : each.other_end])
        for each in found.text
        if each.kind != "equal"
    ]


@given(TEXTS, TEXTS)
def test_the_segments_lead_from_the_one_text_to_the_other(before: str, after: str) -> None:
    found = compared(before, after).text
    assert apply(found, before, after) == after
    assert "".join(before[each.start : each.end] for each in found) == before
    assert "".join(after[each.other : each.other_end] for each in found) == after
    for each in found:
        if each.kind == "equal":
            assert before[each.start : each.end] == after[each.other : each.other_end]
    assert all(one.kind != other.kind for one, other in pairwise(found))


@given(TEXTS, TEXTS)
def test_a_text_does_not_differ_from_itself(title: str, text: str) -> None:
    found = difference(Version(title, text), Version(title, text), "en")
    assert (found.classes, found.facts, found.is_material) == ((), (), False)
    assert {each.kind for each in found.title + found.text} <= {"equal"}


@given(TEXTS, TEXTS, st.sampled_from(["en", "ru", "be", "fr", "th", "xx", ""]))
def test_no_text_is_beyond_judging(before: str, after: str, language: str) -> None:
    found = difference(Version(before, after), Version(after, before), language)
    assert bool(found.classes) == (before != after)
    assert {fact.kind for fact in found.facts} <= set(found.classes)


SENTENCES = st.lists(
    st.sampled_from(
        ["In Minsk 52 were freed.", "Около 1 300 человек не пришли.", "Café owners met in Vilnius.", "Їй п'ять років."]
    ),
    min_size=1,
    max_size=4,
)


@given(SENTENCES, SENTENCES, st.sampled_from(["en", "ru", "uk"]))
def test_neither_blanks_nor_the_form_of_accents_change_a_class(
    before: list[str], after: list[str], language: str
) -> None:
    one, other = " ".join(before), " ".join(after)
    material = set(compared(one, other, language).classes) - {"cosmetic"}
    for changed in (unicodedata.normalize("NFD", other), other.replace(" ", " \u00a0"), other.replace(". ", ".\n\n")):
        assert set(compared(one, changed, language).classes) - {"cosmetic"} == material


def test_fifty_two_and_fourteen_are_not_the_same() -> None:
    before, after = "On Monday 52 prisoners were released.", "On Monday 14 prisoners were released."
    found = compared(before, after)
    assert found.classes == ("number",)
    assert facts(found) == ["number: 52 → 14"]
    assert pairs(before, after, found) == [("delete", "52"), ("insert", "14")]


NUMBERS = [
    ("en", "About 1,300 came", "About 1,400 came", "number: 1,300 → 1,400"),
    ("en", "About 1 300 came", "About 1 400 came", "number: 1 300 → 1 400"),
    ("en", "Five people died", "Seven people died", "number: Five → Seven"),
    ("en", "He was fined $2 million", "He was fined $2 billion", "number: 2 million → 2 billion"),
    ("en", "Support fell to 52%", "Support fell to 52", "number: − %"),
    ("en", "A fine of $52", "A fine of €52", "number: $ → €"),
    ("en", "The trial begins in May", "The trial begins in June", "number: May → June"),
    ("en", "Dozens were held", "52 were held", "number: Dozens → 52"),
    ("ru", "Освобождены 52 человека", "Освобождены 14 человек", "number: 52 → 14"),
    ("ru", "Суд пройдёт в среду", "Суд пройдёт в пятницу", "number: среду → пятницу"),
    (
        "be",
        "Вызвалілі пяцьдзясят двух вязняў",
        "Вызвалілі чатырнаццаць вязняў",
        "number: пяцьдзясят двух → чатырнаццаць",
    ),
    (
        "uk",
        "Звільнили двадцять два журналісти",
        "Звільнили дванадцять журналістів",
        "number: двадцять два → дванадцять",
    ),
    ("pl", "Zwolniono dwanaście osób", "Zwolniono trzynaście osób", "number: dwanaście → trzynaście"),
    ("de", "Es kamen zweiundfünfzig Gäste", "Es kamen vierzehn Gäste", "number: zweiundfünfzig → vierzehn"),
    ("fr", "Quatre-vingt-dix détenus libérés", "Quatorze détenus libérés", "number: Quatre-vingt-dix → Quatorze"),
    ("es", "Murieron treinta y dos personas", "Murieron doce personas", "number: treinta y dos → doce"),
    ("zh", "当局释放了52人。", "当局释放了14人。", "number: 52 → 14"),
    ("ja", "52人が釈放された", "14人が釈放された", "number: 52 → 14"),
    ("th", "ปล่อยตัว 52 คน", "ปล่อยตัว 14 คน", "number: 52 → 14"),
]


@pytest.mark.parametrize(("language", "before", "after", "fact"), NUMBERS)
def test_another_number_amount_or_date_is_told(language: str, before: str, after: str, fact: str) -> None:
    found = compared(before, after, language)
    assert found.classes == ("number",)
    assert facts(found) == [fact]


COSMETIC = [
    ("en", "The talks, held in Minsk, ended.", "The talks held in Minsk ended."),
    ("en", "About 1,300 came", "About 1300 came"),
    ("en", "Two hundred people", "200 people"),
    ("en", "He said: “Hello” — twice…", 'He said: "Hello" - twice...'),
    ("en", "HELLO there", "Hello there"),
    ("en", "The sentnece was long", "The sentence was long"),
    ("en", "a café", "a cafe\u0301"),
    ("en", "one\n\n\ntwo", "one two"),
    ("ru", "Приехали 52 тыс. человек", "Приехали 52 000 человек"),
    ("be", "У Менску ўсё ціха", "У Менску,  ўсё ціха"),
    ("uk", "П'ять років", "П’ять років"),
    ("de", "Ein langer Kooperationsvertrag", "Ein langer Koopertaionsvertrag"),
    ("zh", "他说，没有。", "他说: 没有。"),
]


@pytest.mark.parametrize(("language", "before", "after"), COSMETIC)
def test_what_is_only_written_otherwise_is_cosmetic(language: str, before: str, after: str) -> None:
    found = compared(before, after, language)
    assert (found.classes, found.is_material) == (("cosmetic",), False)


NEGATIONS = [
    ("en", "He was found guilty", "He was not found guilty"),
    ("en", "The court didn't confirm it", "The court did confirm it"),
    ("en", "He can leave", "He cannot leave"),
    ("en", "The vote was lawful", "The vote was unlawful"),
    ("en", "Everyone was hurt", "Nobody was hurt"),
    ("ru", "Он виновен", "Он не виновен"),
    ("ru", "Он виновен", "Он невиновен"),
    ("be", "Яго вызвалілі", "Яго не вызвалілі"),
    ("uk", "Його звільнили", "Його ніколи не звільнили"),
    ("pl", "Został zwolniony", "Nie został zwolniony"),
    ("de", "Er wurde freigelassen", "Er wurde nicht freigelassen"),
    ("de", "Es gab Opfer", "Es gab keine Opfer"),
    ("fr", "Il a été libéré", "Il n'a pas été libéré"),
    ("es", "Fue liberado", "No fue liberado"),
    ("it", "È stato liberato", "Non è stato liberato"),
    ("pt", "Foi libertado", "Não foi libertado"),
    ("zh", "他承认", "他不承认"),
]


@pytest.mark.parametrize(("language", "before", "after"), NEGATIONS)
def test_a_not_that_comes_or_goes_is_told(language: str, before: str, after: str) -> None:
    assert compared(before, after, language).classes[0] == "negation"
    assert compared(after, before, language).classes[0] == "negation"


NAMES = [
    ("en", "The talks in Minsk ended.", "The talks in Vilnius ended.", "name: Minsk → Vilnius"),
    ("en", "Written by Anna Smith", "Written by Anna Smyth", "name: Smith → Smyth"),
    ("ru", "Он приехал в Минск", "Он приехал в Вильнюс", "name: Минск → Вильнюс"),
    ("be", "Суд адбыўся ў Гомелі", "Суд адбыўся ў Гродне", "name: Гомелі → Гродне"),
    ("fr", "La réunion de Genève", "La réunion de Lyon", "name: Genève → Lyon"),
]


@pytest.mark.parametrize(("language", "before", "after", "fact"), NAMES)
def test_another_name_is_told(language: str, before: str, after: str, fact: str) -> None:
    found = compared(before, after, language)
    assert (found.classes, facts(found)) == (("name",), [fact])


def test_a_name_in_another_case_is_the_same_name() -> None:
    assert "name" not in compared("Встреча в Минске прошла", "Встреча в городе Минск прошла", "ru").classes


def test_a_known_name_is_found_where_no_capital_tells() -> None:
    before, after = Version("", "Orsha is quiet.", names=("Orsha",)), Version("", "Brest is quiet.", names=("Brest",))
    assert difference(before, after, "en").classes == ("name",)
    german = Version("", "Das Treffen in Köln", names=("Köln",)), Version("", "Das Treffen in Bonn", names=("Bonn",))
    assert difference(*german, "de").classes == ("name",)
    assert compared("Der Hund schlief", "Der Kater schlief", "de").classes == ("wording",)


def test_other_words_are_wording() -> None:
    found = compared("The minister said so.", "The official said so.")
    assert (found.classes, facts(found)) == (("wording",), ["wording: minister → official"])
    assert compared("They arrest him", "They arrested him").classes == ("wording",)


def test_a_new_sentence_is_wording_whatever_it_holds() -> None:
    found = compared("One. Two.", "One. A new sentence with 15 people, and nobody in Minsk. Two.")
    assert found.classes == ("wording",)


def test_another_title_is_a_headline() -> None:
    found = difference(Version("52 freed in Belarus", "x"), Version("14 freed in Belarus", "x"), "en")
    assert found.classes == ("number", "headline")
    assert facts(found) == ["number: 52 → 14", "headline: 52 freed in Belarus → 14 freed in Belarus"]
    retitled = difference(
        Version("Leader Visits City for Talks", "x"), Version("Leader Leaves City after Row", "x"), "en"
    )
    assert retitled.classes == ("headline",)
    assert difference(Version("Talks end", ""), Version("Talks end.", ""), "en").classes == ("cosmetic",)


TAKEN_BACK = [
    ("en", "This article has been retracted."),
    ("en", "Correction: An earlier version of this article gave another number."),
    ("ru", "Исправление: в ранней версии было другое число."),
    ("be", "Папраўка: у папярэдняй версіі была іншая лічба."),
    ("uk", "Ця стаття була відкликана редакцією."),
    ("pl", "Sprostowanie: w poprzedniej wersji podano inną liczbę."),
    ("de", "Dieser Artikel wurde zurückgezogen."),
    ("fr", "Cet article a été retiré."),
    ("es", "Corrección: una versión anterior de esta nota daba otra cifra."),
    ("it", "Questo articolo è stato rimosso."),
    ("pt", "Correção: uma versão anterior deste texto trazia outro número."),
]


@pytest.mark.parametrize(("language", "sentence"), TAKEN_BACK)
def test_a_correction_that_is_announced_counts_as_one(language: str, sentence: str) -> None:
    text = "52.\nText.\nMore."
    assert compared(text, f"{sentence}\n{text}", language).classes[0] == "retraction"
    assert compared(text, f"{text}\n{sentence}", language).classes[0] == "retraction"
    assert "retraction" not in compared(f"{sentence}\n{text}", f"{sentence}\n{text} End.", language).classes


def test_news_of_a_correction_elsewhere_is_none() -> None:
    assert compared("x.", "x. The market saw a correction, and a study was retracted.").classes == ("wording",)


def test_an_article_that_is_gone_is_taken_back() -> None:
    found = difference(Version("t", "x"), Version("t", "x", "deleted"), "en")
    assert (found.classes, facts(found)) == (("retraction",), ["retraction: published → deleted"])
    assert difference(Version("t", "x", "deleted"), Version("t", "x", "deleted"), "en").classes == ()
    assert difference(Version("t", "x", "deleted"), Version("t", "x"), "en").classes == ()
    assert difference(Version("t", "x"), Version("t", "x", "moved"), "en").classes == ()


def test_the_gravest_comes_first() -> None:
    found = compared(
        "On Monday, 52 were freed in Minsk.\nHe spoke.\nPeople cheered.\nIt rained, all day.",
        "On Monday, 14 were freed in Brest.\nHe did not speak.\nPeople left.\nIt rained all day.",
    )
    assert found.classes == ("negation", "number", "name", "wording", "cosmetic")


def test_a_long_text_is_compared_line_by_line_where_it_must_be() -> None:
    lines = [prose(400, seed) for seed in range(60)]
    before = "\n".join(lines)
    lines[0], lines[30], lines[59] = prose(400, 100), f"{lines[30]} 52", prose(400, 101)
    after = "\n".join(lines)
    assert len(before) > 100_000
    found = compared(before, after)
    assert apply(found.text, before, after) == after
    assert ("insert", " 52") in pairs(before, after, found)


def prose(words: int, seed: int) -> str:
    chance = random.Random(seed)
    known = ["".join(chance.choices("abcdefghijklmnoprst", k=chance.randint(2, 8))) for _ in range(3000)]
    return " ".join(chance.choices(known, k=words))


def test_an_article_takes_a_moment() -> None:
    before = prose(500, 1)
    words = before.split()
    words[250] = "52"
    after = " ".join(words)
    assert effort(lambda: compared(before, after)) < 0.05


LARGE = {
    "other words": (prose(32_000, 1), prose(32_000, 2)),
    "each third word": (
        prose(32_000, 1),
        " ".join(w if n % 3 else "x" for n, w in enumerate(prose(32_000, 1).split())),
    ),
    "signs": ("." * 200_000, "a." * 100_000),
    "digits": ("1 2 3 " * 33_000, "3 2 1 " * 33_000),
    "number words": ("one " * 50_000, "two thousand " * 15_000),
    "one number": ("1" * 200_000, "2" * 200_000),
    "no blanks": ("中国" * 100_000, "国中" * 100_000),
    "marks": ("a" + "\u0301" * 200_000, "b" + "\u0301" * 200_000),
    "turned around": (" ".join(f"w{n}" for n in range(30_000)), " ".join(f"w{n}" for n in range(30_000, 0, -1))),
    "corrections": ("this article " * 15_000, "this article was " * 12_000),
}


@pytest.mark.parametrize("kind", LARGE)
def test_no_text_takes_long(kind: str) -> None:
    before, after = LARGE[kind]
    assert effort(lambda: compared(before, after)) < 5
    found = compared(before, after)
    assert apply(found.text, before, after) == after
