"""Topics, endpoints, subscriptions and feeds as files say: YAML in, or the same as a request says it; out comes all of
it, checked as far as it goes.

Nothing secret stands in a file: an endpoint's secret is named by the variable that holds it, or is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import yaml

from service.errors import Invalid
from service.model import EPOCH, Example
from service.model.subscribing import Follow, Timing
from service.store.managed import Kind
from service.timing import tell_at

OWNER = "files"
SECTIONS: Mapping[str, Kind] = {
    "feeds": "feed",
    "topics": "topic",
    "endpoints": "endpoint",
    "subscriptions": "subscription",
}
DEFAULTS: Mapping[Kind, dict[str, Any]] = {
    "feed": {"url": "", "title": "", "source": "", "language": "", "labels": [], "enabled": True},
    "topic": {"query": "", "examples": [], "enabled": True},
    "endpoint": {"url": "", "notices": [], "enabled": True, "secret": ""},
    "subscription": {
        "topic": "",
        "endpoint": "",
        "follow": msgspec.to_builtins(Follow()),
        "timing": msgspec.to_builtins(Timing()),
    },
}
NEEDED: Mapping[Kind, Sequence[str]] = {
    "feed": ("url",),
    "topic": ("query",),
    "endpoint": ("url",),
    "subscription": ("topic", "endpoint"),
}
LONGEST_NAME = 200
BY_VARIABLE = "env "
"""Begins what is kept of a secret: the variable that holds it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource as its file has it, every field with a value."""

    kind: Kind
    name: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Manifest:
    owner: str
    entries: tuple[Entry, ...]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By endpoint, those that the environment holds."""


