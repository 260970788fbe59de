"""Trimming: an extracted text in, with what its page says of itself; the text without what is not the article's, out.

Lines that are nothing but a link, that repeat title or author at the beginning, or claim a right at the end.
"""

import re
from collections.abc import Iterable, Set

from service.messages import Page

MOST_OF_TEXT = 0.5
"""What is trimmed away must be less than this part of the text: else it is the article after all."""
HEAD_LINES = 12
"""The title is looked for in so many lines at the beginning."""
_RIGHTS = re.compile(r"\W*(?:©|\(c\)|copyright\b)", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?…。！？।؟][\"'»”)]*\Z|.{120}")
_NO_LETTER = re.compile(r"[\W_]*\Z")
_BLANKS = re.compile(r"\s+")


def trimmed(text: str, page: Page, links: Set[str]) -> str:
    """`links` are the texts of the page's links, as `plainly` has them."""
    lines = text.split("\n")
    kept = [line for line in lines if not _NO_LETTER.match(line) and plainly(line) not in links]
    kept = _without_end(_without_head(kept, page))
    rest = "\n".join(kept)
    return rest if len(rest) > MOST_OF_TEXT * len(text) else text


def plainly(line: str) -> str:
    """By which two lines are the same: without blanks and bullet, all in small letters."""
    return _BLANKS.sub("", line).lstrip("-•·*").casefold()


def _without_head(lines: list[str], page: Page) -> list[str]:
    title = plainly(page.title)
    at = next((n for n, line in enumerate(lines[:HEAD_LINES]) if title and plainly(line) == title), -1)
    rest = lines[at + 1 :]
    author = plainly(page.author)
    while rest and author and author in plainly(rest[0]) and not _SENTENCE.search(rest[0]):
        rest = rest[1:]
    return rest


def _without_end(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and _RIGHTS.match(lines[end - 1]):
        end -= 1
    return lines[:end]


def plain_links(texts: Iterable[str]) -> frozenset[str]:
    """The texts of links, for `trimmed`."""
    return frozenset(filter(None, map(plainly, texts)))
