"""Pushed articles: in goes what a caller gave, out comes a raw article; or, of a batch, what is wrong with it.

An article without an address gets one made of its source and its id there:
`https://<source>/#external-<first 32 digits of the SHA-256 of source and id>`. It leads nowhere and names the
article for ever; a source that is no host stands in it percent-encoded.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import msgspec
from pydantic import ValidationError

from service.api.schemas.push import ArticleGiven
from service.broker import Written
from service.errors import Invalid, Rejected
from service.messages import Hop, RawArticle
from service.sources import Sources
from service.streams import RAW
from service.text import plain
from service.text.markup import safe_html
from service.tracing import TRACE, of_request
from service.urls import article_id, canonical, source_of

NDJSON = "application/x-ndjson"
EXTERNAL = "/#external-"
_HOST = re.compile(r"[a-z0-9.-]+(:\d+)?")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A raw article as its stream carries it, and by what it is known."""

    id: str
    url: str
    external_id: str
    record: Written


Judged = Accepted | Invalid | ValidationError


def accept(given: ArticleGiven, now: datetime, sources: Sources) -> Accepted:
    """Raises `Invalid` if it cannot be known by anything, or is larger than a stream carries."""
    raw = raw_article(given, now, sources)
    try:
        return Accepted(article_id(raw.url), raw.url, raw.external_id, RAW.encode(raw, of_request()))
    except Rejected:
        raise Invalid("the article is too large: all of it together may have 4 MiB") from None


def raw_article(given: ArticleGiven, now: datetime, sources: Sources) -> RawArticle:
    """Raises `Invalid` for an address that cannot be an article's, and where there is none to be had."""
    url = canonical(given.url) if given.url else external_url(given)
    if given.image:
        _check_image(given.image)
    return RawArticle(
        url=url,
        source=sources.known_as(given.source or source_of(url)),
        seen_at=now,
        title=given.title,
        summary=given.summary,
        content=given.text or plain(given.html),
        author=given.author,
        language=given.language or "",
        published_at=given.published_at,
        external_id=given.external_id,
        link=given.url or "",
        html=safe_html(given.html),
        image=given.image or "",
        published_precision=given.published_precision,
        complete=given.complete or not given.url,
        identity="guid" if given.external_id else "auto",
        lane=given.lane,
        trace=TRACE.get(),
        hops=(Hop(stage="push", at=now, outcome="accepted"),),
    )


def external_url(given: ArticleGiven) -> str:
    """The address of an article that has none. Raises `Invalid` without source and id."""
    if not given.source or not given.external_id:
        raise Invalid("give the article's url, or both source and external_id", "/url")
    source = given.source
    host = source if _HOST.fullmatch(source) else quote(source, safe="")
    digest = sha256(f"{source}\n{given.external_id}".encode()).hexdigest()[:32]
    return f"https://{host}{EXTERNAL}{digest}"


def articles_of(body: bytes, media_type: str) -> list[Any]:
    """The articles of a batch, still as JSON. Raises `Invalid` if it is none."""
    if media_type == NDJSON:
        return [line for line in body.split(b"\n") if line.strip()]
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("the batch is not JSON") from None
    articles = found.get("articles") if isinstance(found, dict) else None
    if not isinstance(articles, list) or len(found) != 1:
        raise Invalid('a batch reads {"articles": [...]}', "/articles")
    return articles


def judge(articles: Sequence[Any], now: datetime, sources: Sources) -> list[Judged]:
    """Each of them by itself: a bad one costs no other."""
    return list(_judged(articles, now, sources))


def _judged(articles: Sequence[Any], now: datetime, sources: Sources) -> Iterator[Judged]:
    for each in articles:
        try:
            if isinstance(each, bytes):
                given = ArticleGiven.model_validate_json(each)
            else:
                given = ArticleGiven.model_validate(each)
            yield accept(given, now, sources)
        except (Invalid, ValidationError) as error:
            yield error


def _check_image(url: str) -> None:
    """Raises `Invalid` that points at the image."""
    try:
        canonical(url)
    except Invalid as error:
        raise Invalid(str(error), "/image") from None
