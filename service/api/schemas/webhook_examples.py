"""What a webhook of each kind looks like: shown in the OpenAPI document and in `docs/webhooks.md`."""

from typing import Any

from service.cursors import make_cursor

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
_TOPIC = {"id": "tp_5d1c90ab7e33f024", "name": "Ferries", "query": 'ferry NEAR/5 "called off"', "version": 1}
_ARTICLE = {
    "id": "3f6d2b9a41c7e05d88aa",
    "revision": 0,
    "url": "https://harbour-gazette.example/2026/ferries",
    "title": "Ferries called off as storm nears",
    "source": "harbour-gazette.example",
    "language": "en",
    "countries": ["GB"],
}
_STORY = {
    "id": "st_9c1be07d2f4a6683e0b5",
    "title": "Ferries to the northern islands called off",
    "headlines": [
        {
            "language": "en",
            "title": "Ferries to the northern islands called off",
            "article_id": "71c20d5e9f3a4b8866de",
            "source": "beacon.example",
        }
    ],
    "languages": ["en"],
    "countries": ["GB"],
    "articles": 3,
    "copies": 1,
    "sources": 2,
    "source_names": ["beacon.example", "harbour-gazette.example"],
    "independent": 2,
    "controlled": 0,
    "first_at": "2026-03-14T08:41:00Z",
    "first_report": {
        "article_id": "71c20d5e9f3a4b8866de",
        "source": "beacon.example",
        "language": "en",
        "title": "Ferries to the northern islands called off",
        "at": "2026-03-14T08:41:00Z",
    },
    "people": [],
    "organisations": [],
    "places": [{"id": "GB", "name": "United Kingdom", "country": "GB", "voices": 2}],
    "numbers": [
        {
            "counts": "passengers",
            "unit": "",
            "value": "640",
            "verdict": "contradiction",
            "voices": 2,
            "claims": [
                {
                    "value": "640",
                    "bound": "",
                    "source": "beacon.example",
                    "article_id": "71c20d5e9f3a4b8866de",
                    "at": "2026-03-14T08:41:00Z",
                },
                {
                    "value": "460",
                    "bound": "",
                    "source": "harbour-gazette.example",
                    "article_id": "3f6d2b9a41c7e05d88aa",
                    "at": "2026-03-14T08:58:00Z",
                },
            ],
        }
    ],
}
_WHOLE: dict[str, Any] = {"truncated": False, "left_out": {}}
_ALERTED = _WHOLE | {
    "topic": _TOPIC,
    "reasons": [
        {
            "clause": 'ferry NEAR/5 "called off"',
            "field": "title",
            "language": "en",
            "text": "Ferries called off",
            "start": 0,
            "end": 18,
            "excerpt": "Ferries called off as storm nears",
        }
    ],
    "waited_for": [],
    "article": _ARTICLE,
    "story": _STORY,
    "times": {
        "published": "2026-03-14T08:58:00Z",
        "seen": "2026-03-14T09:00:01Z",
        "alerted": _AT,
    },
}
_ENDPOINT = {"endpoint": {"id": "018f3a5c2b7e9d41c0", "host": "reader.example"}}
_REFUSED = {
    "first_failure_at": "2026-03-09T09:00:00Z",
    "failures": 31,
    "last_status": 503,
    "last_error": "the endpoint answered 503",
}
_FOLLOW = _WHOLE | {
    "topic": _TOPIC,
    "alert": {
        "id": "al_5f0e6a4d9b21c3378e40",
        "story_id": "st_9c1be07d2f4a6683e0b5",
        "article_id": "3f6d2b9a41c7e05d88aa",
        "deliveries": ["msg_4Rk0iEsoGm3CwM1IBGi9ekVGzZ1"],
    },
    "story": _STORY,
    "times": {"alerted": "2026-03-14T09:00:02Z", "told": _AT},
}
_CHANGE = {
    "revision": 1,
    "against": 0,
    "type": "edited",
    "classes": ["number"],
    "facts": ["number: 460 → 640"],
    "passages": [
        {
            "field": "body",
            "before": "On Friday 460 passengers waited in the harbour.",
            "after": "On Friday 640 passengers waited in the harbour.",
        }
    ],
    "raised": True,
    "filed_at": "2026-03-14T09:00:04Z",
    "difference": "/v1/articles/3f6d2b9a41c7e05d88aa/revisions/1/diff",
}
_GONE = _CHANGE | {
    "type": "deleted",
    "classes": ["retraction"],
    "facts": ["retraction: published → deleted"],
    "passages": [],
}
_PLACED = {"subscription_id": "018f3a5c2b7e9d41c0", "sequence": 42}
_DATA: dict[str, dict[str, Any]] = {
    "story.alerted": _ALERTED | _PLACED,
    "story.grew": _FOLLOW | _PLACED | {"passed": [{"measure": "independent", "threshold": 3, "was": 2, "now": 3}]},
    "story.revised": _FOLLOW | _PLACED | {"article": _ARTICLE | {"revision": 1}, "change": _CHANGE},
    "article.retracted": _FOLLOW | _PLACED | {"article": _ARTICLE | {"revision": 1}, "change": _GONE},
    "digest": _WHOLE
    | {
        "subscription_id": "sb_02c84f17ae3d9b65",
        "topic": _TOPIC,
        "period": {"since": "2026-03-13T21:12:00Z", "until": _AT},
        "count": 1,
        "told": [
            {
                "id": "al_5f0e6a4d9b21c3378e40",
                "type": "story.alerted",
                "at": "2026-03-13T21:12:00Z",
                "story": {
                    "id": "st_9c1be07d2f4a6683e0b5",
                    "title": "Ferries to the northern islands called off",
                    "languages": ["en"],
                    "sources": 2,
                    "independent": 2,
                },
                "article": {
                    "id": "3f6d2b9a41c7e05d88aa",
                    "title": "Ferries called off as storm nears",
                    "url": "https://harbour-gazette.example/2026/ferries",
                    "source": "harbour-gazette.example",
                },
                "why": ["Ferries called off"],
            }
        ],
    },
    "story.merged": _FOLLOW
    | _PLACED
    | {
        "merged": {
            "story_id": "st_9c1be07d2f4a6683e0b5",
            "into": "st_4e7a10c95bd2f3386a71",
            "alert_id": "al_c07d3e5a18f94b62d915",
        }
    },
    "endpoint.test": _ENDPOINT | {"note": "A test that somebody asked for."},
    "endpoint.failing": _ENDPOINT | _REFUSED | {"passed_percent": 50, "disabled_after": "2026-03-14T09:00:00Z"},
    "endpoint.disabled": _ENDPOINT | _REFUSED | {"why": "all 31 attempts failed since 2026-03-09 09:00 UTC"},
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
    "topic.silent": {
        "topic": {"id": "tp_5d1c90ab7e33f024", "name": "Ferries"},
        "since": "2026-03-11T17:00:00Z",
        "expected": 15.5,
    },
    "topic.burst": {
        "topic": {"id": "tp_5d1c90ab7e33f024", "name": "Ferries"},
        "began": "2026-03-14T07:00:00Z",
        "hour": "2026-03-14T08:00:00Z",
        "stories": 14,
        "expected": 1.2,
        "score": 8.6,
    },
    "source.silent": {"source": "harbour-gazette.example", "since": "2026-03-13T13:00:00Z", "expected": 16.3},
    "topic.quarantined": {"topic": _TOPIC, "why": "it took 0.07 seconds for one article"},
    "feed.silent": _FEED | {"since": "2026-03-13T13:00:00Z", "per_day": 40.0, "expected": 33.3},
}


def example(kind: str) -> dict[str, Any]:
    """The body of a webhook of this kind, as an addition to its JSON schema."""
    told = {"id": "nt_5d1c90ab7e33f0248c61", "cursor": make_cursor(1234), "type": kind, "timestamp": _AT}
    return {"examples": [told | {"data": _DATA[kind]}]}