class _Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]  # untyped
    """Refuses a name that stands twice, of which YAML keeps the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [key.value for key, _ in node.value]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise Invalid(f"line {node.start_mark.line + 1}: {twice!r} stands twice")
        return super().construct_mapping(node, deep)


def read(files: Mapping[str, str], environment: Mapping[str, str]) -> Manifest:
    """All files together, by name. Raises `Invalid`, naming the file and the place."""
    return _gathered({f"{file}: ": _loaded(file, text) for file, text in files.items()}, environment)


def read_told(told: Mapping[str, Any], environment: Mapping[str, str]) -> Manifest:
    """What a request says, in the form of one file. Raises `Invalid`, naming the place."""
    return _gathered({"": dict(told)}, environment)


def as_told(manifest: Manifest) -> dict[str, Any]:
    """What `read_told` makes the same of, but for the secrets: they stay behind, their variables go along."""
    told: dict[str, Any] = {"owner": manifest.owner}
    for section, kind in SECTIONS.items():
        some = {each.name: _written(each) for each in manifest.entries if each.kind == kind}
        told[section] = list(some.values()) if kind == "subscription" else some
    return told


def _written(entry: Entry) -> dict[str, Any]:
    """Without what goes without saying."""
    told = {name: value for name, value in entry.fields.items() if value != DEFAULTS[entry.kind][name]}
    if "examples" in told:
        told["examples"] = [{name: value for name, value in each.items() if value != ""} for each in told["examples"]]
    return told | ({"secret": {"env": told["secret"].removeprefix(BY_VARIABLE)}} if "secret" in told else {})


def _gathered(files: Mapping[str, dict[str, Any]], environment: Mapping[str, str]) -> Manifest:
    """By what is said before each place."""
    owners, entries, secrets = dict[str, str](), dict[tuple[Kind, str], Entry](), dict[str, str]()
    for file, told in files.items():
        if "owner" in told:
            owners[str(told.pop("owner"))] = file
        for section, given in told.items():
            for entry in _entries(f"{file}{section}", section, given, environment, secrets):
                if (entry.kind, entry.name) in entries:
                    raise Invalid(f"{file}{section}: {entry.name} stands there twice")
                entries[entry.kind, entry.name] = entry
    if len(owners) > 1:
        raise Invalid(f"the files have several owners: {', '.join(sorted(owners))}")
    return Manifest(next(iter(owners), OWNER), tuple(entries.values()), secrets)


def _loaded(file: str, text: str) -> dict[str, Any]:
    try:
        told = yaml.load(text, _Loader)  # noqa: S506  (a safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise Invalid(f"{file}{where}: this is no YAML: {getattr(error, 'problem', error)}") from None
    except Invalid as error:
        raise Invalid(f"{file}, {error}") from None
    if not isinstance(told, dict):
        raise Invalid(f"{file}: there must be sections: {', '.join(SECTIONS)}")
    if unknown := sorted(map(str, told.keys() - SECTIONS.keys() - {"owner"})):
        raise Invalid(f"{file}: there is no section {unknown[0]}; there are {', '.join(SECTIONS)} and owner")
    return told


def _entries(
    where: str, section: str, given: Any, environment: Mapping[str, str], secrets: dict[str, str]
) -> list[Entry]:
    kind = SECTIONS[section]
    if kind == "subscription":
        pairs = [(_joined(each), each) for each in given] if isinstance(given, list) else None
    else:
        pairs = list(given.items()) if isinstance(given, dict) else None
    if pairs is None:
        form = "a list" if kind == "subscription" else "names, each with what belongs to it"
        raise Invalid(f"{where}: this must be {form}")
    return [_entry(f"{where}: {name}", kind, str(name), told, (environment, secrets)) for name, told in pairs]


def _joined(told: Any) -> str:
    return f"{told.get('topic')} -> {told.get('endpoint')}" if isinstance(told, dict) else str(told)


def _entry(where: str, kind: Kind, name: str, told: Any, secrecy: tuple[Mapping[str, str], dict[str, str]]) -> Entry:
    if kind == "topic" and isinstance(told, str):
        told = {"query": told}
    if not isinstance(told, dict):
        raise Invalid(f"{where}: this must be fields with values")
    if not name.strip() or len(name) > LONGEST_NAME * (2 if kind == "subscription" else 1):
        raise Invalid(f"{where}: a name has 1 to {LONGEST_NAME} characters")
    defaults = DEFAULTS[kind]
    if unknown := sorted(map(str, told.keys() - defaults.keys())):
        raise Invalid(f"{where}: there is no field {unknown[0]}; there are {', '.join(defaults)}")
    if missing := [each for each in NEEDED[kind] if not told.get(each)]:
        raise Invalid(f"{where}: {missing[0]} is needed")
    if kind == "endpoint":
        told = told | {"secret": _secret(where, name, told.get("secret"), *secrecy)}
    fields = {each: _value(where, each, told.get(each, default), default) for each, default in defaults.items()}
    return Entry(kind, name, fields)


def _secret(where: str, name: str, given: Any, environment: Mapping[str, str], secrets: dict[str, str]) -> str:
    """What stands for the secret: the variable that holds it. The secret itself is kept apart."""
    if not given:
        return ""
    if not isinstance(given, dict) or given.keys() != {"env"}:
        raise Invalid(f"{where}: a secret does not stand in a file; write secret: {{env: NAME_OF_A_VARIABLE}}")
    variable = str(given["env"])
    if not environment.get(variable):
        raise Invalid(f"{where}: the variable {variable} holds no secret")
    secrets[name] = environment[variable]
    return BY_VARIABLE + variable


def _value(where: str, name: str, given: Any, default: Any) -> Any:
    match name:
        case "examples":
            return _examples(where, given)
        case "follow":
            return _options(where, name, given, Follow)
        case "timing":
            found = _options(where, name, given, Timing)
            tell_at(found["digest"], found["quiet_hours"], found["time_zone"], EPOCH)
            return found
    fits = isinstance(given, type(default)) and not (isinstance(given, list) and not all(map(_is_text, given)))
    if not fits:
        raise Invalid(f"{where}: {name}: this cannot be {given!r}")
    return given.strip() if isinstance(given, str) else given


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _examples(where: str, given: Any) -> list[dict[str, Any]]:
    """`must_match` and `must_not_match` in one list, as they are kept."""
    if isinstance(given, dict):
        given = [
            {"must_match": word == "must_match"} | (each if isinstance(each, dict) else {"text": each})
            for word, some in given.items()
            for each in some
        ]
    try:
        return [msgspec.to_builtins(_strictly(each, Example)) for each in given]
    except (msgspec.ValidationError, TypeError) as error:
        raise Invalid(f"{where}: examples: {error}") from None


def _options(where: str, name: str, given: Any, shape: type[Any]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = msgspec.to_builtins(_strictly(given, shape))
    except (msgspec.ValidationError, TypeError) as error:
        raise Invalid(f"{where}: {name}: {error}") from None
    return found


def _strictly(given: Any, shape: type[Any]) -> Any:
    """Raises `ValidationError`, also for a field that there is not."""
    found = msgspec.convert(given, shape)
    known = set(shape.__dataclass_fields__)
    if unknown := sorted(given.keys() - known):
        raise msgspec.ValidationError(f"there is no {unknown[0]}; there are {', '.join(sorted(known))}")
    return found
