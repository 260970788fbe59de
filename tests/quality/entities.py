"""How well are countries, scenes and entities found? A labelled file in, precision, recall and F1 out, as JSON.

    python -m tests.quality.entities tests/data/enrich/countries.jsonl

JSON lines, gzipped or not, each with `text`, `lang`, where there is one `title`, and what was labelled:
`countries` (ISO codes, any order), `scene` (an ISO code, "" where the text does not say), `entities` (a list of
{"name" or "id", "kind"}). `split` ("dev" or "test") chooses with `--split`. What a line does not have is not
asked of it. An entity is found if its kind is right and its id, or one of the forms of its name.
"""

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from consumers.enrich.enrichers import enriched
from service.messages import Article, EnrichedArticle, Entity, RawArticle

SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tally:
    """What was found rightly, found wrongly, and not found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def shown(self) -> dict[str, float]:
        return {"p": round(self.precision, 3), "r": round(self.recall, 3), "f1": round(self.f1, 3)}


def read(path: Path, split: str = "") -> list[Fields]:
    """Raises `ValueError`, naming the line, if one has no text."""
    documents: list[Fields] = []
    for number, line in enumerate(_lines(path), 1):
        fields = json.loads(line)
        if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
            raise ValueError(f"{path}, line {number}: no text")
        if not split or fields.get("split") == split:
            documents.append(fields)
    return documents


def measured(documents: Iterable[Fields]) -> dict[str, dict[str, Tally]]:
    """For each thing labelled: its tally over all, under "", and by language."""
    tallies: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for fields in documents:
        found = _found(fields)
        for name, compare in MEASURES.items():
            if name in fields:
                tally = compare(fields[name], found)
                tallies[name][""] += tally
                tallies[name][str(fields.get("lang", ""))] += tally
    return tallies


def _countries(given: Sequence[str], found: EnrichedArticle) -> Tally:
    return _sets(set(given), set(found.countries))


def _scene(given: str, found: EnrichedArticle) -> Tally:
    return _sets({given} - {""}, {found.scene} - {""})


def _sets(given: set[str], found: set[str]) -> Tally:
    return Tally(len(given & found), len(found - given), len(given - found))


def _entities(given: Sequence[Fields], found: EnrichedArticle) -> Tally:
    left = list(found.entities)
    right = 0
    for wanted in given:
        if match := next((entity for entity in left if _same(wanted, entity)), None):
            left.remove(match)
            right += 1
    return Tally(right, len(left), len(given) - right)


def _same(wanted: Fields, entity: Entity) -> bool:
    if wanted.get("kind", entity.kind) != entity.kind:
        return False
    return wanted.get("id") == entity.id or wanted.get("name") in (entity.name, *entity.forms)


MEASURES: Mapping[str, Callable[[Any, EnrichedArticle], Tally]] = {
    "countries": _countries,
    "scene": _scene,
    "entities": _entities,
}
"""By the field of the file that labels it. A new one is a function and a line here."""


def _found(fields: Fields) -> EnrichedArticle:
    """As the stage finds it, for a feed that says its language."""
    raw = RawArticle(
        url="https://labelled.invalid/",
        source="labelled.invalid",
        seen_at=SOME_TIME,
        title=str(fields.get("title") or ""),
        content=fields["text"],
        language=str(fields.get("lang") or "")[:2],
    )
    article = Article(article_id="labelled", kind="new", revision=0, raw=raw)
    return enriched(article, raw.content, {})


def _lines(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rt", encoding="utf-8") if zipped else path.open(encoding="utf-8") as lines:
        yield from filter(str.strip, lines)


def main() -> None:
    """Print the measures of a file, over all and by language."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--split", default="", help="only lines with this split")
    arguments = parser.parse_args()
    documents = read(arguments.file, arguments.split)
    shown: dict[str, Any] = {"documents": len(documents), "languages": len(Counter(d.get("lang") for d in documents))}
    for name, tallies in measured(documents).items():
        by_language = {code: tally.shown()["f1"] for code, tally in sorted(tallies.items()) if code}
        shown[name] = {**tallies[""].shown(), "f1_by_language": by_language}
    print(json.dumps(shown, indent=2))


if __name__ == "__main__":
    main()
