"""Secrets: are they made as promised, and refused where they cannot be used?"""

import pytest

from service.errors import Invalid
from service.signing.keys import checked_secret, key_of, new_secret


def test_a_new_secret_holds_32_random_bytes() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert len(key_of(first)) == 32
    assert checked_secret(first) == first


@pytest.mark.parametrize("given", ["", "whsec_", "whsec_AAAA", "whsec_é", "whsec_!!!!", "whpk_" + "A" * 44])
def test_what_cannot_be_used_is_refused_and_not_repeated(given: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_secret(given)
    assert caught.value.field == "/secret"
    assert given == "" or given.removeprefix("whsec_") == "" or given not in str(caught.value)
