"""Floors under how often the language of a short text is told. The "test" titles were never looked at in tuning."""

import json
from collections.abc import Callable
from pathlib import Path

from consumers.enrich.language import language

SET = Path(__file__).parents[1] / "data" / "enrich" / "languages.jsonl"
TEXTS = [json.loads(line) for line in SET.read_text("utf-8").splitlines()]


def accuracy(wanted: Callable[[dict[str, str]], bool], *, hinted: bool = False) -> float:
    chosen = [text for text in TEXTS if wanted(text)]
    right = [language(text["text"], "", text["lang"] if hinted else "")[0] == text["lang"] for text in chosen]
    return sum(right) / len(right)


def test_fifty_languages_and_three_texts_for_each() -> None:
    sizes = [sum(text["lang"] == code for text in TEXTS) for code in {text["lang"] for text in TEXTS}]
    assert len(sizes) >= 50
    assert min(sizes) >= 3


def test_titles() -> None:
    assert accuracy(lambda text: text["length"] == "title" and text["split"] == "dev") >= 0.97


def test_leads() -> None:
    assert accuracy(lambda text: text["length"] == "lead") >= 0.98


def test_titles_of_neighbours_kept_back() -> None:
    assert accuracy(lambda text: text["split"] == "test") >= 0.88


def test_with_the_feeds_word_for_it() -> None:
    assert accuracy(lambda text: True, hinted=True) >= 0.98
