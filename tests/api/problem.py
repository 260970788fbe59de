"""What every problem must look like."""

from typing import Any

import httpx

from service.api.problems import DOCS, IANA


def problem(response: httpx.Response, slug: str, status: int) -> dict[str, Any]:
    """The problem in the response, once it is certain that it is one, whole and of this kind."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    told: dict[str, Any] = response.json()
    assert told["type"] == (IANA if slug == "quota-exceeded" else DOCS) + slug
    assert told["status"] == status
    assert told["instance"] == response.headers["x-request-id"]
    assert told["title"]
    assert told["detail"]
    return told
