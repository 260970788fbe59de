"""A difference as a page for people: in goes what was compared, out comes HTML, in which all that strangers wrote is
escaped."""

from collections.abc import Iterable
from html import escape

from service.api.paper import paper
from service.model.differences import Compared
from service.text.difference import Segment

_TAGS = {"equal": "", "insert": "ins", "delete": "del"}


def diff_page(compared: Compared) -> str:
    before, after, found = compared.before, compared.after, compared.difference
    against = "an earlier look at the page" if compared.against is None else f"revision {compared.against}"
    facts = "".join(f"<li dir=auto>{escape(str(fact))}</li>" for fact in found.facts)
    return paper(
        after.title,
        compared.language,
        f"<p>Revision {compared.revision}, compared with {against}: {', '.join(found.classes) or 'no change'}.</p>"
        f"<ul>{facts}</ul>"
        f"<h1 dir=auto>{_marked(found.title, before.title, after.title)}</h1>"
        f"<article dir=auto>{_marked(found.text, before.text, after.text)}</article>",
    )


def _marked(segments: Iterable[Segment], before: str, after: str) -> str:
    return "".join(_mark(each, before, after) for each in segments)


def _mark(segment: Segment, before: str, after: str) -> str:
    text = escape(after[segment.other : segment.other_end] or before[segment.start : segment.end])
    tag = _TAGS[segment.kind]
    return f"<{tag}>{text}</{tag}>" if tag else text
