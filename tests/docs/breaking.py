"""python -m tests.docs.breaking > docs/openapi.released.json: keep what the API promises as it is, at a release.

In come two OpenAPI documents, what was released and what is now; out comes every way in which the second breaks a
program that was written for the first: what is gone of paths, operations, parameters, answers and fields, what must
be sent that need not be, values and types that are no longer taken, fields and types of an answer that can no longer
be relied on. Limits of lengths and numbers are not compared, nor refusals (4xx) and headers.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Part = dict[str, Any]

DOCS = Path(__file__).parents[2] / "docs"
RELEASED = DOCS / "openapi.released.json"
PREFIX = "#/components/schemas/"
SAID = {"description", "examples", "example", "summary", "title", "externalDocs", "links", "headers", "operationId"}
"""What tells people, and promises nothing."""
NAMED = {"properties", "schemas", "parameters", "responses", "content", "paths", "webhooks", "patternProperties"}
"""Where keys are names, and a name may be any word."""

REFUSALS = ("4", "5")
"""How the statuses begin that are not compared; no field begins so."""


def promised(document: Part) -> Part:
    """The document without what is said to people and without refusals: a quarter of it."""
    kept = {name: document.get(name, {}) for name in ("openapi", "paths", "webhooks")}
    return _bare(
        kept | {"components": {name: document["components"].get(name, {}) for name in ("schemas", "parameters")}}
    ) | {"info": {"title": document["info"]["title"], "version": document["info"]["version"]}}


def _bare(part: Any, named: bool = False) -> Any:
    if isinstance(part, list):
        return [_bare(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _bare(value, name in NAMED and not named)
        for name, value in part.items()
        if (not name.startswith(REFUSALS) if named else name not in SAID)
    }


def breaks(released: Part, now: Part) -> list[str]:
    """Each way in which `now` breaks what was built for `released`, and where."""
    seen: set[tuple[str, str, bool]] = set()
    told = _Comparison(released, now, True, seen)
    asked = _Comparison(released, now, False, seen)
    found = [*_paths(released["paths"], now["paths"], asked, told)]
    for kind, methods in released.get("webhooks", {}).items():
        after = now.get("webhooks", {}).get(kind)
        if after is None:
            found.append(f"webhook {kind}: removed")
        else:
            found += told.bodies(f"webhook {kind}", methods["post"]["requestBody"], after["post"]["requestBody"])
    return sorted(set(found))


def _paths(before: Part, after: Part, asked: "_Comparison", told: "_Comparison") -> Iterator[str]:
    for path, operations in before.items():
        for method, operation in operations.items():
            where = f"{method.upper()} {path}"
            if method not in after.get(path, {}):
                yield f"{where}: removed"
                continue
            now = after[path][method]
            if operation.get("security") != now.get("security"):
                yield f"{where}: another key or scope needed"
            yield from asked.parameters(where, operation, now)
            yield from asked.request(where, operation.get("requestBody"), now.get("requestBody"))
            yield from told.answers(where, operation["responses"], now["responses"])


@dataclass(frozen=True)
class _Comparison:
    """Schemas of two documents, of what callers are told or of what they are asked for."""

    released: Part
    now: Part
    told: bool
    seen: set[tuple[str, str, bool]]
    """Pairs of named schemas that were compared: they may hold themselves."""

    def parameters(self, where: str, before: Part, after: Part) -> Iterator[str]:
        old, new = _parameters(before, self.released), _parameters(after, self.now)
        for name in old.keys() - new.keys():
            yield f"{where}: parameter {name} removed"
        for name, parameter in new.items():
            if parameter.get("required") and not old.get(name, {}).get("required"):
                yield f"{where}: parameter {name} newly required"
            if name in old:
                yield from self.schemas(f"{where} ?{name}", old[name].get("schema", {}), parameter.get("schema", {}))

    def request(self, where: str, before: Part | None, after: Part | None) -> Iterator[str]:
        if before is not None and after is None:
            yield f"{where}: body removed"
        elif after is not None and after.get("required") and not (before or {}).get("required"):
            yield f"{where}: body newly required"
        if before is not None and after is not None:
            yield from self.bodies(where, before, after)

    def answers(self, where: str, before: Part, after: Part) -> Iterator[str]:
        for status in (status for status in before if status < "4"):
            if status not in after:
                yield f"{where}: answer {status} removed"
            else:
                yield from self.bodies(f"{where} {status}", before[status], after[status])

    def bodies(self, where: str, before: Part, after: Part) -> Iterator[str]:
        for form, content in before.get("content", {}).items():
            if form not in after.get("content", {}):
                yield f"{where}: {form} removed"
            else:
                yield from self.schemas(where, content.get("schema", {}), after["content"][form].get("schema", {}))

    def schemas(self, where: str, before: Part, after: Part) -> Iterator[str]:
        """Of two schemas, each a choice of one or more: what is taken away from callers."""
        old, new = _choices(before, self.released), _choices(after, self.now)
        wide, gone = (old, new.keys() - old.keys()) if self.told else (new, old.keys() - new.keys())
        for kind in gone if "any" not in wide else ():
            yield f"{where}: may {'now' if self.told else 'no longer'} be {kind}"
        for kind in old.keys() & new.keys():
            yield from self._choice(where, old[kind], new[kind])

    def _choice(self, where: str, before: tuple[str, Part], after: tuple[str, Part]) -> Iterator[str]:
        (name, old), (name_now, new) = before, after
        if name and name_now and (name, name_now, self.told) in self.seen:
            return
        self.seen.add((name, name_now, self.told))
        where = name or where
        yield from self._values(where, old, new)
        yield from self._fields(where, old, new)
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
                yield from self.schemas(f"{where}[]", old[part], new[part])

    def _values(self, where: str, before: Part, after: Part) -> Iterator[str]:
        """A value that is gone was taken away or renamed, whoever says it."""
        old, new = _values(before), _values(after)
        if new is not None and old is None and not self.told:
            yield f"{where}: only {', '.join(sorted(new))} now"
        for value in sorted((old or set()) - (new if new is not None else old or set())):
            yield f"{where}: value {value} removed"

    def _fields(self, where: str, before: Part, after: Part) -> Iterator[str]:
        old, new = before.get("properties", {}), after.get("properties", {})
        must, must_now = set(before.get("required", ())), set(after.get("required", ()))
        for name in old.keys() - new.keys():
            yield f"{where}.{name}: removed"
        for name in sorted(must_now - must) if not self.told else ():
            yield f"{where}.{name}: newly required"
        for name in sorted(must - must_now) if self.told else ():
            if name in new:
                yield f"{where}.{name}: no longer always there"
        for name in old.keys() & new.keys():
            yield from self.schemas(f"{where}.{name}", old[name], new[name])


def _parameters(operation: Part, document: Part) -> dict[str, Part]:
    """By name and place."""
    shared = document["components"].get("parameters", {})
    listed = [
        shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in operation.get("parameters", ())
    ]
    return {f"{each['name']} ({each['in']})": each for each in listed}


def _choices(schema: Part, document: Part) -> dict[str, tuple[str, Part]]:
    """What a value may be, by its type; of several objects, by their names as well. Each with its name, if any."""
    options = list(_options(schema, document))
    names: dict[str, set[str]] = {}
    for name, option in options:
        names.setdefault(option.get("type", "any"), set()).add(name)
    choices: dict[str, tuple[str, Part]] = {}
    for name, option in options:
        kind = option.get("type", "any")
        kind = kind if len(names[kind]) == 1 else f"{kind} {name}"
        choices[kind] = (name, _either(choices[kind][1], option) if kind in choices else option)
    return choices


def _either(one: Part, other: Part) -> Part:
    """Of two lists of values one list: the values that either has."""
    values = [_values(each) for each in (one, other)]
    kept = {name: value for name, value in one.items() if name not in ("const", "enum")}
    if None in values:
        return kept
    return kept | {"enum": [json.loads(value) for listed in values for value in sorted(listed or ())]}


def _options(schema: Part, document: Part, name: str = "") -> Iterator[tuple[str, Part]]:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(PREFIX)
        yield from _options(document["components"]["schemas"][name], document, name)
    elif "anyOf" in schema or "oneOf" in schema:
        for option in schema.get("anyOf", schema.get("oneOf", ())):
            yield from _options(option, document, name)
    elif isinstance(schema.get("type"), list):
        yield from ((name, schema | {"type": each}) for each in schema["type"])
    else:
        yield name, schema


def _values(schema: Part) -> set[str] | None:
    """The values that a schema lists; None if it lists none."""
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if listed is None else {json.dumps(value) for value in listed}


if __name__ == "__main__":
    json.dump(
        promised(json.loads((DOCS / "openapi.json").read_text())), sys.stdout, separators=(",", ":"), sort_keys=True
    )
    print()
