"""Agencies in datelines, bylines and credits: a text in, the outlets that stand there out.

"MINSK, 23 November (BelTA) —", "By Reuters staff", "(AP)", "Reuters/AFP", "Источник: ТАСС".
"""

import re

from consumers.enrich.said.outlets import domain_of
from consumers.enrich.said.quotation import Span

_HEAD, _TAIL = 240, 240
"""Characters at the beginning and at the end in which such lines stand."""
_NAME = r"[^\W\d_][\w.’'«»-]*(?: [^\W\d_][\w.’'-]*){0,3}?"
_DATELINE = re.compile(
    rf"\A\s*[^\n()/—–]{{0,60}}?(?:[(/\[]({_NAME})[)/\]][. ]{{0,2}}(?:[—–:-]|\n|$|(?=[^\W\d_]))"
    rf"|[,.] ({_NAME})\.? ?[—–-]{{1,2}} )"
)
_PLAIN = re.compile(r"\A\s*([^\W\d_][\w-]*(?: [^\W\d_][\w-]*)?) ?(?:[—–-]{1,2}) ")
_DATED = re.compile(rf"\A\s*[^\n()—–]{{3,50}} [—–-]{{1,2}} ({_NAME})\. ")
_BY = re.compile(r"(?:\A|\n)[ \t]*(?:By|Von|Par|Por|Oprac\.|Autor:) ([^\n]{2,60})(?:\n|\Z)")
_SOURCES = (
    "Sources?|Источник|Источники|Крыніца|Крыніцы|Джерело|Джерела|Źródło|Źródła|Quellen?|Fuentes?|Fonte|Zdroj|"
    "Šaltinis|Avec|Mit Material von|With"
)
_CREDIT = re.compile(rf"(?:\A|[\n.!?)] ?)[ \t]*(?:{_SOURCES})\s?:?\s([^\n.]{{2,60}})", re.IGNORECASE)
_LAST = re.compile(r"[(\[]([^()\[\]\n]{2,40})[)\]]\.?\s*\Z")
_LINE = re.compile(r"(?:\A|\n)[ \t]*([^\n]{2,40})[ \t]*(?=\n|\Z)")
_PARTED = re.compile(r"\s*(?:[/,;|+]|\band\b|\bund\b|\bet\b|\by\b|\bi\b|\bи\b)\s*")
_STAFF = re.compile(r"\s+(?:staff|reporters?|writers?|agencies|корр\.?)\Z", re.IGNORECASE)


def bylines(text: str) -> list[tuple[Span, str]]:
    """Where an outlet is named as the origin of the whole text, and its domain; in the order of the text."""
    head, tail = text[:_HEAD], max(0, len(text) - _TAIL)
    spans = [span for span in (_of(_DATELINE, head, 0), _of(_PLAIN, head, 0), _of(_DATED, head, 0)) if span]
    for pattern in (_BY, _CREDIT, _LINE):
        spans += [Span(*match.span(1)) for match in pattern.finditer(head)]
        spans += [Span(*match.span(1)) for match in pattern.finditer(text, tail)]
    if last := _LAST.search(text, tail):
        spans.append(Span(*last.span(1)))
    found: dict[Span, str] = {}
    for span in spans:
        found |= _outlets(text, span)
    return sorted(found.items())


def _of(pattern: re.Pattern[str], text: str, at: int) -> Span | None:
    match = pattern.search(text, at)
    if not match:
        return None
    group = next(group for group in range(1, pattern.groups + 1) if match[group])
    return Span(*match.span(group))


def _outlets(text: str, span: Span) -> dict[Span, str]:
    """The outlets of a line that names nothing else: "Reuters/AFP"."""
    found = {}
    at = span.start
    line = text[span.start : span.end]
    for part in _PARTED.split(line):
        start = text.find(part, at, span.end) if part else at
        name = _STAFF.sub("", part.strip(' .\t«»"()[]—–-'))
        if domain := domain_of(name) if name else "":
            start = text.find(name, start, span.end)
            found[Span(start, start + len(name))] = domain
        at = start + len(part)
    return found
