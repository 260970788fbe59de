"""Routes that will go say so in every answer, in time."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from service.api import document
from service.api.doors import Envelope
from service.api.retiring import RETIRING, Retirement, marked

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
GOING = Retirement(SINCE, SINCE + timedelta(days=180), "/v1/new/{number}")


async def test_every_answer_of_the_route_says_that_it_goes_and_no_others_does() -> None:
    app = FastAPI()

    @app.get("/v1/old/{number}")
    @app.get("/v1/new/{number}")
    async def either(number: int) -> int:
        return number

    app.add_middleware(Envelope, retiring={("GET", "/v1/old/{number}"): GOING})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://courant.test") as client:
        answers = [await client.get("/v1/old/1"), await client.get("/v1/old/x")]
        assert [each.status_code for each in answers] == [200, 422]
        for old in answers:
            assert old.headers["Deprecation"] == "@1767225600"
            assert old.headers["Sunset"] == "Tue, 30 Jun 2026 00:00:00 GMT"
            assert 'rel="deprecation", </v1/new/{number}>; rel="successor-version"' in old.headers["Link"]
        new = await client.get("/v1/new/1")
        assert not {"Deprecation", "Sunset", "Link"} & set(new.headers)


def test_nothing_goes_earlier_than_half_a_year_after_it_was_said() -> None:
    with pytest.raises(ValueError, match="180 days"):
        Retirement(SINCE, SINCE + timedelta(days=179))


def test_the_document_marks_what_goes() -> None:
    told = {"paths": {"/v1/old": {"get": {}, "post": {}}}}
    marked(told, {("GET", "/v1/old"): GOING})
    assert told["paths"]["/v1/old"] == {"get": {"deprecated": True}, "post": {}}


def test_the_table_names_routes_that_are_there() -> None:
    paths = document()["paths"]
    assert all(method.lower() in paths[path] for method, path in RETIRING)
