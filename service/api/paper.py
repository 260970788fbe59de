"""What pages for people are written on: a title and a body in, HTML and headers that let it do nothing out.

All that strangers wrote is to be escaped by those who write the body; a page may load, run and send nothing, and be
framed by nobody.
"""

from base64 import b64encode
from hashlib import sha256
from html import escape

STYLE = (
    "body{font:1rem/1.5 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "h1{font-size:1.4rem}h2{font-size:1.1rem}article,h1{white-space:pre-wrap;overflow-wrap:anywhere}"
    "ins{background:#d9f2dd;text-decoration:none}del{background:#fbdcdc}"
    "p,li,td,th{font-family:system-ui,sans-serif;font-size:.9rem;text-align:start;vertical-align:top}"
    "blockquote{margin:.6rem 0;padding-inline-start:.8rem;border-inline-start:3px solid #ccc}"
    "td{padding-inline-end:1rem}"
)
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    ),
    "Referrer-Policy": "no-referrer",
}


def paper(title: str, language: str, body: str) -> str:
    """`body` is HTML; `title` and `language` are not."""
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset=utf-8>'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>"
    )
