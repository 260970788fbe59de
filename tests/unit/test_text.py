"""Words, folds, stems, shingles and plain text: what the rest of the program rests on."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.text import fold, plain, sentences, shingles, stem, stems, tokens, words, written
from tests.effort import demand_linear

ANY_TEXT = st.text(alphabet=st.characters(codec=None), max_size=80)


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Łukaszenka", "lukaszenka"),
        ("ЁЛКА", "елка"),
        ("Йод", "йод"),
        ("Быў", "быў"),
        ("Їжак", "їжак"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("ＮＡＴＯ", "nato"),
        ("п’ять", "п'ять"),
        ("Θεσσαλονίκη", "θεσσαλονικη"),
        ("हिन्दी", "हिन्दी"),
        ("coöperate", "cooperate"),
    ],
)
def test_fold_keeps_letters_and_drops_accents(written: str, compared: str) -> None:
    assert fold(written) == compared
    assert fold(unicodedata.normalize("NFD", written)) == compared


@given(ANY_TEXT)
@example("㌀㈱½ﷺ")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT)
@example("ـ a_b 'x' iPhone手机壳'd")
def test_words_are_the_tokens_words_and_offsets_slice_to_them(text: str) -> None:
    found = tokens(text)
    assert [token.word for token in found] == words(text)
    assert [text[token.start : token.end] for token in found] == written(text)
    assert all(fold(text[token.start : token.end]) == token.word for token in found)
    assert [token.start for token in found] == sorted(token.start for token in found)


def test_words_have_inner_apostrophes_only() -> None:
    assert words("'The Mayor's' snake_case n'2 — 3,5") == ["the", "mayor's", "snake", "case", "n'2", "3", "5"]


def test_any_piece_of_an_unspaced_run_is_a_phrase_of_its_tokens() -> None:
    run = "北京大学生"
    found = words(run)
    for start in range(len(run)):
        for end in range(start + 2, len(run) + 1):
            pairs = words(run[start:end])[:-1]
            assert any(found[at : at + len(pairs)] == pairs for at in range(len(found)))


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "prisoner prisoners prisoner's"),
        ("ru", "освобождение освобождения освобождению"),
        ("pl", "wybory wyborów wyborach"),
        ("cs", "volby voleb volbách"),
        ("be", "Беларусь Беларусі Беларуссю"),
        ("be", "вызваленне вызваленні вызваленнем"),
        ("uk", "президент президента президентом"),
        ("uk", "вибори виборів виборам"),
        ("fr", "Ukraine d’Ukraine l'Ukraine"),
        ("it", "Ucraina dell'Ucraina"),
        ("bg", "град градът града"),
    ],
)
def test_forms_of_one_word_share_a_stem(language: str, forms: str) -> None:
    assert len({stem(form, language) for form in forms.split()}) == 1


def test_words_of_an_unknown_language_are_their_own_stems() -> None:
    assert stem("Élections", "xx") == "elections"
    assert stem("Minsk", "und") == "minsk"


@given(ANY_TEXT, st.sampled_from(["en", "be", "fr", "sr", "xx", "ar", "hi"]))
def test_a_stem_is_never_empty_and_knows_no_case_or_form(text: str, language: str) -> None:
    written = [text[token.start : token.end] for token in tokens(text)]
    assert all(stems(written, language))
    assert stems(written, language) == stems([unicodedata.normalize("NFD", word) for word in written], language)


def test_shingles_are_the_same_in_another_process() -> None:
    program = "from service.text import shingles; print(shingles('а b c d e'.split()))"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert other.strip() == str(shingles(["а", "b", "c", "d", "e"])) == "[426054056, 271091860, 1593870135]"


def test_shingles_of_short_texts() -> None:
    assert shingles([]) == []
    assert len(shingles(["a"])) == len(shingles(["a", "b", "c"])) == 1
    assert shingles(["a", "b"]) != shingles(["b", "a"])


def test_plain_reads_like_the_page() -> None:
    html = """<h1>Prisoners&nbsp;freed</h1><script>if (a<b) x()</script><!-- no -->
      <p>Minsk &amp; Vilnius<br/>said <a title="a > b" href='x'>so</a></p><ul><li>one<li>two</ul>1 < 2"""
    assert plain(html) == "Prisoners freed\nMinsk & Vilnius\nsaid so\none\ntwo\n1 < 2"


def test_plain_leaves_plain_text_alone_but_for_blanks() -> None:
    assert plain("  a  b\n\n\n c ") == "a b\nc"
    assert plain("AT&T") == "AT&T"


def test_plain_gives_nothing_a_database_would_refuse() -> None:
    assert plain("a\x00b \ud800 &#xD800; &#0; &#99999999999;") == "a\ufffdb \ufffd \ufffd \ufffd \ufffd"


@pytest.mark.parametrize(
    "hostile",
    [
        "<b>",
        '<a "',
        "<!--",
        "<div>",
        "<script>",
        "<a '",
        "&",
        "&#",
        "<",
        "<a",
        "</",
        "'>",
        "<![CDATA[",
        "</script",
    ],
)
def test_plain_takes_hostile_markup_in_linear_time(hostile: str) -> None:
    demand_linear(lambda times: plain(hostile * times), 200_000)
    demand_linear(lambda times: plain("<p>" + hostile * times + ">"), 100_000)


@given(st.text(alphabet="<>/!-'\" ascriptbr&#;x0\n", max_size=60))
def test_plain_never_raises_and_settles(html: str) -> None:
    text = plain(html)
    assert text == text.strip()
    assert "\n\n" not in text
    assert "  " not in text


def test_sentences() -> None:
    text = 'A man (aged 3.5) said: "No." Then he left.\nTroops? Yes! 北京。上海。'
    assert sentences(text) == [
        'A man (aged 3.5) said: "No."',
        "Then he left.",
        "Troops?",
        "Yes!",
        "北京。",
        "上海。",
    ]
