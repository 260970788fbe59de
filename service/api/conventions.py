"""What holds for every route, added to the OpenAPI document in one place: in goes the document, out comes the same with
the headers of requests and answers, and the problems, that the doors before the routes bring along.
"""

from collections.abc import Iterator
from typing import Any

from service.api import problems
from service.api.conditions import CHANGES, MOST_TAGS, TAGS, UNCONDITIONAL
from service.api.gate import CALLBACKS
from service.api.header_names import (
    ETAG,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    RATE_LIMIT,
    RATE_LIMIT_POLICY,
    REPLAYED,
)

Json = dict[str, Any]
ID = "5f0c8a9be1d24c37"
A_TAG = '"5d41402abc4b2a76b9719d911017c592"'


def _header(told: str, example: Any, **schema: Any) -> Json:
    shape = ({} if "type" in schema else {"type": "string", "maxLength": 1024}) | schema
    return {"description": told, "schema": shape, "example": example}


KEYS = r'^("([ !#-\[\]-~]|\\["\\]){1,255}"|[!#-~]{1,255})$'


HEADERS = {
    "X-Request-Id": _header("The id of the request: your own, or one made for it.", ID),
    "Access-Control-Allow-Origin": _header(
        "The page's origin, if it is one of the setting `api.origins`; else, and by default, there is no such header.",
        "https://reader.example",
    ),
    RATE_LIMIT: _header("What is left of the quota, and seconds until it is whole.", '"default";r=599;t=60'),
    RATE_LIMIT_POLICY: _header("The quota: requests, and seconds.", '"default";q=600;w=60'),
    ETAG: _header("The version of what is shown; weak for lists.", A_TAG),
    "Retry-After": _header("Seconds to wait.", 1, type="integer", format="int32", minimum=0, maximum=86400),
    REPLAYED: _header("`true` if this is the answer to an earlier sending of the same request.", "true"),
    "WWW-Authenticate": _header("How to show who you are.", 'Bearer realm="courant"'),
    "Location": _header("Where what was made is shown.", "/v1/topics/018f3a5c2b7e9d41c0"),
    "Link": _header("The next page, if there is one.", '</v1/topics?cursor=s0mRZqiUPpQ0c8SSNDI>; rel="next"'),
}


def _parameter(name: str, told: str, example: str, required: bool = False, pattern: str = TAGS) -> Json:
    schema = {"type": "string", "minLength": 1, "maxLength": MOST_TAGS, "pattern": pattern}
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": told,
        "schema": schema,
        "example": example,
    }


PARAMETERS = {
    "idempotency-key": _parameter(
        IDEMPOTENCY_KEY,
        "Makes it safe to send the request again: for 24 hours it has its effect, and its answer, once. 1 to 255 "
        "characters of ASCII, such as a random UUID, quoted or not.",
        '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
        pattern=KEYS,
    ),
    "if-match": _parameter(
        IF_MATCH,
        "The `ETag` of the version that you mean to change, or `*` for whatever is there. Without it, 428.",
        A_TAG,
        required=True,
    ),
    "if-none-match": _parameter(
        IF_NONE_MATCH, "The `ETag` that you have: if nothing has changed, the answer is 304, without a body.", A_TAG
    ),
}


def with_conventions(document: Json) -> Json:
    """The same document; changed in place."""
    document["components"]["headers"] = HEADERS
    document["components"]["parameters"] = PARAMETERS
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/v1") and not path.startswith(CALLBACKS):
                _locked(operation, path, method, "get" in methods)
            for status, answer in operation["responses"].items():
                answer["headers"] = dict(_headers(method, path, status, answer)) | answer.get("headers", {})
    return document


def _locked(operation: Json, path: str, method: str, readable: bool) -> None:
    _answers(operation, problems.INVALID, *(kind for kind in problems.KINDS if kind.status in (403, 429)))
    if method == "get" and _is_whole(operation):
        _takes(operation, "if-none-match")
        operation["responses"]["304"] = {"description": "Nothing has changed."}
        _answers(operation, problems.MALFORMED, problems.NOT_ACCEPTABLE)
    elif method == "post":
        _takes(operation, "idempotency-key")
        _answers(operation, problems.MALFORMED, problems.IN_PROGRESS, problems.KEY_REUSED)
    elif method.upper() in CHANGES and readable and not f"{path}/".startswith(UNCONDITIONAL):
        _takes(operation, "if-match")
        _answers(operation, problems.PRECONDITION_FAILED, problems.PRECONDITION_REQUIRED)
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _is_whole(operation: Json) -> bool:
    """No stream: it has an end, and so a version."""
    return "text/event-stream" not in operation["responses"].get("200", {}).get("content", {})


def _takes(operation: Json, parameter: str) -> None:
    operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{parameter}"})


def _answers(operation: Json, *kinds: problems.Kind) -> None:
    for kind in kinds:
        ((status, told),) = problems.documented(kind).items()
        known = operation["responses"].get(str(status))
        if known is None:
            operation["responses"][str(status)] = told
        elif f"`{kind.slug}`" not in known["description"]:
            known["description"] += f", or `{kind.slug}`"


BY_STATUS = {"401": ["WWW-Authenticate"], "429": ["Retry-After"], "503": ["Retry-After"]}


def _headers(method: str, path: str, status: str, answer: Json) -> Iterator[tuple[str, Json]]:
    """Those of an answer, by its status."""
    names = ["X-Request-Id", "Access-Control-Allow-Origin", *BY_STATUS.get(status, ())]
    if path.startswith("/v1") and not path.startswith(CALLBACKS):
        names += [RATE_LIMIT, RATE_LIMIT_POLICY]
        names += [ETAG] if method == "get" and status in ("200", "304") else []
    if status == "200" and _is_list(answer):
        names.append("Link")
    if method == "post" and status < "300" and path.startswith("/v1"):
        names += ["Location", REPLAYED] if status in ("201", "202") else [REPLAYED]
    if status == "409" and "request-in-progress" in answer["description"]:
        names.append("Retry-After")
    for name in names:
        yield name, {"$ref": f"#/components/headers/{name}"}


def _is_list(answer: Json) -> bool:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return "/Page_" in schema.get("$ref", "")
