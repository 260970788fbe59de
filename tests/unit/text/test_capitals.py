"""Capitals of every script that has them, and no small letter."""

import re
import sys
import unicodedata

from service.text.capitals import CAPITALS

CAPITAL = re.compile(f"[{CAPITALS}]")


def test_letters_of_scripts_in_use_are_told_apart() -> None:
    assert all(CAPITAL.fullmatch(letter) for letter in "AŻŁŠČĐǅΆΩЁЎҐӘԱẤỞỲ")
    assert not any(CAPITAL.fullmatch(letter) for letter in "ażłšđčŉʼάωёўґәաấởỳß ªº1-_")


def test_no_small_letter_anywhere_is_taken_for_a_capital() -> None:
    small = (chr(code) for code in range(sys.maxunicode) if unicodedata.category(chr(code)) == "Ll")
    assert not [letter for letter in small if CAPITAL.match(letter)]
