"""By what queries are understood, as one short text: with any other, the same words may mean something else."""

from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

from service.query.names import KnownNames, Names
from service.text import ANALYSER

_DECIDING = ("service.query", "service.people", "service.people.data", "service.text")
"""Packages by whose files a query is understood."""
_READ = (".py", ".lark", ".tsv", ".json", ".txt")


def version_of(names: Names, meaning: Any) -> str:
    """Names the analyser, the language, the names and the model."""
    told = sha256(_code().encode())
    if isinstance(names, KnownNames):
        told.update(repr(sorted((each.domain, each.name) for each in names.sources)).encode())
    else:
        told.update(type(names).__qualname__.encode())
    model = type(meaning).__qualname__ if meaning else ""
    told.update(f"{model} {getattr(meaning, 'version', '')}".encode())
    return f"{ANALYSER}-{told.hexdigest()[:16]}"


@cache
def _code() -> str:
    """What decides how a query is understood, in one number."""
    told = sha256(str(ANALYSER).encode())
    for package in _DECIDING:
        for file in sorted(resources.files(package).iterdir(), key=lambda file: file.name):
            if file.is_file() and file.name.endswith(_READ):
                told.update(file.name.encode() + file.read_bytes())
    return told.hexdigest()
