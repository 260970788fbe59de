"""What articles say is worked out once, as long as it is kept."""

import pytest

from consumers.link.voices import Voices
from tests.builders import an_enriched_article


def test_a_revision_is_looked_at_once() -> None:
    voices, enriched = Voices(), an_enriched_article(text="Talks begin in Geneva")
    assert voices.of(("a", 0), enriched) is voices.of(("a", 0), enriched)
    assert voices.of(("a", 1), enriched) is not voices.of(("a", 0), enriched)


def test_the_oldest_are_dropped_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.link.voices.MOST", 2)
    voices, enriched = Voices(), an_enriched_article(text="Talks begin in Geneva")
    first, second = voices.of(("a", 0), enriched), voices.of(("b", 0), enriched)
    voices.of(("c", 0), enriched)
    assert voices.of(("b", 0), enriched) is second
    assert voices.of(("a", 0), enriched) is not first
