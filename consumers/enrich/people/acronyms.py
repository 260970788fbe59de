"""Acronyms that a text explains: "Harbour Workers' Union (HWU)" in, the acronym's places and its name out."""

import re
from collections.abc import Iterator

from service.text import fold

MOST = 20
"""Acronyms looked at in one text."""
MOST_WORDS = 12
_IN_BRACKETS = re.compile(r"\(([^\W\d_]{2,10})\)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_AS_WORD = r"(?<![\w-])%s(?![\w])"


def explained(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and full name, for the explanation itself and for every place of the acronym behind it."""
    seen = set[str]()
    for match in _IN_BRACKETS.finditer(text):
        acronym = match[1]
        if not _is_acronym(acronym) or acronym in seen or len(seen) >= MOST:
            continue
        window = max(0, match.start() - 160)
        before = re.split(r"[.!?;:\n«»„“\"]", text[window : match.start()])[-1]
        if name := _full_name(before, acronym):
            seen.add(acronym)
            yield match.start() - len(before) + before.rindex(name), match.end(), name
            for again in re.finditer(_AS_WORD % re.escape(acronym), text[match.end() :]):
                yield match.end() + again.start(), match.end() + again.end(), name


def _is_acronym(word: str) -> bool:
    return word[0].isupper() and sum(letter.isupper() for letter in word) * 2 > len(word)


def _full_name(before: str, acronym: str) -> str:
    """The end of the text before the brackets whose words begin with the acronym's letters; "" if none does."""
    words = list(_WORD.finditer(before))[-MOST_WORDS:]
    letters = [fold(letter) for letter in acronym]
    for start in range(len(words) - 1, -1, -1):
        opening = words[start][0]
        if opening[0].isupper() and fold(opening)[:1] == letters[0] and _spells(words[start:], letters):
            return before[words[start].start() :].rstrip()
    return ""


def _spells(words: list[re.Match[str]], letters: list[str]) -> bool:
    """Whether each letter begins a word, in order; only small words may be left out, and all capitals count."""
    at = 0
    for word in words:
        if at < len(letters) and fold(word[0])[:1] == letters[at]:
            at += 1
        elif word[0][0].isupper() or len(word[0]) > 3:
            return False
    return at == len(letters)
