"""What of a strand is compared across languages."""

from collections import Counter
from zlib import crc32

import numpy as np

from consumers.link.traits import GRAMS, KEYS, Bag, latin_words, letters, together, traits
from service.messages import Name, Place
from tests.builders import an_enriched_article


def counts(bag: Bag) -> list[float]:
    return sorted(bag.counts.tolist())


def shared(one: Bag, other: Bag) -> int:
    return len(np.intersect1d(one.keys, other.keys))


def test_scripts_meet_in_latin_letters() -> None:
    russian = traits(an_enriched_article(title="Вильнюс принимает Светлану Тихановскую", content="", language="ru"))
    english = traits(an_enriched_article(title="Vilnius receives Svetlana Tikhanovskaya", content=""))
    other = traits(an_enriched_article(title="Olive harvest fails in Andalusia", content=""))
    assert shared(russian.letters, english.letters) > 5 * shared(russian.letters, other.letters)
    assert latin_words("Вильнюс 2026") == ["vilnyus"]


def test_a_full_name_and_a_surname_share_a_key() -> None:
    full = traits(an_enriched_article(names=(Name("A. Lindqvist", ("a lndkvst",), 1),)))
    surname = traits(an_enriched_article(names=(Name("Lindqvist", ("lndkvst",), 2),)))
    assert shared(full.names, surname.names) == 1


def test_a_city_stands_for_its_country_too() -> None:
    city = traits(an_enriched_article(places=(Place("Jaén", "ES", 2516395, 3),)))
    country = traits(an_enriched_article(places=(Place("Spain", "ES"),)))
    assert shared(city.places, country.places) == 1


def test_several_articles_as_one_add_up() -> None:
    one = traits(an_enriched_article(numbers=("52", "640")))
    other = traits(an_enriched_article(numbers=("52",), embedding=bytes([1] * 512)))
    both = together(one, other)
    assert counts(both.numbers) == [1.0, 2.0]
    assert one.embedding is None
    assert both.embedding is other.embedding


def test_an_article_of_which_nothing_is_known_has_empty_traits() -> None:
    empty = traits(an_enriched_article(title="", content=""))
    assert [len(bag.keys) for bag in (empty.places, empty.names, empty.numbers, empty.letters)] == [0, 0, 0, 0]


def test_each_key_stands_once_in_order_with_all_its_counts() -> None:
    words = ["aabaab", "baab", "aabaab"]
    found = letters(words)
    marked = [f"^{word}$" for word in words]
    runs = Counter(word[at : at + size] for word in marked for size in GRAMS for at in range(len(word) - size + 1))
    assert found.keys.tolist() == sorted(crc32(run.encode()) % KEYS for run in runs)
    assert dict(zip(found.keys.tolist(), found.counts.tolist(), strict=True)) == {
        crc32(run.encode()) % KEYS: times for run, times in runs.items()
    }
