"""Keys that meet across scripts, spellings and cases, and do not meet where they should not."""

import pytest

from service.people.sounds import MOST_KEYS, name_keys, word_keys

ONE_NAME = [
    {
        "ru": "Лукашенко", "be": "Лукашэнка", "uk": "Лукашенка", "pl": "Łukaszenką", "de": "Lukaschenko",
        "fr": "Loukachenko", "en": "Lukashenko", "cs": "Lukašenko", "el": "Λουκασένκο",
    },
    {
        "ru": "Тихановская", "be": "Ціханоўская", "uk": "Тихановська", "en": "Tsikhanouskaya",
        "de": "Tichanowskaja", "pl": "Cichanouska", "cs": "Cichanouská",
    },
    {
        "ru": "Зеленский", "be": "Зяленскі", "uk": "Зеленського", "en": "Zelenskyy", "de": "Selenskyj",
        "pl": "Zełenskiego", "cs": "Zelenskyj",
    },
    {
        "ru": "Владимиром Путиным", "be": "Уладзімір Пуцін", "en": "Vladimir Putin", "de": "Wladimir Putin",
        "fr": "Vladimir Poutine", "pl": "Władimira Putina", "uk": "Володимир Путін",
    },
    {"uk": "Янукович", "en": "Yanukovych", "de": "Janukowitsch", "fr": "Ianoukovytch", "pl": "Janukowycz"},
    {"ru": "Вячорка", "be": "Вячоркі", "en": "Viachorka"},
    {"en": "Olaf Scholz", "ru": "Олаф Шольц", "be": "Олафам Шольцам"},
]  # fmt: skip


@pytest.mark.parametrize("spellings", ONE_NAME, ids=lambda spellings: next(iter(spellings.values())))
def test_spellings_of_one_name_share_a_key(spellings: dict[str, str]) -> None:
    assert set.intersection(*(set(name_keys(name, code)) for code, name in spellings.items()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lukashenko", "Lukaku"),
        ("Vladimir Putin", "Vladimir Petrov"),
        ("Angela Merkel", "Angela Markov"),
        ("Olaf Scholz", "Olof Palme"),
        ("Anna Bartos", "Peter Bartos"),
    ],
)
def test_other_names_share_none(one: str, other: str) -> None:
    assert not set(name_keys(one, "en")) & set(name_keys(other, "en"))


def test_order_of_first_and_last_name_does_not_matter() -> None:
    assert name_keys("Orbán Viktor", "hu") == name_keys("Viktor Orbán", "hu")


def test_middle_names_do_not_matter() -> None:
    assert set(name_keys("Alexander Grigoryevich Lukashenko", "en")) == set(name_keys("Alexander Lukashenko", "en"))


def test_an_initial_leaves_the_surname() -> None:
    assert name_keys("A. Lukashenko", "en") == name_keys("Lukashenko", "en")


@pytest.mark.parametrize("text", ["", "-", "5", "O'", "Li"])
def test_little_or_nothing_gives_no_key(text: str) -> None:
    assert name_keys(text, "en") == ()


def test_keys_are_few_and_safe_for_any_text() -> None:
    for word in ("Schtschschtschxqcgh" * 20, "ŁŁŁ", "ß", "中文", "ไทย", "İı", "x" * 5000):
        assert len(word_keys(word, "de")) <= MOST_KEYS
