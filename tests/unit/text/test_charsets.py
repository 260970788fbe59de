"""Names of character sets."""

import pytest

from service.text.charsets import WIDER, codec


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("UTF8", "utf-8"),
        (" windows-1251 ", "cp1251"),
        ("latin-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("GB2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("no-such-thing", ""),
        ("base64", ""),
        ("rot13", ""),
        ("undefined", ""),
        ("utf\0", ""),
        ("", ""),
    ],
)
def test_a_label_means_a_codec(label: str, name: str) -> None:
    assert codec(label) == name


@pytest.mark.parametrize("name", WIDER)
def test_what_is_meant_is_not_widened_again(name: str) -> None:
    assert codec(codec(name)) == codec(name) == WIDER[name]
