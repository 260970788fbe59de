"""How well are people known? Labelled names and texts come in, precision, recall and F1 go out.

python -m tests.quality.people FILE... [--part dev|test] [--misses]

A line of names: {"family", "person", "names": {language: [name, ...]}}; names of one person are to be found the
same, names of two people of one family are not. A line of text: {"language", "text", "people": [{"name",
"count"}], "organisations": [name]}, where `count` is of mentions by name or surname.
"""

import argparse
import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

from consumers.enrich.people.who import entities
from service.messages import Entity
from service.people import same_person

Part = Literal["dev", "test", "all"]
Form = tuple[str, str, str]
"""Person, language, name."""


@dataclass
class Score:
    """Right ones, wrong ones and missed ones, with examples of the last two."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def told(self) -> dict[str, float | int]:
        precision = self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0
        recall = self.right / (self.right + self.missed) if self.right + self.missed else 1.0
        both = precision + recall
        f1 = 2 * precision * recall / both if both else 0.0
        return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "right": self.right}


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of a file, which may be packed. Raises `ValueError` that names a line that is none of ours."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    lines = []
    for number, line in enumerate(raw.decode().splitlines(), 1):
        try:
            labelled = json.loads(line)
            if not ({"family", "person", "names"} <= set(labelled) or {"language", "text", "people"} <= set(labelled)):
                raise ValueError("neither names nor a text")
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}: line {number}: {error}") from error
        lines.append(labelled)
    return lines


def in_part(label: str, part: Part) -> bool:
    """Half of the labels are for tuning; a label is always in the same half."""
    return part == "all" or (crc32(label.encode()) % 2 == 0) == (part == "dev")


def pairs(lines: Iterable[dict[str, Any]], part: Part = "all") -> Iterator[tuple[Form, Form]]:
    """All pairs of names within a family."""
    families = defaultdict[str, list[Form]](list)
    for line in lines:
        if "names" in line and in_part(line["family"], part):
            forms = [(line["person"], code, name) for code, names in line["names"].items() for name in names]
            families[line["family"]] += forms
    for forms in families.values():
        yield from combinations(forms, 2)


def across_spellings(found: Iterable[tuple[Form, Form]]) -> Score:
    score = Score()
    for (one, language, name), (other, code, written) in found:
        same = same_person(name, language, written, code)
        score.right += same and one == other
        score.wrong += same and one != other
        score.missed += not same and one == other
        if same != (one == other):
            score.examples.append(f"{'wrong' if same else 'missed'}: {name} ({language}), {written} ({code})")
    return score


def in_texts(lines: Iterable[dict[str, Any]], part: Part = "all") -> tuple[Score, Score, Score]:
    """Of people, of organisations, and of mentions given to the right person."""
    people, organisations, mentions = Score(), Score(), Score()
    for line in lines:
        if "text" in line and in_part(line["text"], part):
            found = entities(line.get("title", ""), line["text"], line["language"])
            _tagged(people, [each["name"] for each in line["people"]], found, "person", line["text"])
            _tagged(organisations, line.get("organisations", []), found, "organisation", line["text"])
            _resolved(mentions, line["people"], found, line["text"])
    return people, organisations, mentions


def _tagged(score: Score, names: Sequence[str], found: Sequence[Entity], kind: str, text: str) -> None:
    tagged = [each for each in found if each.kind == kind]
    met = [name for name in names if any(name in (*each.forms, each.name) for each in tagged)]
    extra = [each.name for each in tagged if not set(names) & {*each.forms, each.name}]
    score.right += len(met)
    score.missed += len(names) - len(met)
    score.wrong += len(extra)
    missing = sorted(set(names) - set(met))
    if extra or missing:
        score.examples.append(f"wrong: {extra} missed: {missing} in: {text}")


def _resolved(score: Score, people: Sequence[dict[str, Any]], found: Sequence[Entity], text: str) -> None:
    counts = Counter({form: each.count for each in found for form in each.forms if each.kind == "person"})
    for person in people:
        got, given = counts[person["name"]], person.get("count", 1)
        if got:
            score.right += min(got, given)
            score.wrong += max(0, got - given)
            score.missed += max(0, given - got)
            if got != given:
                score.examples.append(f"{person['name']}: {got}, not {given} in: {text}")


def scores(lines: Sequence[dict[str, Any]], part: Part = "all") -> dict[str, Score]:
    people, organisations, mentions = in_texts(lines, part)
    pair = across_spellings(pairs(lines, part))
    return {"pairs": pair, "people": people, "organisations": organisations, "mentions": mentions}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--part", choices=("dev", "test", "all"), default="all")
    parser.add_argument("--misses", action="store_true", help="print what went wrong, too")
    given = parser.parse_args(arguments)
    try:
        lines = [line for path in given.files for line in read(path)]
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for name, score in scores(lines, given.part).items():
        sys.stdout.write(json.dumps({"what": name, **score.told}) + "\n")
        if given.misses:
            sys.stdout.writelines(f"  {example}\n" for example in score.examples)
    return 0


if __name__ == "__main__":
    sys.exit(main())
