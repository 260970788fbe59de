"""Names of people and organisations in a text."""

import pytest

from consumers.enrich.people.names import MOST, names


def found(text: str, language: str = "en", title: str = "") -> dict[str, int]:
    return {name.text: name.count for name in names(title, text, language)}


def test_a_title_is_split_off_and_a_surname_counted_with_its_name() -> None:
    text = (
        "President Marta Velin opened the bridge on Friday. Velin thanked the builders. "
        "Mr. Velin was not there, said Dr. Iva Corr of the Harbour Office."
    )
    assert found(text) == {"Marta Velin": 3, "Iva Corr": 1, "Harbour Office": 1}


def test_the_first_word_of_a_sentence_proves_nothing() -> None:
    assert found("Farmers were glad. Rain fell all night. Nobody complained.") == {}


def test_a_first_word_seen_elsewhere_is_a_name() -> None:
    assert found("Velinburg won the match. Nobody in Velinburg slept.") == {"Velinburg": 2}


def test_a_function_word_before_a_name_is_no_part_of_it() -> None:
    assert found("Yesterday Marta Velin left. After Marta Velin came Piet Hoorn.") == {
        "Marta Velin": 2,
        "Piet Hoorn": 1,
    }


def test_a_headline_in_capitals_is_not_believed() -> None:
    assert found("Marta Velin signed.", title="Mayor Signs New Law After Long Talks") == {"Marta Velin": 1}
    assert "Marta Velin" in found("", title="Mayor Marta Velin signs the law on new harbours today")


def test_forms_of_a_name_are_one_name() -> None:
    text = "Министр встретил Марту Велину. Позже Марта Велина уехала, а о Марте Велиной писали газеты."
    assert max(found(text, "ru").values()) == 3


def test_particles_inside_a_name_stay() -> None:
    assert "Ursula von der Halde" in found("Gestern sprach Ursula von der Halde mit Ole de Groot.", "de")


def test_german_nouns_are_no_names() -> None:
    assert found("Am Montag fuhr der Zug durch das Tal. Die Leute winkten. Otto Brandt fuhr mit.", "de") == {
        "Otto Brandt": 1
    }


def test_initials_belong_to_the_name() -> None:
    assert "А. Г. Велин" in found("Вчера А. Г. Велин открыл мост.", "ru") or "А. Велин" in found(
        "Вчера А.Велин пришёл.", "ru"
    )


def test_two_people_with_one_surname_are_not_mixed() -> None:
    counts = found("We met Anna Corr and Piet Corr. Then Corr left.")
    assert counts["Anna Corr"] == counts["Piet Corr"] == 1


@pytest.mark.parametrize("text", ["", "ประชาชนปลูกต้นไม้", "村民们种了四十棵小树。", "القرية زرعت أربعين شجرة", "12 34"])
def test_scripts_without_capitals_give_none(text: str) -> None:
    assert names("", text, "zh") == ()


def test_keys_come_with_the_names() -> None:
    (name,) = names("", "We saw Marta Velin there.", "en")
    assert name.keys
    assert all(" " in key for key in name.keys)


def test_a_list_of_names_is_cut() -> None:
    assert (
        len(names("", "\n".join(f"we met Aa{chr(97 + n % 26)}{chr(97 + n // 26)}x Velin" for n in range(300)), "en"))
        <= MOST
    )


def test_hostile_text_takes_no_time() -> None:
    assert isinstance(names("", "Aa-" * 20_000 + "A. " * 20_000 + "Aa de " * 20_000, "en"), tuple)


def test_a_word_that_begins_with_a_small_letter_of_its_alphabet_is_no_part_of_a_name() -> None:
    assert [each.text for each in names("", "Rzecznik dodał, że Kuropol łowi, a Wałbrzych żyje.", "pl")] == [
        "Kuropol",
        "Wałbrzych",
    ]
    assert "Šilas" in [each.text for each in names("", "Vakar čia Šilas žvejojo.", "lt")]
