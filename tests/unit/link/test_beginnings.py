"""How many strands of other languages began about when one did."""

from datetime import timedelta

from consumers.link.beginnings import ABOUT, Beginnings
from tests.builders import NOW


def test_only_strands_of_other_languages_that_began_about_then_count() -> None:
    known = Beginnings()
    for language, began in (("en", NOW), ("de", NOW + ABOUT), ("fr", NOW - ABOUT), ("fr", NOW - ABOUT * 2)):
        known.add(language, began)
    assert known.elsewhere("en", NOW) == 2
    assert known.elsewhere("pl", NOW) == 3
    known.remove("de", NOW + ABOUT)
    assert known.elsewhere("en", NOW) == 1
    assert known.elsewhere("en", NOW + timedelta(days=30)) == 0
