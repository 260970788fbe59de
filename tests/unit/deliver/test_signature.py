import base64
import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from consumers.deliver.signature import SignatureMismatch, sign, verify
from service.errors import Invalid
from service.signing import new_secret
from tests.builders import NOW

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1614265330, UTC)


def signed(body: bytes = BODY, id: str = ID, at: datetime = AT, secret: str = SECRET) -> dict[str, str]:
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": sign(secret, id, at, body),
    }


@pytest.mark.parametrize(
    ("secret", "id", "seconds", "body", "signature"),
    [
        (SECRET, ID, 1614265330, BODY, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        (
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            1649367553,
            b'{"email":"test@example.com","username":"test_user"}',
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        ),
    ],
)
def test_known_messages_get_the_known_signatures(
    secret: str, id: str, seconds: int, body: bytes, signature: str
) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert sign(secret, id, at, body) == signature
    headers = {"webhook-id": id, "webhook-timestamp": str(seconds), "webhook-signature": signature}
    verify(body, headers, [secret], at)


def test_the_public_library_accepts_what_we_sign_and_we_what_it_signs() -> None:
    dice = random.Random(7)
    now = datetime.now(UTC)
    for _ in range(1000):
        secret = "whsec_" + base64.b64encode(dice.randbytes(dice.randint(24, 64))).decode()
        id, body = f"msg_{dice.getrandbits(120):x}", "".join(chr(dice.randint(32, 0x4FF)) for _ in range(60))
        at = now + timedelta(seconds=dice.randint(-250, 250))
        ours = signed(body.encode(), id, at, secret)
        Webhook(secret).verify(body, ours, json_parse=False)
        theirs = ours | {"webhook-signature": Webhook(secret).sign(id, at, body)}
        verify(body.encode(), theirs, [secret], now)


def test_the_zone_of_the_timestamp_does_not_matter() -> None:
    minsk = AT.astimezone(timezone(timedelta(hours=3)))
    assert sign(SECRET, ID, minsk, BODY) == sign(SECRET, ID, AT, BODY)


def test_a_new_secret_is_32_given_bytes_and_signs() -> None:
    secret = new_secret(lambda count: bytes(range(count)))
    assert secret == "whsec_" + base64.b64encode(bytes(range(32))).decode()
    verify(BODY, signed(secret=secret), [secret], AT)


@pytest.mark.parametrize("length", [24, 64])
def test_secrets_of_24_to_64_bytes_sign(length: int) -> None:
    secret = "whsec_" + base64.b64encode(bytes(length)).decode()
    verify(BODY, signed(secret=secret), [secret], AT)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_!!!!",
        "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        "whsec_é",
        SECRET[:-1],
    ],
)
def test_a_secret_that_cannot_be_used_is_invalid_and_matches_nothing(secret: str) -> None:
    with pytest.raises(Invalid) as caught:
        sign(secret, ID, AT, BODY)
    assert secret == "" or secret not in str(caught.value)
    with pytest.raises(SignatureMismatch):
        verify(BODY, signed(), [secret], AT)


@pytest.mark.parametrize("id", ["", "msg_1.2"])
def test_an_id_that_blurs_what_is_signed_is_refused(id: str) -> None:
    with pytest.raises(Invalid):
        sign(SECRET, id, AT, BODY)
    with pytest.raises(SignatureMismatch):
        verify(BODY, signed() | {"webhook-id": id}, [SECRET], AT)


def test_parts_cannot_be_shifted_across_the_dots() -> None:
    headers = signed(b"77.rest", "msg_a")
    shifted = headers | {"webhook-id": f"msg_a.{headers['webhook-timestamp']}", "webhook-timestamp": "77"}
    with pytest.raises(SignatureMismatch):
        verify(b"rest", shifted, [SECRET], datetime.fromtimestamp(77, UTC))


@pytest.mark.parametrize(("seconds", "accepted"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_the_tolerance_holds_both_ways(seconds: int, accepted: bool) -> None:
    if accepted:
        verify(BODY, signed(), [SECRET], AT + timedelta(seconds=seconds))
    else:
        with pytest.raises(SignatureMismatch, match="too far"):
            verify(BODY, signed(), [SECRET], AT + timedelta(seconds=seconds))


def test_any_of_several_secrets_and_signatures_may_match() -> None:
    old = new_secret(lambda count: bytes(count))
    headers = signed()
    both = sign(old, ID, AT, BODY) + " " + headers["webhook-signature"] + " v2,whatever"
    verify(BODY, headers | {"webhook-signature": both}, [SECRET], AT)
    verify(BODY, headers, [old, SECRET], AT)
    with pytest.raises(SignatureMismatch):
        verify(BODY, headers, [], AT)


def test_header_names_may_be_in_any_case_but_not_twice() -> None:
    upper = {name.upper(): value for name, value in signed().items()}
    verify(BODY, upper, [SECRET], AT)
    with pytest.raises(SignatureMismatch, match="webhook-id"):
        verify(BODY, upper | {"webhook-id": ID}, [SECRET], AT)


@pytest.mark.parametrize("change", ["body", "webhook-id", "webhook-timestamp", "webhook-signature"])
def test_changing_anything_breaks_the_signature(change: str) -> None:
    headers = signed()
    if change == "body":
        with pytest.raises(SignatureMismatch):
            verify(BODY + b" ", headers, [SECRET], AT)
        return
    broken = headers[change][:-2] + ("0" if headers[change][-2] != "0" else "1") + headers[change][-1]
    for value in (broken, "", headers[change] + "\n"):
        with pytest.raises(SignatureMismatch):
            verify(BODY, headers | {change: value}, [SECRET], AT)


NAMES = ["webhook-id", "webhook-timestamp", "webhook-signature", "Webhook-Id", "other"]
VALUES = st.one_of(
    st.text(max_size=40),
    st.text("0123456789-+. ٣_", max_size=20),
    st.text(alphabet=st.characters(categories=["Cs", "Cc", "Nd"]), max_size=10),
    st.lists(st.sampled_from(["v1,", "v1", "v1a,", "=", "AAAA", " ", "\x00"]), max_size=8).map("".join),
    st.just(str(int(AT.timestamp()))),
)


@settings(max_examples=300, deadline=None)
@given(headers=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5), body=st.binary(max_size=30))
def test_hostile_headers_raise_nothing_but_a_mismatch(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(SignatureMismatch):
        verify(body, headers, [SECRET, "whsec_" + base64.b64encode(bytes(32)).decode()], AT)


@settings(max_examples=50, deadline=None)
@given(value=st.one_of(st.none(), st.integers(), st.binary(), st.lists(st.text())))
def test_values_of_other_types_raise_nothing_but_a_mismatch(value: Any) -> None:
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        headers = {**signed(), name: value}
        with pytest.raises(SignatureMismatch):
            verify(BODY, headers, [SECRET], AT)


def test_now_is_the_callers() -> None:
    with pytest.raises(SignatureMismatch):
        verify(BODY, signed(), [SECRET], NOW)


@pytest.mark.slow
def test_a_hundred_thousand_random_headers_raise_nothing_but_a_mismatch() -> None:
    dice = random.Random(11)
    good = signed()
    for _ in range(100_000):
        headers = dict(good)
        name = dice.choice(list(good))
        value = list(headers[name])
        for _ in range(dice.randint(1, 6)):
            value[dice.randrange(len(value))] = chr(dice.choice([dice.randrange(128), dice.randrange(0x11000)]))
        headers[name] = "".join(value)
        if headers[name] != good[name]:
            with pytest.raises(SignatureMismatch):
                verify(BODY, headers, [SECRET], AT)
