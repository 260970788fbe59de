"""Numbers: a text in, its numbers in one written form out ("1,300", "1 300" and "1.300" are "1300").

Years are kept, for they tell happenings apart; of a date only the year stays, and times of day go: they are
written too differently to be compared.
"""

import re
import unicodedata
from collections.abc import Iterator

from service.text.reading import Rule, read

VERSION = "1"
MOST = 200
"""Numbers kept of one text: a table of results must not swell the message."""
LONGEST = 15
"""Digits; what is longer is an identifier."""

_SPACE = "[ \u00a0\u2009\u202f]"
_NUMBER = re.compile(
    rf"(?<![A-Za-z\d])"
    rf"(?:\d{{1,3}}(?:{_SPACE}\d{{3}})+(?![\d])(?:[.,]\d+)?"  # 1 300 and 1 300,5
    rf"|\d+(?:[.,:/'’-]\d+)*)"
)
_DATE = re.compile(r"(?:(\d{4})[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}))\Z")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([.,'’])\d{3})(?:\1\d{3})*\Z")
_LAKHS = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}\Z")
_YEARS = re.compile(r"(\d{4})[-/](\d{4}|\d{2})\Z")
_SPACES = re.compile(_SPACE)
_DIGIT = re.compile(r"\d")
_DIGITS = Rule(lambda chunk: _DIGIT.search(chunk) is not None)


def numbers(*texts: str) -> tuple[str, ...]:
    """Each number once, in the order of the texts."""
    found: dict[str, None] = {}
    for written in (each for text in texts for each in _written(text)):
        for number in _plain(_SPACES.sub("", written)):
            found[number] = None
        if len(found) >= MOST:
            break
    return tuple(found)[:MOST]


def _written(text: str) -> Iterator[str]:
    """Looks only where digits stand."""
    reading = read(text)
    for start, end in reading.stretches(_DIGITS.telling(reading.chunks)):
        yield from _NUMBER.findall(_ascii_digits(text[start:end]))


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    foreign = {character for character in set(text) if character.isdecimal() and not character.isascii()}
    if not foreign:
        return text
    return text.translate({ord(digit): str(unicodedata.decimal(digit)) for digit in foreign})


def _plain(written: str) -> tuple[str, ...]:
    """What one written number means: none (a time, a version), one, or two (a range)."""
    if written.isdigit():
        return (written.lstrip("0") or "0",) if len(written) <= LONGEST else ()
    if date := _DATE.match(written):
        return (date[1] or date[2],)
    if years := _YEARS.match(written):
        return years[1], years[2] if len(years[2]) == 4 else years[1][:2] + years[2]
    for joint in "-/":
        if joint in written:
            parts = written.split(joint)
            return tuple(number for part in parts for number in _plain(part)) if len(parts) == 2 else ()
    if ":" in written:
        return ()
    return _decimal(written)


def _decimal(written: str) -> tuple[str, ...]:
    if _THOUSANDS.match(written) or _LAKHS.match(written):
        return (re.sub(r"[.,'’]", "", written),)
    whole, mark, fraction = _split(written)
    if not mark or not (whole.isdigit() or _THOUSANDS.match(whole) or _LAKHS.match(whole)):
        return ()
    whole = re.sub(r"[.,'’]", "", whole).lstrip("0") or "0"
    fraction = fraction.rstrip("0")
    return (f"{whole}.{fraction}" if fraction else whole,)


def _split(written: str) -> tuple[str, str, str]:
    """At the last point or comma, which parts off the decimals."""
    at = max(written.rfind("."), written.rfind(","))
    return (written[:at], written[at], written[at + 1 :]) if at > 0 else (written, "", "")
