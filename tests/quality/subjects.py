"""How often are subjects right? A file of labelled texts comes in; precision, recall and the scores behind go out.

    python -m tests.quality.subjects tests/data/subjects.tsv

Each line is language, ids that a reader would accept (the first is the main one; none if there is no subject to
say), title and text, parted by tabs. Parents are not counted: they follow from what is.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from consumers.enrich.subjects import SURE, concepts, lineage, subjects


@dataclass(frozen=True, slots=True)
class Labelled:
    language: str
    accepted: frozenset[str]
    main: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Of the subjects said, the share accepted; of the texts with a subject, the share whose main one is said."""

    precision: float
    recall: float
    said: int
    texts: int
    silent: float
    """Share of the texts without a subject about which nothing is said."""


def read(path: Path) -> list[Labelled]:
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [
        Labelled(language, frozenset(filter(None, ids.split(","))), ids.split(",")[0], title, text)
        for language, ids, title, text in rows
    ]


def said(each: Labelled) -> dict[str, float]:
    """What is said of a text, parents aside, and how surely."""
    found = {
        topic.id.removeprefix("medtop:"): topic.confidence for topic in subjects(each.title, each.text, each.language)
    }
    parents = {parent for code in found for parent in lineage(code)[1:]}
    return {code: sure for code, sure in found.items() if code not in parents}


def measure(texts: Sequence[Labelled]) -> Measured:
    right = wrong = found = 0
    for each in texts:
        codes = said(each)
        accepted = {code for label in each.accepted for code in lineage(label)}
        right += sum(code in accepted for code in codes)
        wrong += sum(code not in accepted for code in codes)
        found += bool(each.main) and any(each.main in lineage(code) for code in codes)
    about = [each for each in texts if each.main]
    quiet = [not said(each) for each in texts if not each.main]
    share = sum(quiet) / len(quiet) if quiet else 1.0
    return Measured(right / max(1, right + wrong), found / max(1, len(about)), right + wrong, len(texts), share)


def calibration(texts: Sequence[Labelled]) -> dict[float, tuple[int, int]]:
    """By the confidence said: how many, and how many of them right."""
    bins: dict[float, tuple[int, int]] = {sure: (0, 0) for _, sure in SURE}
    for each in texts:
        accepted = {code for label in each.accepted for code in lineage(label)}
        for code, sure in said(each).items():
            many, right = bins[sure]
            bins[sure] = many + 1, right + (code in accepted)
    return bins


def main(path: str) -> None:
    texts = read(Path(path))
    print(f"all       {_line(measure(texts))}")
    for language in sorted({each.language for each in texts}):
        print(f"{language}        {_line(measure([each for each in texts if each.language == language]))}")
    for sure, (many, right) in calibration(texts).items():
        print(f"said with {sure:.2f}: {many}, right {right / max(1, many):.2f}")
    for each in texts:
        codes = said(each)
        if (each.main and each.main not in codes) or set(codes) - each.accepted:
            names = ", ".join(f"{concepts()[code].name} {sure}" for code, sure in codes.items())
            print(f"  {each.language} {each.title}: {names or '-'}")


def _line(found: Measured) -> str:
    return (
        f"{found.texts} texts, {found.said} said: precision {found.precision:.2f}, main one found {found.recall:.2f}, "
        f"silent where there is none {found.silent:.2f}"
    )


if __name__ == "__main__":
    main(sys.argv[1])
