"""What stands in quotation marks: a text in, spans of characters out, in order and apart, marks included.

Marks inside marks belong to the outer ones. A quote that is still open at the end of its paragraph ends there,
as those do that go on in the next one.
"""

import re
from typing import NamedTuple

LONGEST = 4000
"""Characters; a mark whose partner is farther away is no quotation."""
_CLOSED_BY = {
    "«": ("»",),
    "»": ("«",),
    "„": ("“", "”", '"'),
    "“": ("”",),
    "”": ("”",),
    '"': ('"', "“", "”"),
    "‹": ("›",),
    "‚": ("‘", "’"),
    "‘": ("’",),
    "「": ("」",),
    "``": ("''",),
}
_MARK = re.compile("``|''|[«»„“”\"‹›‚‘’「」\n]")
_BEFORE = " \t\u00a0([{—–-:/"
_DIALOGUE = re.compile(r"^[ \t\u00a0]*[—–-][ \t\u00a0]+(?=\S)", re.MULTILINE)
_HANDED_OVER = re.compile(r"[,!?…][ \t\u00a0]*[—–-][ \t\u00a0]+(?=[^\W\d_])")


class Span(NamedTuple):
    """Characters of a text, from `start` to before `end`."""

    start: int
    end: int


def quotations(text: str) -> list[Span]:
    """Longer than nothing; single marks only where they cannot be apostrophes."""
    found: list[Span] = []
    opened, depth = -1, 0
    closers: tuple[str, ...] = ()
    for match in _MARK.finditer(text):
        mark, at = match[0], match.start()
        if opened >= 0 and at - opened > LONGEST:
            opened = -1
        if opened < 0:
            if mark in _CLOSED_BY and _opens(text, at, mark):
                opened, closers, depth = at, _CLOSED_BY[mark], 0
        elif mark == "\n":
            _close(text, found, opened, at, whole=False)
            opened = -1
        elif mark in "«„‹「" and text.startswith(mark, opened):
            depth += 1
        elif mark in closers and _closes(text, at, mark):
            if depth:
                depth -= 1
                continue
            _close(text, found, opened, match.end(), whole=True)
            opened = -1
    if opened >= 0:
        _close(text, found, opened, len(text), whole=False)
    return found


def dialogue(text: str) -> list[Span]:
    """Lines that begin with a dash, up to where the narrator takes over (", — he said")."""
    found = []
    for match in _DIALOGUE.finditer(text):
        end = text.find("\n", match.end())
        end = len(text) if end < 0 else end
        if over := _HANDED_OVER.search(text, match.end(), min(end, match.end() + LONGEST)):
            found.append(Span(match.end(), over.start() + 1))
    return found


def _opens(text: str, at: int, mark: str) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not after or (after.isspace() and mark not in ("«", '"', "``")):
        return False
    if mark in ("«", "„", "‚", "‹", "「", "``"):
        return True
    return not before or before.isspace() or before in _BEFORE


def _closes(text: str, at: int, mark: str) -> bool:
    """An apostrophe is followed by a letter, or ends a word of the kind of "workers'"."""
    if mark != "’":
        return True
    after = text[at + 1 : at + 2]
    return not after.isalnum() and (text[at - 1] in ",.!?…" or not text[at - 1].isalpha() or text[at - 1] != "s")


def _close(text: str, found: list[Span], start: int, end: int, whole: bool) -> None:
    """One without its closing mark counts only if it is long enough to be a paragraph."""
    if end - start > 2 and (whole or text.count(" ", start, end) >= 4):
        found.append(Span(start, end))
