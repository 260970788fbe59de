"""Attribution measured: texts in which is marked who said what, in what words, in; precision, recall, F1 out.

    python -m tests.quality.attribution FILE

A line of FILE (JSON lines, .gz too) has `text`, perhaps `lang`, and `attributions`: objects with `source`, `cue` and
`content`, each [start, end] in characters of the text, a list of such, or null. Quotes and citations count alike:
those with the same cue are one attribution, whose content is all that is said with it.

How overlap is counted. Two contents agree by twice their shared words over the sum of their words. A found attribution
and a marked one are paired where their cues share a word, or their contents agree by half or more: one with one, those
first whose cues meet, then those that agree most. Then, of all that were found and all that were marked:

- `pairs`: attributions that are paired.
- `source`, `cue`, `content`: pairs in which they share a word (source, cue), or agree by half (content).
- `whole`: pairs in which all three do, or are missing in both.
- `words`: shared words of the pairs, over all words found and all words marked, for each of the three.
"""

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumers.enrich.language import language
from consumers.enrich.said.attributions import attributions
from service.messages import Citation, Quote

ROLES = ("source", "cue", "content")
Place = tuple[int, int]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Triple:
    """Source, cue and content as places of characters; () for one that is missing."""

    source: tuple[Place, ...] = ()
    cue: tuple[Place, ...] = ()
    content: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Example:
    """A text and what is attributed in it."""

    text: str
    language: str
    triples: tuple[Triple, ...]


def read(file: Path) -> list[Example]:
    """Raises `ValueError` with the number of the line that is wrong."""
    opened = gzip.open if file.suffix == ".gz" else open
    examples = []
    with opened(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                examples.append(_example(json.loads(line)))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise ValueError(f"{file.name}, line {number}: {error!r}") from None
    return examples


def _example(said: Mapping[str, Any]) -> Example:
    text = said["text"]
    code = said.get("lang") or language("", text, "")[0]
    triples = (Triple(**{role: _places(each.get(role), len(text)) for role in ROLES}) for each in said["attributions"])
    return Example(text, code, tuple(triples))


def _places(said: Any, most: int) -> tuple[Place, ...]:
    """A place, several, or none."""
    if not said:
        return ()
    pairs = [said] if isinstance(said[0], int) else said
    places = tuple((int(start), int(end)) for start, end in pairs)
    if any(not 0 <= start <= end <= most for start, end in places):
        raise ValueError(f"{said} is not within the text")
    return places


def found(text: str, code: str) -> list[Triple]:
    """What Courant finds: quotes and citations as triples."""
    quotes, citations = attributions(text, code)
    groups: dict[Place, list[Quote | Citation]] = {}
    for quote in quotes:
        if quote.cue or quote.speaker_end:
            groups.setdefault(_key(quote.cue_start, quote.cue_end, quote.speaker_start), []).append(quote)
    told = set(groups)
    for citation in citations:
        key = _key(citation.cue_start, citation.cue_end, citation.start)
        if not citation.byline and key not in told:
            groups.setdefault(key, []).append(citation)
    return [_triple(group) for _, group in sorted(groups.items())]


def _key(cue_start: int, cue_end: int, source: int) -> Place:
    return (cue_start, cue_end) if cue_end else (source, -1)


def _triple(group: Sequence[Quote | Citation]) -> Triple:
    one = group[0]
    source = (one.speaker_start, one.speaker_end) if isinstance(one, Quote) else (one.start, one.end)
    contents = {
        (each.start, each.end) if isinstance(each, Quote) else (each.content_start, each.content_end) for each in group
    }
    return Triple(
        source=(source,) if source[1] else (),
        cue=((one.cue_start, one.cue_end),) if one.cue_end else (),
        content=tuple(sorted(contents)),
    )


class Words:
    """The words of a text, by number, so that places can be compared."""

    def __init__(self, text: str) -> None:
        self._spans = [match.span() for match in _WORD.finditer(text)]

    def of(self, places: Iterable[Place]) -> frozenset[int]:
        kept = list(places)
        return frozenset(
            number for number, (first, last) in enumerate(self._spans) if any(s < last and first < e for s, e in kept)
        )


def agreement(one: frozenset[int], other: frozenset[int]) -> float:
    """Twice what they share over the sum of both."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def report(examples: Sequence[Example]) -> dict[str, Any]:
    """Counts over all texts together."""
    counts: Counter[str] = Counter()
    for example in examples:
        words = Words(example.text)
        wanted = [_worded(words, each) for each in example.triples]
        given = [_worded(words, each) for each in found(example.text, example.language)]
        _count(counts, given, wanted)
    told: dict[str, Any] = {"texts": len(examples), "marked": counts["pairs wanted"], "found": counts["pairs given"]}
    for name in ("pairs", *ROLES, "whole"):
        told[name] = _figures(counts, name)
    return told | {"words": {role: _figures(counts, f"words {role}") for role in ROLES}}


Worded = dict[str, frozenset[int]]


def _worded(words: Words, triple: Triple) -> Worded:
    return {role: words.of(getattr(triple, role)) for role in ROLES}


def _count(counts: Counter[str], given: Sequence[Worded], wanted: Sequence[Worded]) -> None:
    for side, triples in (("given", given), ("wanted", wanted)):
        for name in ("pairs", "whole"):
            counts[f"{name} {side}"] += len(triples)
        for role in ROLES:
            counts[f"{role} {side}"] += sum(bool(each[role]) for each in triples)
            counts[f"words {role} {side}"] += sum(len(each[role]) for each in triples)
    for one, other in pairs(given, wanted):
        right = {role: _right(role, one[role], other[role]) for role in ROLES}
        counts["pairs shared"] += 1
        counts["whole shared"] += all(right[role] or not (one[role] or other[role]) for role in ROLES)
        for role in ROLES:
            counts[f"{role} shared"] += right[role]
            counts[f"words {role} shared"] += len(one[role] & other[role])


def _right(role: str, one: frozenset[int], other: frozenset[int]) -> bool:
    return agreement(one, other) >= 0.5 if role == "content" else bool(one & other)


def pairs(given: Sequence[Worded], wanted: Sequence[Worded]) -> list[tuple[Worded, Worded]]:
    """Each at most once, the best first."""
    possible = []
    for left, one in enumerate(given):
        for right, other in enumerate(wanted):
            alike, meets = agreement(one["content"], other["content"]), bool(one["cue"] & other["cue"])
            if meets or alike >= 0.5:
                possible.append((-meets, -alike, left, right))
    taken: tuple[set[int], set[int]] = set(), set()
    chosen = []
    for _, _, left, right in sorted(possible):
        if left not in taken[0] and right not in taken[1]:
            taken[0].add(left)
            taken[1].add(right)
            chosen.append((given[left], wanted[right]))
    return chosen


def _figures(counts: Mapping[str, int], name: str) -> dict[str, float]:
    shared, given, wanted = (counts[f"{name} {side}"] for side in ("shared", "given", "wanted"))
    precision, recall = shared / given if given else 0.0, shared / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if shared else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def main(arguments: Sequence[str]) -> None:
    if len(arguments) != 1:
        raise SystemExit("usage: python -m tests.quality.attribution FILE")
    examples = read(Path(arguments[0]))
    by_language = sorted({example.language for example in examples})
    told = report(examples)
    if len(by_language) > 1:
        told["languages"] = {code: report([each for each in examples if each.language == code]) for code in by_language}
    print(json.dumps(told, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
