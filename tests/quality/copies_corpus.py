"""A labelled set of copies, made from `copies_prose`: reports, copies of them as outlets make them, and reports that
only look alike. The same seed gives the same set.

    python -m tests.quality.copies_corpus > copies.jsonl

Each document has `kind`, which says how it came about, and `original`: the id of the report it is a copy of, its own
for everything that is nobody's copy.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.quality.copies_hard import HARD
from tests.quality.copies_prose import LANGUAGES, Language

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
ORIGINALS = 12
"""A language."""
SENTENCES = 7


@dataclass(frozen=True)
class Document:
    """One text at one outlet."""

    id: str
    original: str
    kind: str
    language: str
    title: str
    text: str
    at: datetime

    def line(self) -> str:
        fields = {
            "id": self.id,
            "original": self.original,
            "kind": self.kind,
            "lang": self.language,
            "source": f"{self.id.rpartition('-')[2]}-outlet.example",
            "published": self.at.isoformat(),
            "title": self.title,
            "text": self.text,
        }
        return json.dumps(fields, ensure_ascii=False)


def corpus(seed: int = 1) -> list[Document]:
    """In the order of publication; a copy now and then before its original."""
    made = [each for code in LANGUAGES for each in _Desk(code, random.Random(f"{seed} {code}")).day()]
    return sorted(made + list(hard()), key=lambda each: (each.at, each.id))


def hard() -> Iterator[Document]:
    """Pairs written by hand: real judgement, not a template, says whether they are copies."""
    for number, (language, is_copy, first, second) in enumerate(HARD):
        one, other = f"hard-{number}-a", f"hard-{number}-b"
        at = START + timedelta(days=1, minutes=number)
        yield Document(one, one, "by hand", language, *first, at)
        yield Document(other, one if is_copy else other, "by hand", language, *second, at + timedelta(hours=1))


class _Desk:
    """All outlets of one language, for a day."""

    def __init__(self, code: str, rng: random.Random) -> None:
        self._code, self._rng, self._prose = code, rng, LANGUAGES[code]
        self._made: list[Document] = []
        self._gap = "" if code == "zh" else " "

    def day(self) -> list[Document]:
        for _ in range(ORIGINALS):
            report = self._report()
            for kind in self._rng.sample(list(COPIES), 3):
                self._copy(report, kind)
        for _ in range(3):
            self._add("template", self._told(self._prose.weather * 2))
            self._add("quotation", [*self._sentences(4), self._prose.quote, *self._sentences(3)])
            self._add("follow-up", [*self._sentences(6), *self._sentences_of(self._made[0])[1:3]])
            self._add("footer", [*self._sentences(6), self._prose.footer])
        return self._made

    def _report(self) -> Document:
        return self._add("report", self._sentences(SENTENCES))

    def _copy(self, report: Document, kind: str) -> None:
        sentences = COPIES[kind](self._sentences_of(report), self._prose, self._rng)
        hours = self._rng.choice([-1, 0.2, 1, 2, 5, 20])
        title = report.title if kind == "word for word" else self._sentences(1)[0]
        self._add(kind, sentences, report, hours, title)

    def _add(
        self, kind: str, sentences: Sequence[str], report: Document | None = None, hours: float = 0.0, title: str = ""
    ) -> Document:
        name = f"{self._code}-{len(self._made)}"
        at = report.at + timedelta(hours=hours) if report else START + timedelta(minutes=self._rng.randrange(1440))
        title = title or self._sentences(1)[0].rstrip(".。")
        text = self._gap.join(sentences)
        self._made.append(Document(name, report.id if report else name, kind, self._code, title, text, at))
        return self._made[-1]

    def _sentences(self, count: int) -> list[str]:
        return self._told(self._rng.sample(self._prose.sentences, count))

    def _told(self, patterns: Sequence[str]) -> list[str]:
        rng, prose = self._rng, self._prose
        place = rng.choice(prose.places)
        return [
            each.format(
                p=place,
                o=rng.choice(prose.bodies),
                n=rng.choice(prose.people),
                a=rng.randrange(2, 99),
                b=rng.randrange(2, 60),
            )
            for each in patterns
        ]

    def _sentences_of(self, report: Document) -> list[str]:
        marks = "。" if self._code == "zh" else ". "
        parts = report.text.split(marks)
        return [part + marks.strip() for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


Change = Callable[[list[str], Language, random.Random], list[str]]


def _edited(sentences: list[str], prose: Language, rng: random.Random) -> list[str]:
    """One word in twenty is another one, as a desk's editor leaves them."""
    stock = " ".join(prose.own).split()
    if len(stock) < 10:  # no blanks between words
        return [each.replace(each[3:5], prose.own[0][2:4], 1) for each in sentences]
    return [" ".join(rng.choice(stock) if rng.random() < 0.05 else word for word in each.split()) for each in sentences]


COPIES: dict[str, Change] = {
    "word for word": lambda given, prose, rng: given,
    "other headline": lambda given, prose, rng: given,
    "edited": _edited,
    "shortened by a third": lambda given, prose, rng: given[:5],
    "shortened to the half": lambda given, prose, rng: given[:4],
    "lead alone": lambda given, prose, rng: given[:3],
    "paragraph added": lambda given, prose, rng: [*given, *rng.sample(prose.own, 2)],
    "paragraph in front": lambda given, prose, rng: [prose.own[0], prose.own[2], *given],
    "footer": lambda given, prose, rng: [*given, prose.footer],
    "shortened with a footer": lambda given, prose, rng: [*given[:4], prose.footer],
    "sentences moved": lambda given, prose, rng: [*given[:2], *given[4:], *given[2:4]],
    "one left out": lambda given, prose, rng: [*given[:3], *given[4:]],
}


def main() -> None:
    for document in corpus():
        print(document.line())


if __name__ == "__main__":
    main()
