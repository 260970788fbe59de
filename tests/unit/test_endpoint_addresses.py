"""Addresses of chats and mailboxes as they are kept: sealed, and shown only so far that they can be told apart."""

import pytest

from service.endpoint_addresses import concealed, opened_address, resealed_address, sealed_address
from service.sealing import Ring, Unopenable

RING = Ring([("1", b"k" * 32)])
NEWER = Ring([("2", b"n" * 32), ("1", b"k" * 32)])
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
HOOK = "https://reader.example/inbox?token=TIiajkdn&a=1"
NTFY = "ntfys://reader:password@ntfy.example/ferries"
MAIL = "mailto:reader@newsroom.example"


@pytest.mark.parametrize("address", [SLACK, NTFY, MAIL, HOOK])
def test_a_sealed_address_shows_its_kind_and_opens_for_its_endpoint_alone(address: str) -> None:
    kept = sealed_address(address, "ep", RING)
    assert kept.partition(":")[0] == address.partition(":")[0]
    assert not [part for part in ("T1JJ3T3L2", "TIiajkdn", "password", "reader@") if part in kept]
    assert concealed(kept) == concealed(address) != address
    assert opened_address(kept, "ep", RING) == address
    assert sealed_address(kept, "ep", RING) == kept
    with pytest.raises(Unopenable):
        opened_address(kept, "another", RING)


@pytest.mark.parametrize(
    "address", ["https://reader.test/in", "https://reader.test/in?", "file:a.ndjson", "kafka://k.example:9092/a"]
)
def test_an_address_without_secrets_stays_as_it_is(address: str) -> None:
    assert sealed_address(address, "ep", RING) == concealed(address) == opened_address(address, "ep", RING) == address


def test_of_a_webhook_all_is_shown_but_its_query() -> None:
    assert concealed(HOOK).startswith("https://reader.example/inbox?...")
    assert concealed(HOOK) != concealed(HOOK + "2")


def test_where_the_ring_has_no_key_nothing_is_sealed_and_nothing_more_is_shown() -> None:
    assert sealed_address(SLACK, "ep", Ring()) == opened_address(SLACK, "ep", Ring()) == SLACK
    assert concealed(SLACK).startswith("slack://...")


def test_a_newer_key_seals_anew_and_an_older_one_can_go() -> None:
    anew = resealed_address(sealed_address(SLACK, "ep", RING), "ep", NEWER)
    assert opened_address(anew, "ep", Ring([("2", b"n" * 32)])) == SLACK
    assert resealed_address(anew, "ep", NEWER) == anew
    assert opened_address(resealed_address(SLACK, "ep", NEWER), "ep", NEWER) == SLACK
