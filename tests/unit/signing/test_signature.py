import base64
import random
from datetime import UTC, datetime, timedelta, timezone
from email.message import Message
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from service.errors import Invalid
from service.signing import (
    WebhookVerificationError,
    new_secret,
    new_signing_key,
    public_key_of,
    sign,
    verify,
)
from tests.builders import NOW

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SIGNING_KEY = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
PUBLIC_KEY = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
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
    verify(body, headers, [secret], now=at)


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
        verify(body.encode(), theirs, [secret], now=now)


@pytest.mark.slow
def test_the_other_public_library_accepts_what_we_sign_and_we_what_it_signs() -> None:
    from svix.webhooks import Webhook as Svix  # a second, for the models of its whole API

    dice = random.Random(8)
    now = datetime.now(UTC)
    for _ in range(1000):
        secret = new_secret(dice.randbytes)
        id, body = f"msg_{dice.getrandbits(120):x}", "".join(chr(dice.randint(32, 0x4FF)) for _ in range(60))
        at = now + timedelta(seconds=dice.randint(-250, 250))
        ours = signed(body.encode(), id, at, secret)
        Svix(secret).verify(body, {**ours, "webhook-signature": both(secret, id, at, body.encode())})
        verify(body, ours | {"webhook-signature": Svix(secret).sign(id, at, body)}, secret, now=now)


def both(secret: str, id: str, at: datetime, body: bytes) -> str:
    return " ".join(sign(key, id, at, body) for key in (secret, SIGNING_KEY))


def test_the_known_message_gets_the_known_asymmetric_signature() -> None:
    signature = sign(SIGNING_KEY, ID, AT, BODY)
    assert signature == ("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==")
    assert public_key_of(SIGNING_KEY) == PUBLIC_KEY
    verify(BODY, signed() | {"webhook-signature": signature}, PUBLIC_KEY, now=AT)
    with pytest.raises(WebhookVerificationError):
        verify(BODY + b" ", signed() | {"webhook-signature": signature}, PUBLIC_KEY, now=AT)


def test_a_public_key_checks_a_thousand_random_messages_and_none_that_was_changed() -> None:
    dice = random.Random(9)
    for _ in range(1000):
        key, body = new_signing_key(dice.randbytes), dice.randbytes(60)
        headers = signed(body, at=AT, secret=key)
        verify(body, headers, ["whsec_" + "A" * 44, public_key_of(key)], now=AT)
        with pytest.raises(WebhookVerificationError):
            verify(body + b"x", headers, public_key_of(key), now=AT)


def test_each_kind_of_key_is_for_its_own_kind_of_signature() -> None:
    for key in (SECRET, PUBLIC_KEY):
        other = SIGNING_KEY if key == SECRET else SECRET
        with pytest.raises(WebhookVerificationError):
            verify(BODY, signed(secret=other), key, now=AT)
    with pytest.raises(WebhookVerificationError):
        verify(BODY, signed(secret=SIGNING_KEY), SIGNING_KEY, now=AT)


@pytest.mark.parametrize("key", ["whpk_", "whpk_!!", "whpk_AAAA", "whpk_é", SIGNING_KEY.replace("whsk_", "whpk_")])
def test_a_public_key_that_is_none_matches_nothing(key: str) -> None:
    with pytest.raises(WebhookVerificationError):
        verify(BODY, signed(secret=SIGNING_KEY), key, now=AT)


@pytest.mark.parametrize("key", ["whsk_", "whsk_AAAA", "whsk_!!", SIGNING_KEY[:-4] + "AAA="])
def test_a_signing_key_whose_halves_do_not_belong_together_signs_nothing(key: str) -> None:
    with pytest.raises(Invalid) as caught:
        sign(key, ID, AT, BODY)
    assert key == "whsk_" or key not in str(caught.value)


def test_text_is_as_good_as_bytes_and_the_present_is_the_usual_time() -> None:
    now = datetime.now(UTC)
    verify("Grüße", signed("Grüße".encode(), at=now), SECRET)
    with pytest.raises(WebhookVerificationError, match="too far"):
        verify(BODY, signed(), SECRET)


def test_a_header_with_thousands_of_signatures_is_not_worked_through() -> None:
    many = " ".join(["v1a," + "A" * 86 + "=="] * 5000)
    with pytest.raises(WebhookVerificationError, match="too many"):
        verify(BODY, signed() | {"webhook-signature": many}, PUBLIC_KEY, now=AT)


@pytest.mark.parametrize("given", [None, 7, [7], {"a": "b"}, object()])
def test_whatever_else_is_given_raises_nothing_but_a_mismatch(given: Any) -> None:
    with pytest.raises(WebhookVerificationError):
        verify(given, signed(), SECRET, now=AT)
    with pytest.raises(WebhookVerificationError):
        verify(BODY, given, SECRET, now=AT)
    with pytest.raises(WebhookVerificationError):
        verify(BODY, signed(), given, now=AT)


