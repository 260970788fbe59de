"""Our own texts in eight languages: is it found who says what, and how is that counted?

The floors may only rise.
"""

import gzip
import json
from pathlib import Path

import pytest

from tests.quality.attribution import Triple, found, main, read, report
from tests.quality.attribution_marked import example, languages, marked

FLOOR = 0.9
"""F1 of whole attributions, of each language, on the half that no rule was made for."""


@pytest.mark.parametrize("code", languages())
def test_each_language_keeps_its_floor(code: str) -> None:
    told = report(marked(code, "test"))
    assert told["whole"]["f1"] >= FLOOR
    assert told["words"]["content"]["f1"] >= FLOOR


@pytest.mark.parametrize("code", languages())
def test_there_are_texts_enough(code: str) -> None:
    assert len(marked(code)) >= 40
    assert len(marked(code, "dev")) + len(marked(code, "test")) == len(marked(code))


def test_marks_become_places() -> None:
    one = example("[T:Go, [C:said] [S:Lind], now]. [S2:She] [C2:left]", "en")
    assert one.text == "Go, said Lind, now. She left"
    assert one.triples == (
        Triple(source=((9, 13),), cue=((4, 8),), content=((0, 18),)),
        Triple(source=((20, 23),), cue=((24, 28),)),
    )
    with pytest.raises(ValueError, match="not closed"):
        example("[S:Lind said", "en")


def test_quotes_and_citations_of_one_cue_are_one() -> None:
    text = "The ministry's press service said that the road was open."
    assert len(found(text, "en")) == 1


def test_any_file_can_be_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Kovac said the bridge was closed. Rain fell."
    right = {"source": [0, 5], "cue": [6, 10], "content": [11, 32]}
    missed = {"source": None, "cue": [39, 43], "content": [[34, 38]]}
    lines = [{"text": text, "lang": "en", "attributions": [right, missed]}, {"text": "Es regnet.", "attributions": []}]
    file = tmp_path / "said.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    main([str(file)])
    told = json.loads(capsys.readouterr().out)
    assert (told["texts"], told["marked"], told["found"]) == (2, 2, 1)
    assert told["pairs"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667}
    assert told["source"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert told["words"]["content"] == {"precision": 1.0, "recall": 0.8, "f1": 0.8889}


@pytest.mark.parametrize("said", ["{", '{"text": "a"}', '{"text": "a", "attributions": [{"cue": [0, 9]}]}'])
def test_a_line_that_is_wrong_is_named(tmp_path: Path, said: str) -> None:
    file = tmp_path / "said.jsonl"
    file.write_text('{"text": "a", "attributions": []}\n' + said)
    with pytest.raises(ValueError, match="line 2"):
        read(file)
