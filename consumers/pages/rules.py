"""Rules of extraction by source: a TOML or JSON file in, for each source its rule out.

    ["harbour-gazette.example"]
    pages = "always"                  # or "never"; "auto" reads one where the feed's text is not all
    body = "div.story-text"           # CSS selectors
    title = "h1.headline"
    author = ".byline a"
    published = "time.first-printed"
    remove = [".advert", "aside.more"]

A source is a registered domain. What a rule does not say, or does not find, is found as for everybody else.
"""

import functools
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import XPathError
from lxml.html import HtmlElement

from service.errors import Invalid, Misconfigured
from service.urls import source_of

SHIPPED = Path(__file__).parent / "data" / "rules.toml"
Pages = Literal["auto", "always", "never"]
_PAGES = ("auto", "always", "never")


@dataclass(frozen=True, slots=True)
class Rule:
    """How articles of one source are read. "" and () leave it to what serves everybody."""

    pages: Pages = "auto"
    body: str = ""
    title: str = ""
    author: str = ""
    published: str = ""
    remove: tuple[str, ...] = ()


NO_RULE = Rule()
_SELECTORS = ("body", "title", "author", "published")


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules by source."""

    by_source: Mapping[str, Rule]

    def of(self, source: str, url: str) -> Rule:
        """That of the source, or else of the address's registered domain."""
        return self.by_source.get(source) or self.by_source.get(_domain(url)) or NO_RULE


def load_rules(file: Path | None) -> Rules:
    """The shipped rules, and over them those of the file. Raises `Misconfigured`: which file, source and field."""
    return Rules({**_read(SHIPPED), **(_read(file) if file else {})})


def selected(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements that a selector finds; none for ""."""
    return list(_compiled(selector)(tree)) if selector else []


@functools.lru_cache(1024)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _read(file: Path) -> dict[str, Rule]:
    try:
        content = file.read_text("utf-8")
        tables = json.loads(content) if file.suffix == ".json" else tomllib.loads(content)
    except OSError as error:
        raise Misconfigured(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError as error:  # of JSON, of TOML, of UTF-8
        raise Misconfigured(f"{file}: {error}") from None
    if not isinstance(tables, dict):
        raise Misconfigured(f"{file}: a table of sources is expected")
    return {source: _rule(table, f"{file}: {_source(source, file)}") for source, table in tables.items()}


def _source(written: str, file: Path) -> str:
    if _domain(f"https://{written}/") != written:
        wanted = _domain(f"https://{written}/") or "example.org"
        raise Misconfigured(f"{file}: {written}: not a registered domain; write {wanted}")
    return written


def _domain(url: str) -> str:
    try:
        return source_of(url)
    except Invalid:
        return ""


def _rule(table: Any, where: str) -> Rule:
    if not isinstance(table, dict):
        raise Misconfigured(f"{where}: a table of fields is expected")
    known = [field.name for field in fields(Rule)]
    for name, value in table.items():
        if name not in known:
            raise Misconfigured(f"{where}: {name}: there is no such field; there are {', '.join(known)}")
        if why := _fault(name, value):
            raise Misconfigured(f"{where}: {name}: {why}")
    return Rule(**{**table, "remove": tuple(table.get("remove", ()))})


def _fault(name: str, value: Any) -> str:
    """What is wrong with a field's value; "" if nothing is."""
    if name == "pages":
        return "" if value in _PAGES else f"{value!r} is none of {', '.join(_PAGES)}"
    if name in _SELECTORS:
        return _selector_fault(value)
    if not isinstance(value, list):
        return "a list of selectors is expected"
    return next((why for each in value if (why := _selector_fault(each))), "")


def _selector_fault(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        return "a selector is expected"
    try:
        _compiled(value)
    except (SelectorError, XPathError) as error:
        return f"{value!r} is not a selector: {error}"
    return ""