def test_the_zone_of_the_timestamp_does_not_matter() -> None:
    minsk = AT.astimezone(timezone(timedelta(hours=3)))
    assert sign(SECRET, ID, minsk, BODY) == sign(SECRET, ID, AT, BODY)


def test_a_new_secret_is_32_given_bytes_and_signs() -> None:
    secret = new_secret(lambda count: bytes(range(count)))
    assert secret == "whsec_" + base64.b64encode(bytes(range(32))).decode()
    verify(BODY, signed(secret=secret), [secret], now=AT)


@pytest.mark.parametrize("length", [24, 64])
def test_secrets_of_24_to_64_bytes_sign(length: int) -> None:
    secret = "whsec_" + base64.b64encode(bytes(length)).decode()
    verify(BODY, signed(secret=secret), [secret], now=AT)


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
    with pytest.raises(WebhookVerificationError):
        verify(BODY, signed(), [secret], now=AT)


@pytest.mark.parametrize("id", ["", "msg_1.2"])
def test_an_id_that_blurs_what_is_signed_is_refused(id: str) -> None:
    with pytest.raises(Invalid):
        sign(SECRET, id, AT, BODY)
    with pytest.raises(WebhookVerificationError):
        verify(BODY, signed() | {"webhook-id": id}, [SECRET], now=AT)


def test_parts_cannot_be_shifted_across_the_dots() -> None:
    headers = signed(b"77.rest", "msg_a")
    shifted = headers | {"webhook-id": f"msg_a.{headers['webhook-timestamp']}", "webhook-timestamp": "77"}
    with pytest.raises(WebhookVerificationError):
        verify(b"rest", shifted, [SECRET], now=datetime.fromtimestamp(77, UTC))


@pytest.mark.parametrize(("seconds", "accepted"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_the_tolerance_holds_both_ways(seconds: int, accepted: bool) -> None:
    if accepted:
        verify(BODY, signed(), [SECRET], now=AT + timedelta(seconds=seconds))
    else:
        with pytest.raises(WebhookVerificationError, match="too far"):
            verify(BODY, signed(), [SECRET], now=AT + timedelta(seconds=seconds))


def test_any_of_several_secrets_and_signatures_may_match() -> None:
    old = new_secret(lambda count: bytes(count))
    headers = signed()
    both = sign(old, ID, AT, BODY) + " " + headers["webhook-signature"] + " v2,whatever"
    verify(BODY, headers | {"webhook-signature": both}, [SECRET], now=AT)
    verify(BODY, headers, [old, SECRET], now=AT)
    with pytest.raises(WebhookVerificationError):
        verify(BODY, headers, [], now=AT)


def test_headers_of_the_standard_library_will_do() -> None:
    """`email.message.Message`, which `http.server` has them in, is no mapping."""
    headers = Message()
    for name, value in signed().items():
        headers[name.title()] = value
    verify(BODY, headers, [SECRET], now=AT)
    headers["Webhook-Id"] = "msg_other"
    with pytest.raises(WebhookVerificationError, match="more than once"):
        verify(BODY, headers, [SECRET], now=AT)


def test_header_names_may_be_in_any_case_but_not_twice() -> None:
    upper = {name.upper(): value for name, value in signed().items()}
    verify(BODY, upper, [SECRET], now=AT)
    with pytest.raises(WebhookVerificationError, match="webhook-id"):
        verify(BODY, upper | {"webhook-id": ID}, [SECRET], now=AT)


@pytest.mark.parametrize("change", ["body", "webhook-id", "webhook-timestamp", "webhook-signature"])
def test_changing_anything_breaks_the_signature(change: str) -> None:
    headers = signed()
    if change == "body":
        with pytest.raises(WebhookVerificationError):
            verify(BODY + b" ", headers, [SECRET], now=AT)
        return
    broken = headers[change][:-2] + ("0" if headers[change][-2] != "0" else "1") + headers[change][-1]
    for value in (broken, "", headers[change] + "\n"):
        with pytest.raises(WebhookVerificationError):
            verify(BODY, headers | {change: value}, [SECRET], now=AT)


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
    with pytest.raises(WebhookVerificationError):
        verify(body, headers, [SECRET, PUBLIC_KEY], now=AT)


@settings(max_examples=50, deadline=None)
@given(value=st.one_of(st.none(), st.integers(), st.binary(), st.lists(st.text())))
def test_values_of_other_types_raise_nothing_but_a_mismatch(value: Any) -> None:
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        headers = {**signed(), name: value}
        with pytest.raises(WebhookVerificationError):
            verify(BODY, headers, [SECRET], now=AT)


def test_now_is_the_callers() -> None:
    with pytest.raises(WebhookVerificationError):
        verify(BODY, signed(), [SECRET], now=NOW)


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
            with pytest.raises(WebhookVerificationError):
                verify(BODY, headers, [SECRET], now=AT)
