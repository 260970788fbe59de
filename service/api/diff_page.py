"""A difference as a page for people: in goes what was compared, out come HTML and headers that let it do nothing.

All that strangers wrote is escaped; the page may load, run and send nothing, and be framed by nobody.
"""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape

from service.model.differences import Compared
from service.text.difference import Segment

STYLE = (
    "body{font:1rem/1.5 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "h1{font-size:1.4rem}article,h1{white-space:pre-wrap;overflow-wrap:anywhere}"
    "ins{background:#d9f2dd;text-decoration:none}del{background:#fbdcdc}"
    "p,li{font-family:system-ui,sans-serif;font-size:.9rem}"
)
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    ),
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
}
_TAGS = {"equal": "", "insert": "ins", "delete": "del"}


def diff_page(compared: Compared) -> str:
    before, after, found = compared.before, compared.after, compared.difference
    against = "an earlier look at the page" if compared.against is None else f"revision {compared.against}"
    facts = "".join(f"<li dir=auto>{escape(str(fact))}</li>" for fact in found.facts)
    return (
        f'<!doctype html><html lang="{escape(compared.language)}"><head><meta charset=utf-8>'
        f"<title>{escape(after.title)}</title><style>{STYLE}</style></head><body>"
        f"<p>Revision {compared.revision}, compared with {against}: {', '.join(found.classes) or 'no change'}.</p>"
        f"<ul>{facts}</ul>"
        f"<h1 dir=auto>{_marked(found.title, before.title, after.title)}</h1>"
        f"<article dir=auto>{_marked(found.text, before.text, after.text)}</article></body></html>"
    )


def _marked(segments: Iterable[Segment], before: str, after: str) -> str:
    return "".join(_mark(each, before, after) for each in segments)


def _mark(segment: Segment, before: str, after: str) -> str:
    text = escape(after[segment.other : segment.other_end] or before[segment.start : segment.end])
    tag = _TAGS[segment.kind]
    return f"<{tag}>{text}</{tag}>" if tag else text
