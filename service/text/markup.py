"""HTML of any quality in; out come readable paragraphs (`plain`), or the little markup that is safe to show
(`safe_html`).

The input is hostile: time is linear in its length whatever it holds, because no pattern here looks past the
next "<" twice, and a part that is never closed ends the text, as in a browser.
"""

import re
from html import escape, unescape

import nh3

_MARK = re.compile(
    r"""<(?: (?P<comment>!--)
           | [!?][^<>]*>
           | /?(?P<name>[a-z][^\s/<>]*+) (?: (?:[^<>"']|"[^"<]*"|'[^'<]*')*+ > | [^<>]*+(?:>|\Z) )
         )""",
    re.IGNORECASE | re.VERBOSE,
)
_WITHOUT_PROSE = "script style template noscript iframe object svg math head title textarea select"
_SAFE = """
a b blockquote br code em figure figcaption h2 h3 h4 i li ol p pre strong sub sup table tbody td th thead tr ul
"""
MOST_SAFE = 2**20
"""Characters of HTML that `safe_html` looks at."""
_SHORT, _FEW = 20_000, 100
"""Characters and marks that cost little however they are nested."""
_MOST_MARKS, _DEEPEST = 5_000, 32
"""Of a long text: marks kept, and of them inside each other."""
_LINES_OF_THEIR_OWN = """
address article aside blockquote br caption center dd details div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre section summary table tbody td tfoot th thead
tr ul
"""
_BLOCK = frozenset(_LINES_OF_THEIR_OWN.split())
_SAFE_NAMES = frozenset(_SAFE.split())
_ONE_BY_ONE = frozenset(("p", "li", "td", "th", "tr", "tbody", "thead"))
"""One of these ends the one before."""
_RAW_END = {name: re.compile(f"</{name}\\b[^>]*>?", re.IGNORECASE) for name in _WITHOUT_PROSE.split()}
_LONG_NUMBER = re.compile(r"&#(?:\d{8,}|x[0-9a-f]{7,});?", re.IGNORECASE)
_UNFIT = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\n]+")
_NEWLINES = re.compile(r" ?\n[ \n]*")
_TO_A_PLACE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.IGNORECASE)
_cleaner = nh3.Cleaner(
    tags=set(_SAFE.split()),
    clean_content_tags=set(_WITHOUT_PROSE.split()),
    attributes={"a": {"href"}},
    attribute_filter=lambda _tag, name, value: value if name != "href" or _TO_A_PLACE.match(value) else None,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",  # it would lead into whatever page shows it
    link_rel="noopener noreferrer nofollow",
)


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


def safe_html(html: str) -> str:
    """The same text with headings, paragraphs, lists, tables, emphasis and links, and no other markup: nothing
    that could run, load, style or name itself. Links lead to http, https and mailto, and vouch for nothing.

    What comes after the first 1,048,576 characters is cut off. Well-formed whatever went in. The list is
    Courant's own; that of browsers' parsers is applied by nh3.
    """
    html = _UNFIT.sub("\ufffd", html[:MOST_SAFE])
    if "<" not in html and "&" not in html:
        return html
    return _cleaner.clean(html if len(html) <= _SHORT and html.count("<") <= _FEW else _untangled(html))


def _untangled(html: str) -> str:
    """The safe marks alone, each closed in its turn and at most 32 inside each other; from the 5,000th on, text.

    Browsers' parsing, and so nh3's, takes time that grows with what is open, and with the square of the
    attributes of a mark and of the tables side by side: minutes for what is meant to harm.
    """
    parts: list[str] = []
    still_open: list[str] = []
    at = marks = 0
    while marks < _MOST_MARKS and (mark := _MARK.search(html, at)):
        parts.append(html[at : mark.start()].replace("<", "&lt;"))
        name = (mark["name"] or "").lower()
        if name in _SAFE_NAMES:
            marks += 1
            parts.append(_rewritten(mark[0], name, still_open))
        at = _past(html, mark, name)
    parts.append(_closed(still_open, 0))
    return "".join(parts) + escape(plain(html[at:]))


def _rewritten(mark: str, name: str, still_open: list[str]) -> str:
    """One mark, as is fit after those still open, which are brought up to date."""
    if name == "br":
        return "<br>"
    if mark.startswith("</"):
        return _closed(still_open, _last(still_open, name)) if name in still_open else ""
    before = _closed(still_open, len(still_open) - 1) if still_open[-1:] == [name] and name in _ONE_BY_ONE else ""
    if len(still_open) >= _DEEPEST:
        return before
    still_open.append(name)
    link = _HREF.search(mark) if name == "a" else None
    written = f' href="{escape(unescape(link[1] or link[2] or link[3] or ""))}"' if link else ""
    return f"{before}<{name}{written}>"


def _last(names: list[str], name: str) -> int:
    return len(names) - 1 - names[::-1].index(name)


def _closed(still_open: list[str], down_to: int) -> str:
    """The end marks of all that were opened from there on, which are taken off."""
    ending = still_open[down_to:][::-1]
    del still_open[down_to:]
    return "".join(f"</{name}>" for name in ending)


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
