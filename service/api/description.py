"""The OpenAPI document: in goes the app, out comes its description, kept in `docs/openapi.json`.

python -m service.api.openapi > docs/openapi.json
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service import __version__
from service.api.bounds import with_bounds
from service.api.conventions import with_conventions
from service.api.gate import CALLBACKS
from service.api.retiring import RETIRING, marked
from service.api.schemas import Problem
from service.api.scopes import needed
from service.api_keys import PATTERN

DESCRIPTION = """\
Feeds in, one alert per story out.

Every route under `/v1`, but for the callbacks of hubs, needs an API key: `Authorization: Bearer crnt_...`.
Errors are problems (RFC 9457); their kinds are explained in `docs/problems.md`. Lists come in pages: ask again
with `next_cursor`, or follow the `Link` header. Every answer carries `X-Request-Id`; send your own to find it
again.
"""
PROJECT = "https://github.com/courant-news/courant"
SERVER = {
    "url": "/",
    "description": "The installation that serves this document: local, staging or production.",
    "x-internal": False,
}
TAGS = (
    ("feeds", "The URLs that are polled."),
    ("lists", "Lists of feeds that are kept in sync."),
    ("backfills", "Archives that are read in."),
    ("sources", "Who publishes."),
    ("articles", "What was published, text by text."),
    ("stories", "The articles that report one happening, in any language."),
    ("entities", "People and organisations that articles name."),
    ("attributions", "Who said what, and which outlet leans on which."),
    ("topics", "Named queries."),
    ("configuration", "Topics, endpoints, subscriptions and feeds as files say."),
    ("endpoints", "Where alerts and other notices are delivered."),
    ("subscriptions", "Which topics are delivered to which endpoints."),
    ("alerts", "A topic matched a story."),
    ("notices", "Everything that endpoints are told."),
    ("events", "Notices in the order in which they became known: to catch up, and to listen."),
    ("bulletins", "Topics and lists of stories, to be read by feed readers."),
    ("deliveries", "Notices owed to endpoints, and every attempt."),
    ("accounts", "Who owns topics, endpoints, subscriptions and keys."),
    ("keys", "By which programs are let in."),
    ("dead letters", "Records that could not be handled."),
    ("health", "How the installation is doing."),
    ("websub", "Where hubs call; the address is the secret."),
    ("webhooks", "What endpoints receive."),
)


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole document, OpenAPI 3.1."""
    document = get_openapi(
        title="Courant",
        version=__version__,
        summary="Streaming news: feeds in, one alert per story out.",
        description=DESCRIPTION,
        contact={"name": "Courant", "url": PROJECT},
        servers=[SERVER],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        tags=[{"name": name, "description": told} for name, told in TAGS],
        routes=app.routes,
        webhooks=app.webhooks.routes,
    )
    template = "#/components/schemas/{model}"
    problem = Problem.model_json_schema(mode="serialization", ref_template=template)
    document["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    document["components"]["securitySchemes"] = {"key": _key()}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            locked = path.startswith("/v1") and not path.startswith(CALLBACKS)
            operation["security"] = [{"key": [needed(method.upper(), path)]}] if locked else []
    return marked(with_bounds(with_conventions(document)), RETIRING)


def _key() -> dict[str, str]:
    return {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": PATTERN,
        "description": "An API key, made by `courant keys add NAME`.",
    }
