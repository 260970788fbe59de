"""Errors as `application/problem+json` (RFC 9457): in goes an exception, out comes what a stranger may see.

The type of a problem is a stable address, `docs/problems.md#<slug>`, where it is explained. `instance` is the
id of the request, to be found in our log; nothing of our insides is told.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from service.cursors import CursorExpired, InvalidCursor
from service.errors import (
    Conflict,
    ExamplesFailed,
    Forbidden,
    Invalid,
    NotFound,
    Outage,
    PlanChanged,
    QuerySyntax,
    QuotaReached,
    Refused,
    TooMany,
    Unauthorised,
    Unfit,
    UnsafeAddress,
)

MEDIA_TYPE = "application/problem+json"
DOCS = "https://github.com/courant-news/courant/blob/main/docs/problems.md#"
IANA = "https://iana.org/assignments/http-problem-types#"
"""Where kinds of problems are registered that all of HTTP shares."""
RETRY_SECONDS = 5
IN_QUERY = "?"
"""Begins the `field` of an `Invalid` that is about a query parameter: `?/q`."""


WORDS = {"extra_forbidden": "there is no such field", "missing": "this is needed"}
"""In place of pydantic's own, where those are dark."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of problem; its slug ends its type."""

    slug: str
    status: int
    title: str

    @property
    def type(self) -> str:
        return IANA + self.slug if self.slug == "quota-exceeded" else DOCS + self.slug


MALFORMED = Kind("malformed", 400, "The request cannot be read")
INVALID_CURSOR = Kind("invalid-cursor", 400, "The cursor is not one of this list")
UNAUTHORISED = Kind("unauthorised", 401, "An API key is needed")
FORBIDDEN = Kind("forbidden", 403, "The key may not do this")
QUOTA_REACHED = Kind("quota-reached", 403, "The account has as many as it may have")
NOT_FOUND = Kind("not-found", 404, "There is no such thing")
NOT_ACCEPTABLE = Kind("not-acceptable", 406, "The answer cannot be given in that form")
METHOD_NOT_ALLOWED = Kind("method-not-allowed", 405, "This cannot be done here")
TOO_SLOW = Kind("too-slow", 408, "The request's body took too long")
IN_PROGRESS = Kind("request-in-progress", 409, "The same request is being carried out")
CONFLICT = Kind("conflict", 409, "It exists already, or has changed meanwhile")
PLAN_CHANGED = Kind("plan-changed", 409, "Something has changed since the plan was made")
GONE = Kind("gone", 410, "It has ended")
CURSOR_EXPIRED = Kind("cursor-expired", 410, "What came after the cursor is not kept any more")
PRECONDITION_FAILED = Kind("precondition-failed", 412, "It has changed since you read it")
TOO_LARGE = Kind("too-large", 413, "The request's body is too large")
UNSUPPORTED = Kind("unsupported-media-type", 415, "The request's body has the wrong type")
INVALID = Kind("invalid", 422, "What was given cannot be used")
QUERY_SYNTAX = Kind("query-syntax", 422, "The query cannot be understood")
EXAMPLES_FAILED = Kind("examples-failed", 422, "The query fails its examples")
UNSAFE_ADDRESS = Kind("unsafe-address", 422, "The address will not be connected to")
KEY_REUSED = Kind("idempotency-key-reused", 422, "The key was used for another request")
PRECONDITION_REQUIRED = Kind("precondition-required", 428, "Say which version you mean to change")
TOO_MANY_HEADERS = Kind("too-many-headers", 431, "The request has too many headers, or too long ones")
QUOTA_EXCEEDED = Kind("quota-exceeded", 429, "More was asked for than the quota allows")
INTERNAL = Kind("internal", 500, "Something went wrong on our side")
UNAVAILABLE = Kind("unavailable", 503, "Something we depend on is down")

KINDS = (
    MALFORMED,
    INVALID_CURSOR,
    UNAUTHORISED,
    FORBIDDEN,
    QUOTA_REACHED,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    TOO_SLOW,
    CONFLICT,
    IN_PROGRESS,
    PLAN_CHANGED,
    GONE,
    CURSOR_EXPIRED,
    PRECONDITION_FAILED,
    TOO_LARGE,
    UNSUPPORTED,
    INVALID,
    QUERY_SYNTAX,
    EXAMPLES_FAILED,
    UNSAFE_ADDRESS,
    KEY_REUSED,
    PRECONDITION_REQUIRED,
    QUOTA_EXCEEDED,
    TOO_MANY_HEADERS,
    INTERNAL,
    UNAVAILABLE,
)
BY_STATUS = {kind.status: kind for kind in reversed(KINDS)}


