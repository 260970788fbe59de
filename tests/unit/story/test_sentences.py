"""Sentences: where do they end in eight languages, and where not?"""

import pytest

from service.story.sentences import sentence_at, sentences


def cut(text: str, language: str = "") -> list[str]:
    return [text[start:end] for start, end in sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Mr. Lind left at 5.30 p.m. on Monday. He said nothing.", 2),
        ("en", 'He said: "Go." Then he left! Did he? Yes…', 4),
        ("en", "Growth was 2.5 percent. J. Lind agreed.", 2),
        ("ru", "В 2026 г. погибли 12 чел. из 5 тыс. жителей. Причина неизвестна.", 2),
        ("be", "Было 3 млн. руб. страт. Вул. Леніна перакрытая.", 2),
        ("uk", "Це коштує 5 млн. грн. на рік. Проф. Коваль згоден.", 2),
        ("pl", "Około 5 tys. osób przyszło na ul. Długą. Prof. Nowak mówił.", 2),
        ("de", "Am 23. November kamen z. B. Gäste. Dr. Lind sprach.", 2),
        ("fr", "M. Dupont est venu. « C'est fini. » Il est parti.", 3),
        ("es", "El Sr. Gómez llegó. ¿Por qué? No lo dijo.", 3),
        ("ja", "船は月曜日に出る。嵐は終わった。", 2),
        ("", "A headline without a stop\nThen a text.", 2),
        ("", "", 0),
        ("", " \n\n ", 0),
    ],
)
def test_sentences_end_where_they_end(language: str, text: str, found: int) -> None:
    assert len(cut(text, language)) == found


def test_places_are_those_of_the_text_without_blanks() -> None:
    assert cut("  One sentence.  Another one.\n") == ["One sentence.", "Another one."]


def test_a_place_is_found_in_its_sentence() -> None:
    places = sentences("One. Two here. Three.")
    assert [sentence_at(places, at) for at in (0, 3, 5, 12, 15, 99)] == [0, 0, 1, 1, 2, 2]
    assert sentence_at(places[1:], 0) == -1


@pytest.mark.parametrize("text", ["." * 20_000, "a. " * 10_000, "A" * 50_000, "»”’" * 10_000 + ".", "\n" * 30_000])
def test_hostile_texts_are_cut_too(text: str) -> None:
    for start, end in sentences(text, "de"):
        assert 0 <= start < end <= len(text)
