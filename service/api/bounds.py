"""The bounds of everything in the OpenAPI document: in goes the document, out comes the same with a longest length for
every string, a most for every list, a range for every number, where its schema says nothing narrower.

They hold because of what is true everywhere: no request is larger than its intake lets in, no message larger than a
stream carries, no header longer than the server reads; no text has a NUL, and whole numbers are those that JSON keeps.
"""

from collections.abc import Iterator
from typing import Any

from service.api.schemas import LARGEST
from service.api.server import HEADER_BYTES

Json = dict[str, Any]
LONGEST = 8 * 2**20
"""Of what a batch may bring in, and more than a stream carries."""
LONGEST_TIME = 64
MOST = 100_000
NO_NUL = "^[^\\u0000]*$"
EXAMPLES = ("example", "examples", "default", "const", "enum")


def with_bounds(document: Json) -> Json:
    """The same document; changed in place."""
    for parameter in _parameters(document):
        parameter["schema"] = _present(parameter["schema"])
        for schema in (each for each in _typed(parameter) if each["type"] == "string"):
            schema.setdefault("maxLength", HEADER_BYTES)
    for schema in _typed(document):
        _bound(schema)
    return document


def _parameters(document: Json) -> Iterator[Json]:
    for methods in document["paths"].values():
        for operation in methods.values():
            yield from (each for each in operation.get("parameters", ()) if "schema" in each)


def _present(schema: Json) -> Json:
    """A parameter is there or not; none is null."""
    told = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(told) != 1:
        return schema
    present: Json = told[0]
    return {name: value for name, value in schema.items() if name != "anyOf"} | present


def _typed(part: Any) -> Iterator[Json]:
    """Every schema that says its type, wherever it stands."""
    if isinstance(part, dict):
        if isinstance(part.get("type"), str):
            yield part
        for name, value in part.items():
            if name == "properties":  # what follows are names of fields, of which one may be called `examples`
                yield from _typed(list(value.values()))
            elif name not in EXAMPLES:
                yield from _typed(value)
    elif isinstance(part, list):
        for value in part:
            yield from _typed(value)


def _bound(schema: Json) -> None:
    match schema["type"]:
        case "string" if "enum" not in schema and "const" not in schema:
            schema.setdefault("maxLength", LONGEST_TIME if schema.get("format") == "date-time" else LONGEST)
            if "format" not in schema:
                schema.setdefault("pattern", NO_NUL)
        case "array":
            schema.setdefault("maxItems", MOST)
            if "prefixItems" in schema:
                schema.setdefault("items", {"not": {}})
        case "integer":
            schema.setdefault("format", "int64")
            schema.setdefault("minimum", -LARGEST)
            schema.setdefault("maximum", LARGEST)
