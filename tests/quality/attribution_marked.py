"""Our own texts with attributions marked in them: `[S:Anna Kovac] [C:said] [T:the bridge was closed]`.

S is the source, C the cue, T what is attributed; parts of a second attribution are S2, C2, T2, and so on. Marks may
stand within each other. Of each language's file every other line is for development, the rest is for the test.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Literal

from tests.quality.attribution import Example, Place, Triple

FOLDER = Path(__file__).parents[1] / "data" / "attributions"
_MARK = re.compile(r"\[([SCT])(\d?):|\]")


def languages() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.txt"))


def marked(code: str, part: Literal["dev", "test", "all"] = "all") -> list[Example]:
    lines = (FOLDER / f"{code}.txt").read_text("utf-8").splitlines()
    wanted = {"dev": lines[::2], "test": lines[1::2], "all": lines}[part]
    return [example(line, code) for line in wanted]


def example(line: str, code: str) -> Example:
    """The text without its marks, and where they stood. Raises `ValueError` for one that is not closed."""
    text, at = "", 0
    opened: list[tuple[str, str, int]] = []
    found: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for match in _MARK.finditer(line):
        text, at = text + line[at : match.start()], match.end()
        if match[1]:
            opened.append((match[1], match[2], len(text)))
        else:
            role, number, start = opened.pop()
            found[number][role].append((start, len(text)))
    if opened:
        raise ValueError(f"a mark is not closed: {line}")
    triples = (Triple(*(tuple(places[role]) for role in "SCT")) for _, places in sorted(found.items()))
    return Example(text + line[at:], code, tuple(triples))