class Declined(Refused):
    """A request that is refused for what HTTP itself says of it, not for what it asks."""

    def __init__(self, kind: Kind, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.kind, self.headers = kind, headers or {}


BY_ERROR: tuple[tuple[type[Refused], Kind], ...] = (
    (QuerySyntax, QUERY_SYNTAX),
    (ExamplesFailed, EXAMPLES_FAILED),
    (UnsafeAddress, UNSAFE_ADDRESS),
    (InvalidCursor, INVALID_CURSOR),
    (CursorExpired, CURSOR_EXPIRED),
    (Invalid, INVALID),
    (NotFound, NOT_FOUND),
    (PlanChanged, PLAN_CHANGED),
    (Conflict, CONFLICT),
    (Unauthorised, UNAUTHORISED),
    (Forbidden, FORBIDDEN),
    (QuotaReached, QUOTA_REACHED),
    (TooMany, QUOTA_EXCEEDED),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem, ready to be told."""

    kind: Kind
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    """Members beside the standard ones, such as `errors`."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def told(self, request_id: str) -> dict[str, Any]:
        """As its JSON reads."""
        kind = self.kind
        members = {"type": kind.type, "title": kind.title, "status": kind.status}
        return {**members, "detail": self.detail, "instance": request_id, **self.more}


def response(problem: Problem, request_id: str) -> Response:
    """The answer itself."""
    body = _json(problem.told(request_id))
    return Response(body, problem.kind.status, dict(problem.headers), MEDIA_TYPE)


def json_response(told: Mapping[str, Any], status: int) -> Response:
    """An answer that may hold problems, which tell of what strangers wrote."""
    return Response(_json(told), status, media_type="application/json")


def _json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def with_body(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """These kinds, and those that every route with a body may answer with."""
    return documented(MALFORMED, TOO_SLOW, TOO_LARGE, UNSUPPORTED, INVALID, *kinds)


def documented(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """These kinds as the OpenAPI document describes answers."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        before = told.get(kind.status, {}).get("description")
        description = f"{before}, or `{kind.slug}`" if before else f"{kind.title}: `{kind.slug}`"
        told[kind.status] = {"description": description, "content": content}
    return told


def request_id(scope: Scope) -> str:
    """The id that was given to this request when it came in."""
    return str(scope["state"]["request_id"])


def problem_of(error: Exception) -> Problem:
    """What may be told of an exception; of one that nobody foresaw, nothing."""
    if isinstance(error, Refused):
        return _refused(error)
    if isinstance(error, RequestValidationError):
        return _unusable(list(map(_fault, error.errors())))
    if isinstance(error, HTTPException):
        return _http(error)
    if isinstance(error, Outage):
        detail = "The database or the broker does not answer. Nothing was lost; please try again."
        return Problem(UNAVAILABLE, detail, headers={"Retry-After": str(RETRY_SECONDS)})
    return Problem(INTERNAL, "The request failed. Its id is in our log.")


def _refused(error: Refused) -> Problem:
    if isinstance(error, Declined):
        return Problem(error.kind, str(error), headers=error.headers)
    kind = next((kind for of, kind in BY_ERROR if isinstance(error, of)), INVALID)
    headers = {"WWW-Authenticate": 'Bearer realm="courant"'} if kind is UNAUTHORISED else {}
    more: dict[str, Any] = {}
    if isinstance(error, Forbidden):
        more["scope"] = error.scope
    if isinstance(error, QuotaReached):
        more |= {"quota": error.quota, "limit": error.limit, "used": error.used}
    if isinstance(error, TooMany):
        headers, more = {"Retry-After": str(error.seconds)}, {"violated-policies": [error.policy]}
    if isinstance(error, Invalid) and error.field:
        where = "query" if error.field.startswith(IN_QUERY) else "body"
        pointer = error.field.removeprefix(IN_QUERY)
        more["errors"] = [{"in": where, "pointer": pointer, "detail": str(error)}]
    if isinstance(error, ExamplesFailed | Unfit | PlanChanged):
        more["errors"] = [{"in": "body", "pointer": pointer, "detail": detail} for pointer, detail in error.faults]
    if isinstance(error, CursorExpired):
        more["oldest_cursor"] = error.oldest
    if isinstance(error, QuerySyntax):
        more |= {"line": error.line, "column": error.column, "expected": list(error.expected)}
    return Problem(kind, str(error), more, headers)


def unusable(error: ValidationError) -> Problem:
    """Of one thing among many in a body; pointers begin at it."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return _unusable([_fault({**fault, "loc": ("body", *fault["loc"])}) for fault in faults])


def _unusable(faults: Sequence[Mapping[str, str]]) -> Problem:
    first = f"{faults[0]['in']} {faults[0]['pointer']}".strip()
    rest = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return Problem(INVALID, f"{first[:1].upper()}{first[1:]}: {faults[0]['detail']}{rest}.", {"errors": faults})


def _fault(fault: Mapping[str, Any]) -> dict[str, str]:
    """Where and why. The input itself is not repeated: it may be huge, or a secret."""
    where: Sequence[object] = fault["loc"]
    if fault["type"] == "json_invalid":
        at = f" at character {where[-1]}" if len(where) > 1 else ""
        return {"in": "body", "pointer": "", "detail": f"not JSON{at}"}
    message = WORDS.get(fault["type"], str(fault["msg"]).removeprefix("Value error, "))
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in where[1:])
    return {"in": str(where[0]), "pointer": pointer, "detail": message}


def _http(error: HTTPException) -> Problem:
    kind = BY_STATUS.get(error.status_code, MALFORMED if error.status_code < 500 else INTERNAL)
    detail = kind.title if kind in (MALFORMED, INTERNAL, NOT_FOUND) else str(error.detail)
    return Problem(kind, detail + ("" if detail.endswith(".") else "."), headers=error.headers or {})
