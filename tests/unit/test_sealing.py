"""Sealing: can a secret be read with its ring, and not without it, nor elsewhere, nor after a change?"""

import stat
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.errors import Misconfigured
from service.sealing import FILE, UNSEALED, Ring, Unopenable, new_key, read_ring, ring_in

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD, NEW = ("old", b"o" * 32), ("new", b"n" * 32)


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    ring = Ring([NEW])
    sealed = ring.seal(SECRET, "ep")
    assert sealed.startswith("sealed:new:")
    assert SECRET not in sealed
    assert b64encode(SECRET.encode()).decode()[:20] not in sealed
    assert ring.open(sealed, "ep") == SECRET
    assert ring.seal(SECRET, "ep") != sealed


def test_it_opens_for_nobody_else() -> None:
    sealed = Ring([NEW]).seal(SECRET, "ep")
    with pytest.raises(Unopenable):
        Ring([NEW]).open(sealed, "another")
    with pytest.raises(Unopenable, match="'new'"):
        Ring([OLD]).open(sealed, "ep")
    with pytest.raises(Unopenable):
        Ring([("new", b"x" * 32)]).open(sealed, "ep")


@pytest.mark.parametrize("change", [lambda s: s[:-4] + "AAA=", lambda s: s[:-9], lambda s: s + "!", lambda s: s[:11]])
def test_changed_it_does_not_open(change: object) -> None:
    sealed = Ring([NEW]).seal(SECRET, "ep")
    with pytest.raises(Unopenable):
        Ring([NEW]).open(change(sealed), "ep")  # type: ignore[operator]  # one of the above


def test_a_newer_key_seals_and_older_ones_still_open() -> None:
    before = Ring([OLD]).seal(SECRET, "ep")
    ring = Ring([NEW, OLD])
    assert ring.open(before, "ep") == SECRET
    assert ring.is_stale(before)
    assert not ring.is_stale(ring.seal(SECRET, "ep"))
    assert ring.is_stale(SECRET)
    assert not ring.is_stale("")


def test_what_was_kept_before_there_was_a_ring_can_be_read() -> None:
    assert Ring([NEW]).open(SECRET, "ep") == SECRET
    assert UNSEALED.open(UNSEALED.seal(SECRET, "ep"), "ep") == SECRET
    assert not UNSEALED.is_stale(SECRET)


def test_a_ring_is_read_from_words() -> None:
    first, second = new_key("b"), new_key("a")
    ring = read_ring(f"{first} \n{second}\n")
    assert ring.seal(SECRET, "ep").startswith("sealed:b:")
    assert ring.open(read_ring(second).seal(SECRET, "ep"), "ep") == SECRET


@pytest.mark.parametrize("written", ["x", "x:", ":AAAA", "x:AAAA", "x:" + "A" * 44, "x y:!", "é:" + "A" * 43 + "="])
def test_a_ring_that_cannot_be_read_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        read_ring(written)
    assert "AAAA" not in str(caught.value)


def test_two_keys_of_one_id_are_refused() -> None:
    with pytest.raises(Misconfigured, match="same id"):
        read_ring(f"{new_key('a')} {new_key('a')}")


def test_a_folder_gets_a_ring_of_its_own_that_only_the_owner_can_read_and_keeps_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: ring_in(folder), range(8)))
    sealed = rings[0].seal(SECRET, "ep")
    assert {ring.open(sealed, "ep") for ring in [*rings, ring_in(folder)]} == {SECRET}
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert [each.name for each in folder.iterdir()] == [FILE]
