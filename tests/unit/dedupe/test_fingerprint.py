"""Do like texts meet, and unlike ones stay apart?"""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from consumers.dedupe.fingerprint import MOST_SHINGLES, containment, fingerprint, similarity

LETTERS = st.text("abcdef", min_size=1, max_size=4)


def a_text(seed: int, length: int = 300) -> list[str]:
    rng = random.Random(seed)
    return [f"w{rng.randrange(5000)}" for _ in range(length)]


def edited(words: list[str], share: float, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [f"x{rng.randrange(5000)}" if rng.random() < share else word for word in words]


@given(st.lists(LETTERS, max_size=60))
def test_a_text_is_wholly_like_itself_and_meets_itself(words: list[str]) -> None:
    one, again = fingerprint(words), fingerprint(list(words))
    assert one.bands == again.bands
    assert similarity(one.shingles, again.shingles) == (1.0 if words else 0.0)


LONG = st.lists(LETTERS, min_size=3, max_size=60)


@given(LONG, LONG)
def test_similarity_is_the_share_of_triples_in_common(one: list[str], other: list[str]) -> None:
    def triples(words: list[str]) -> set[tuple[str, ...]]:
        return set(zip(words, words[1:], words[2:], strict=False))

    both, either = triples(one) & triples(other), triples(one) | triples(other)
    assert similarity(fingerprint(one).shingles, fingerprint(other).shingles) == len(both) / len(either)


def test_texts_with_a_twentieth_of_their_words_changed_meet_almost_always() -> None:
    met = 0
    for seed in range(100):
        words = a_text(seed)
        one, other = fingerprint(words), fingerprint(edited(words, 0.05, seed))
        assert similarity(one.shingles, other.shingles) > 0.6
        met += bool(set(one.bands) & set(other.bands))
    assert met >= 98


def test_unlike_texts_do_not_meet() -> None:
    prints = [fingerprint(a_text(seed)) for seed in range(100)]
    bands = [band for each in prints for band in each.bands]
    assert len(set(bands)) == len(bands)


def test_bands_and_triples_fit_the_tables() -> None:
    found = fingerprint(a_text(1, 10 * MOST_SHINGLES))
    assert found.shingles.size <= MOST_SHINGLES
    assert found.shingles.dtype == np.uint32
    assert all(0 <= band < 2**63 for band in found.bands)


def test_fingerprints_are_the_same_in_every_process() -> None:
    """Stored ones are compared with those made years later."""
    found = fingerprint(["one", "two", "three", "four", "five"])
    assert found.bands[:2] == STORED_BANDS
    assert found.shingles.tolist() == STORED_SHINGLES


STORED_BANDS = (1155581030304746530, 8449817038654155257)
STORED_SHINGLES = [1044035734, 2015744983, 3805275110]


def test_a_text_cut_to_its_beginning_meets_the_full_one() -> None:
    for seed in range(50):
        words = a_text(seed, 600)
        full, cut = fingerprint(words), fingerprint(words[:80])
        assert set(full.bands) & set(cut.bands)
        assert containment(full.shingles, cut.shingles) == 1
