"""Feed documents and pages of the newsroom's outlets. Pure: in go outlet and articles, out comes text."""

import json
from collections.abc import Callable, Sequence
from email.utils import format_datetime
from html import escape

from consumers.demo.script import Outlet, Printed

Render = Callable[[Outlet, Sequence[Printed], str], str]


def feed(outlet: Outlet, articles: Sequence[Printed], base: str) -> tuple[str, str]:
    """The outlet's feed document and its media type. `base` is the outlet's address."""
    media, render = FORMATS[outlet.format]
    return render(outlet, articles, base), media


def page(outlet: Outlet, article: Printed) -> str:
    """The article as a page of HTML, with what surrounds texts on the web."""
    title, text = escape(article.publication.title), escape(article.publication.text)
    paragraphs = "".join(f"<p>{each}.</p>" for each in text.rstrip(".").split(". "))
    return (
        f'<!doctype html><html lang="{outlet.language}"><head><title>{title} - {escape(outlet.title)}</title></head>'
        f"<body><nav><a href='/'>{escape(outlet.title)}</a></nav><main><article><h1>{title}</h1>{paragraphs}"
        f"</article></main><footer>{escape(outlet.title)}</footer></body></html>"
    )


def _body(outlet: Outlet, article: Printed) -> str:
    return article.publication.summary if outlet.pages else f"<p>{escape(article.publication.text)}</p>"


def _rss(outlet: Outlet, articles: Sequence[Printed], base: str) -> str:
    entries = "".join(
        f"<item><title>{escape(each.publication.title)}</title><link>{base}/{each.publication.slug}</link>"
        f'<guid isPermaLink="false">{outlet.id}:{each.publication.slug}</guid>'
        f"<pubDate>{format_datetime(each.first_at)}</pubDate>"
        f"<description>{escape(_body(outlet, each))}</description></item>"
        for each in articles
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(outlet.title)}</title>'
        f"<link>{base}</link><language>{outlet.language}</language>{entries}</channel></rss>"
    )


def _atom(outlet: Outlet, articles: Sequence[Printed], base: str) -> str:
    entries = "".join(
        f"<entry><id>{base}/{each.publication.slug}</id><title>{escape(each.publication.title)}</title>"
        f'<link href="{base}/{each.publication.slug}"/><published>{each.first_at.isoformat()}</published>'
        f'<updated>{each.at.isoformat()}</updated><content type="html">{escape(_body(outlet, each))}</content></entry>'
        for each in articles
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'xml:lang="{outlet.language}"><id>{base}</id><title>{escape(outlet.title)}</title>{entries}</feed>'
    )


def _rdf(outlet: Outlet, articles: Sequence[Printed], base: str) -> str:
    entries = "".join(
        f'<item rdf:about="{base}/{each.publication.slug}"><title>{escape(each.publication.title)}</title>'
        f"<link>{base}/{each.publication.slug}</link><dc:date>{each.first_at.isoformat()}</dc:date>"
        f"<description>{escape(_body(outlet, each))}</description></item>"
        for each in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{base}"><title>{escape(outlet.title)}</title><link>{base}</link>'
        f"<dc:language>{outlet.language}</dc:language></channel>{entries}</rdf:RDF>"
    )


def _json(outlet: Outlet, articles: Sequence[Printed], base: str) -> str:
    entries = [
        {
            "id": f"{base}/{each.publication.slug}",
            "url": f"{base}/{each.publication.slug}",
            "title": each.publication.title,
            "content_html": _body(outlet, each),
            "date_published": each.first_at.isoformat(),
        }
        for each in articles
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "language": outlet.language,
        "items": entries,
    }
    return json.dumps(document, ensure_ascii=False)


def _broken(outlet: Outlet, articles: Sequence[Printed], base: str) -> str:
    return f"<html><body><h1>{escape(outlet.title)}</h1>We are moving. Our feed will be back soon.</body></html>"


FORMATS: dict[str, tuple[str, Render]] = {
    "rss": ("application/rss+xml", _rss),
    "atom": ("application/atom+xml", _atom),
    "rdf": ("application/rdf+xml", _rdf),
    "json": ("application/feed+json", _json),
    "broken": ("text/html", _broken),
}
