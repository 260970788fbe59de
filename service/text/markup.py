"""Markup to plain text: HTML of any quality in, readable paragraphs out.

The input is hostile: time is linear in its length whatever it holds, because no pattern here looks past the
next "<" twice, and a part that is never closed ends the text, as in a browser.
"""

import re
from html import unescape

_MARK = re.compile(
    r"""<(?: (?P<comment>!--)
           | [!?][^<>]*>
           | /?(?P<name>[a-z][^\s/<>]*+) (?: (?:[^<>"']|"[^"<]*"|'[^'<]*')*+ > | [^<>]*+(?:>|\Z) )
         )""",
    re.IGNORECASE | re.VERBOSE,
)
_WITHOUT_PROSE = "script style template noscript iframe object svg math head title textarea select"
_LINES_OF_THEIR_OWN = """
address article aside blockquote br caption center dd details div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre section summary table tbody td tfoot th thead
tr ul
"""
_BLOCK = frozenset(_LINES_OF_THEIR_OWN.split())
_RAW_END = {name: re.compile(f"</{name}\\b[^>]*>?", re.IGNORECASE) for name in _WITHOUT_PROSE.split()}
_LONG_NUMBER = re.compile(r"&#(?:\d{8,}|x[0-9a-f]{7,});?", re.IGNORECASE)
_UNFIT = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\n]+")
_NEWLINES = re.compile(r" ?\n[ \n]*")


def plain(html: str) -> str:
    """The text of a piece of HTML: blocks become lines, entities characters, runs of blanks one.

    Scripts, styles and comments are dropped. Text without markup only has its blanks settled.
    """
    text = html
    if "<" in text:
        text = "".join(_parts(text))
    if "&" in text:
        text = unescape(_LONG_NUMBER.sub("\ufffd", text))
    return _settle(text)


def _parts(html: str) -> list[str]:
    """The pieces of text between the marks, with a newline for each block mark."""
    parts: list[str] = []
    at = 0
    while mark := _MARK.search(html, at):
        parts.append(html[at : mark.start()].replace("\n", " "))
        name = (mark["name"] or "").lower()
        if name in _BLOCK:
            parts.append("\n")
        at = _past(html, mark, name)
    parts.append(html[at:].replace("\n", " "))
    return parts


def _past(html: str, mark: re.Match[str], name: str) -> int:
    """Where the text goes on after this mark: past the end of a comment or of a part that holds no prose."""
    if mark["comment"]:
        end = html.find("-->", mark.start() + 2)
        return end + 3 if end >= 0 else len(html)
    if name in _RAW_END and html[mark.start() + 1] != "/" and not mark[0].endswith("/>"):
        closing = _RAW_END[name].search(html, mark.end())
        return closing.end() if closing else len(html)
    return mark.end()


def _settle(text: str) -> str:
    text = _UNFIT.sub("\ufffd", text) if _UNFIT.search(text) else text
    return _NEWLINES.sub("\n", _BLANKS.sub(" ", text)).strip()
