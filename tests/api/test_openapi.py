"""The OpenAPI document: current, complete, and true."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.api import document
from service.api.schemas import webhook as schemas
from service.api.schemas import webhook_alerts, webhook_digests, webhook_endpoints, webhook_followed, webhook_seasons
from service.model import KINDS
from tests.stores import sqlite_only

store = sqlite_only

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"

WHERE = (webhook_alerts, webhook_followed, webhook_digests, webhook_endpoints, webhook_seasons, schemas)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_committed_document_is_current() -> None:
    assert json.loads(COMMITTED.read_text()) == document(), "run: python -m service.api.openapi > docs/openapi.json"


def test_every_operation_says_what_it_is() -> None:
    tags = {tag["name"] for tag in document()["tags"]}
    ids = []
    for path, _, operation in operations():
        assert operation["summary"], path
        assert operation["description"], path
        assert set(operation["tags"]) <= tags, path
        ids.append(operation["operationId"])
    assert len(ids) == len(set(ids)) >= 30


def test_every_operation_under_v1_names_its_key_and_its_errors() -> None:
    for path, method, operation in operations():
        answers = operation["responses"]
        if path.startswith("/v1/websub/"):
            assert operation["security"] == []
            assert {"404", "422", "500", "503"} <= set(answers)
        elif path.startswith("/v1"):
            assert list(operation["security"][0]) == ["key"]
            assert {"401", "422", "500", "503"} <= set(answers)
        if method in ("post", "patch") and "requestBody" in operation and operation["security"]:
            assert {"400", "408", "413", "415", "422"} <= set(answers), path
        if "{" in path:
            assert "404" in answers
        for status, answer in answers.items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (path, status)


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(document())
    schemas = document()["components"]["schemas"]
    for part in text.split('"$ref": "#/components/schemas/')[1:]:
        assert part.split('"')[0] in schemas
    assert "HTTPValidationError" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_webhook_is_described_with_an_example_that_fits(kind: str) -> None:
    webhook = document()["webhooks"][kind]["post"]
    headers = {parameter["name"] for parameter in webhook["parameters"]}
    assert headers == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    name = webhook["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    (example,) = document()["components"]["schemas"][name]["examples"]
    where = next(each for each in WHERE if hasattr(each, name))
    read = getattr(where, name).model_validate(example)
    shown = read.model_dump(mode="json", exclude_unset=True)
    assert shown == example
    assert read.type == kind


def test_no_other_webhooks_are_described() -> None:
    assert set(document()["webhooks"]) == set(KINDS)


async def test_the_document_is_served(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/openapi.json")).json() == document()
