"""What a webhook of each kind looks like: shown in the OpenAPI document and in `docs/webhooks.md`."""

from typing import Any

_AT = "2026-03-14T09:00:05Z"
_FEED = {
    "feed": {
        "id": "018f3a5c2b7e9d41c0",
        "url": "https://harbour-gazette.example/feed.xml",
        "title": "Harbour Gazette",
        "source": "harbour-gazette.example",
        "language": "en",
    }
}
_FAILED = {"why": "the server answered 503", "since": "2026-03-14T08:12:40Z"}
_STORY = {
    "topic": {"id": "tp_5d1c90ab7e33f024", "name": "Ferries", "query": 'ferry NEAR/5 "called off"', "version": 1},
    "story": {
        "id": "st_9c1be07d2f4a6683e0b5",
        "title": "Ferries to the northern islands called off",
        "languages": ["en"],
        "countries": ["GB"],
        "articles": 3,
        "copies": 1,
        "sources": 2,
        "first_at": "2026-03-14T08:41:00Z",
    },
    "article": {
        "id": "3f6d2b9a41c7e05d88aa",
        "url": "https://harbour-gazette.example/2026/ferries",
        "title": "Ferries called off as storm nears",
        "source": "harbour-gazette.example",
        "language": "en",
        "countries": ["GB"],
    },
    "reasons": [
        {
            "clause": 'ferry NEAR/5 "called off"',
            "field": "title",
            "text": "Ferries called off",
            "start": 0,
            "end": 18,
            "excerpt": "Ferries called off as storm nears",
        }
    ],
    "times": {"published": "2026-03-14T08:58:00Z", "seen": "2026-03-14T09:00:01Z", "alerted": _AT},
    "truncated": False,
}
_DATA: dict[str, dict[str, Any]] = {
    "story.alerted": _STORY,
    "feed.failing": _FEED | _FAILED | {"status": "unreachable", "failures": 6, "next_poll_at": "2026-03-14T09:16:31Z"},
    "feed.recovered": _FEED | _FAILED | {"failures": 9},
    "feed.gap": _FEED
    | {
        "since": "2026-03-14T08:00:00Z",
        "until": "2026-03-14T08:42:00Z",
        "lost": 20,
        "proved": True,
        "per_day": 240.0,
    },
    "source.extraction_failing": {
        "source": "harbour-gazette.example",
        "why": "only 31 % of the pages asked for gave a text; it was 96 %",
        "pages": 45,
        "texts": 14,
        "failed": {"timeout": 2},
    },
    "feed.silent": _FEED | {"since": "2026-03-13T13:00:00Z", "per_day": 40.0, "expected": 33.3},
}


def example(kind: str) -> dict[str, Any]:
    """The body of a webhook of this kind, as an addition to its JSON schema."""
    return {"examples": [{"type": kind, "timestamp": _AT, "data": _DATA[kind]}]}
