"""How well is the text of pages found? A file of pages with their text in; agreement out, as JSON.

    python -m tests.quality.extraction FILE [--rules FILE]

FILE has JSON lines, gzipped or not: `html` (or `html_file`, a path relative to the file), `text`, and where there
are any `url` and `source`. Agreement is that of the words of a page's text, as often as they are in it, with those
found; the mean over pages. `speed` is pages a second in one process.
"""

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumers.pages.extract import Extracted, extract
from consumers.pages.rules import Rules, load_rules
from service.text import tokens
from tests.quality.agreement import Agreement

SOMEWHERE = "https://labelled.invalid/"
FIXTURES = Path(__file__).parent.parent / "data" / "pages"


@dataclass(frozen=True, slots=True)
class Example:
    """A page and the text that a reader takes for its article's."""

    name: str
    body: bytes
    text: str
    url: str = SOMEWHERE
    source: str = ""


def fixtures(folder: Path = FIXTURES) -> list[Example]:
    """Our own pages."""
    told = json.loads((folder / "imprints.json").read_text("utf-8"))
    return [
        Example(name, (folder / f"{name}.html").read_bytes(), (folder / f"{name}.txt").read_text("utf-8"), each["url"])
        for name, each in told.items()
    ]


def read(path: Path) -> list[Example]:
    """Raises `ValueError`, naming the line, if one is no page with its text."""
    examples = []
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            try:
                examples.append(_example(json.loads(line), number, path.parent))
            except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
                raise ValueError(f"{path}, line {number}: {type(error).__name__}: {error}") from error
    return examples


def _lines(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rt", encoding="utf-8") if zipped else path.open(encoding="utf-8") as lines:
        yield from lines


def _example(fields: dict[str, Any], number: int, folder: Path) -> Example:
    body = (folder / fields["html_file"]).read_bytes() if "html_file" in fields else fields["html"].encode()
    url = str(fields.get("url") or SOMEWHERE)
    return Example(str(fields.get("id", number)), body, str(fields["text"]), url, str(fields.get("source") or ""))


def agreement(found: str, given: str) -> Agreement:
    """Of the words found, the share that is given, and the other way round; each word as often as it is there."""
    ours, theirs = (Counter(token.word for token in tokens(text)) for text in (found, given))
    shared = (ours & theirs).total()
    if not ours or not theirs:
        return Agreement(float(not ours), float(not theirs))
    return Agreement(shared / ours.total(), shared / theirs.total())


def report(examples: Sequence[Example], rules: Rules) -> dict[str, Any]:
    """The means, and the ten worst pages."""
    begun = time.perf_counter()
    found = [_extracted(each, rules) for each in examples]
    seconds = time.perf_counter() - begun
    agreements = [agreement(it.text, each.text) for it, each in zip(found, examples, strict=True)]
    worst = sorted(zip(agreements, examples, strict=True), key=lambda pair: pair[0].f1)
    return {
        "pages": len(examples),
        "precision": _mean(each.precision for each in agreements),
        "recall": _mean(each.recall for each in agreements),
        "f1": _mean(each.f1 for each in agreements),
        "empty": sum(not each.text for each in found),
        "dated": _mean(each.page.published_at is not None for each in found),
        "with_author": _mean(bool(each.page.author) for each in found),
        "speed": round(len(examples) / seconds, 1) if seconds else 0.0,
        "worst": [{"id": each.name, "f1": round(how.f1, 3)} for how, each in worst[:10]],
    }


def _extracted(example: Example, rules: Rules) -> Extracted:
    return extract(example.body, example.url, rules.of(example.source, example.url))


def _mean(values: Iterable[float]) -> float:
    each = list(values)
    return round(sum(each) / len(each), 4) if each else 0.0


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, nargs="?", help="our own pages if left out")
    parser.add_argument("--rules", type=Path, help="rules of extraction")
    given = parser.parse_args(arguments)
    try:
        examples = read(given.file) if given.file else fixtures()
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    extract(b"<p>Ready.</p>", "https://ready.test/")  # so that importing is not measured
    sys.stdout.write(json.dumps(report(examples, load_rules(given.rules)), indent=1) + "\n")


if __name__ == "__main__":
    main()
