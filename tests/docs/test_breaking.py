"""What breaks programs that use the API is found, what does not is let pass, and nothing of it happened."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.docs.breaking import DOCS, RELEASED, breaks, promised

Part = dict[str, Any]


def answer(name: str) -> Part:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


DOCUMENT: Part = {
    "openapi": "3.1.0",
    "info": {"title": "Courant", "version": "1"},
    "paths": {
        "/topics": {
            "get": {
                "parameters": [{"name": "order", "in": "query", "schema": {"enum": ["new", "old"], "type": "string"}}],
                "responses": {"200": answer("Topic"), "404": answer("Topic")},
                "security": [{"key": ["topics:read"]}],
            },
            "post": {
                "parameters": [{"$ref": "#/components/parameters/once"}],
                "requestBody": {"required": True, **answer("NewTopic")},
                "responses": {"201": answer("Topic")},
            },
        }
    },
    "webhooks": {"topic.made": {"post": {"requestBody": answer("Topic")}}},
    "components": {
        "parameters": {"once": {"name": "Once", "in": "header", "schema": {"type": "string"}}},
        "schemas": {
            "Topic": {
                "type": "object",
                "description": "A named query.",
                "required": ["name", "state"],
                "properties": {
                    "name": {"type": "string"},
                    "description": {"type": "string"},
                    "state": {"enum": ["live", "muted"], "type": "string"},
                    "parent": {"anyOf": [{"$ref": "#/components/schemas/Topic"}, {"type": "null"}]},
                },
            },
            "NewTopic": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string"},
                    "until": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "kinds": {"type": "array", "items": {"enum": ["a", "b"], "type": "string"}},
                },
            },
        },
    },
}

Change = Callable[[Part, Part, Part], object]
"""Of a document, what it tells (Topic) and what it asks for (NewTopic)."""


def changed(change: Change) -> list[str]:
    now = copy.deepcopy(DOCUMENT)
    schemas = now["components"]["schemas"]
    change(now, schemas["Topic"], schemas["NewTopic"])
    return breaks(promised(DOCUMENT), now)


BREAKING: list[tuple[Change, str]] = [
    (lambda now, told, asked: now["paths"].clear(), "GET /topics: removed"),
    (lambda now, told, asked: now["paths"]["/topics"].pop("post"), "POST /topics: removed"),
    (lambda now, told, asked: now["webhooks"].clear(), "webhook topic.made: removed"),
    (
        lambda now, told, asked: now["paths"]["/topics"]["get"].update(parameters=[]),
        "GET /topics: parameter order (query) removed",
    ),
    (
        lambda now, told, asked: now["components"]["parameters"]["once"].update(required=True),
        "POST /topics: parameter Once (header) newly required",
    ),
    (
        lambda now, told, asked: now["paths"]["/topics"]["get"]["parameters"][0]["schema"]["enum"].remove("old"),
        'GET /topics ?order (query): value "old" removed',
    ),
    (
        lambda now, told, asked: now["paths"]["/topics"]["get"].update(security=[{"key": ["topics:all"]}]),
        "GET /topics: another key or scope needed",
    ),
    (
        lambda now, told, asked: now["paths"]["/topics"]["post"].update(responses={"202": answer("Topic")}),
        "POST /topics: answer 201 removed",
    ),
    (lambda now, told, asked: told["properties"].pop("description"), "Topic.description: removed"),
    (lambda now, told, asked: told["required"].remove("name"), "Topic.name: no longer always there"),
    (
        lambda now, told, asked: told["properties"]["name"].update(type=["string", "null"]),
        "Topic.name: may now be null",
    ),
    (
        lambda now, told, asked: told["properties"]["state"]["enum"].remove("muted"),
        'Topic.state: value "muted" removed',
    ),
    (lambda now, told, asked: asked["properties"].pop("until"), "NewTopic.until: removed"),
    (lambda now, told, asked: asked["required"].append("until"), "NewTopic.until: newly required"),
    (
        lambda now, told, asked: asked["properties"].update(until={"type": "string"}),
        "NewTopic.until: may no longer be null",
    ),
    (
        lambda now, told, asked: asked["properties"]["name"].update(enum=["Ferries"]),
        'NewTopic.name: only "Ferries" now',
    ),
    (
        lambda now, told, asked: asked["properties"]["kinds"]["items"]["enum"].remove("a"),
        'NewTopic.kinds[]: value "a" removed',
    ),
]

HARMLESS: list[Change] = [
    lambda now, told, asked: now["paths"].update({"/feeds": {}}),
    lambda now, told, asked: now["paths"]["/topics"]["get"]["responses"].pop("404"),
    lambda now, told, asked: now["paths"]["/topics"]["get"]["parameters"].append({"name": "limit", "in": "query"}),
    lambda now, told, asked: told.update(description="A query with a name."),
    lambda now, told, asked: told["properties"].update(version={"type": "integer"}),
    lambda now, told, asked: told["required"].append("description"),
    lambda now, told, asked: told["properties"].update(parent={"$ref": "#/components/schemas/Topic"}),
    lambda now, told, asked: asked["required"].remove("name"),
    lambda now, told, asked: asked["properties"].update(name={"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    lambda now, told, asked: asked["properties"]["kinds"]["items"]["enum"].append("c"),
    lambda now, told, asked: asked["properties"]["kinds"].update(
        items={"anyOf": [{"enum": ["a", "b"], "type": "string"}, {"const": "c", "type": "string"}]}
    ),
]


@pytest.mark.parametrize(("change", "found"), BREAKING, ids=[found for _, found in BREAKING])
def test_what_breaks_is_found(change: Change, found: str) -> None:
    assert found in changed(change)


@pytest.mark.parametrize("change", HARMLESS)
def test_what_is_added_breaks_nothing(change: Change) -> None:
    assert changed(change) == []


def test_a_field_may_have_the_name_of_what_is_said_to_people() -> None:
    kept = promised(DOCUMENT)["components"]["schemas"]["Topic"]
    assert "description" not in kept
    assert "description" in kept["properties"]


def test_nothing_breaks_what_was_released() -> None:
    now = json.loads((DOCS / "openapi.json").read_text())
    broken = breaks(json.loads(RELEASED.read_text()), now)
    assert not broken, "under /v1 nothing is taken away; see docs/api.md:\n" + "\n".join(broken)
