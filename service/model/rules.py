"""How to read a page that has no feed: which of its elements are entries, and what in them says what.

In: selectors as somebody wrote them; out: `PageRules` that can be used, or `Invalid` that names the field.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from cssselect import HTMLTranslator, SelectorError

from service.errors import Invalid

MOST_CHARACTERS = 300
MOST_COMBINED = 20
"""Compound selectors in one: more is no rule for a page but a burden for who evaluates it."""

_ATTRIBUTE = re.compile(r"^(.*?)\s*@([A-Za-z_][\w.:-]*)$", re.DOTALL)
_COMBINATOR = re.compile(r"[\s>+~,]+")


@dataclass(frozen=True, slots=True)
class PageRules:
    """CSS selectors. `entry` selects in the page, the others in an entry.

    With `@name` at its end a selector stands for that attribute, and alone for the entry's own; without, for
    the element's text, and for `link` and `date` for the attribute that says it (`href`, `datetime`).
    """

    entry: str
    link: str = "a[href]"
    title: str = ""
    """The link's text if empty."""
    summary: str = ""
    date: str = ""

    def __post_init__(self) -> None:
        """Raises `Invalid`."""
        for field in fields(self):
            _check(field.name, getattr(self, field.name))
        if not self.entry or "@" in _without_brackets(self.entry):
            raise Invalid("the selector of entries must select elements", "/rules/entry")
        if not self.link:
            raise Invalid("without the selector of a link no entry is known again", "/rules/link")


def read_rules(written: Sequence[str]) -> PageRules | None:
    """Of lines such as `entry=article.teaser`; None if there are none. Raises `Invalid`."""
    given = dict(rule.partition("=")[::2] for rule in written)
    known = {field.name for field in fields(PageRules)}
    if unknown := sorted(given.keys() - known):
        raise Invalid(f"no such rule: {', '.join(unknown)}; there are {', '.join(sorted(known))}", "/rules")
    if given and "entry" not in given:
        raise Invalid("without entry=SELECTOR no entry is found", "/rules/entry")
    return PageRules(**given) if given else None


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector in two: of elements ("" for the entry itself), and an attribute ("" for the text)."""

    css: str
    attribute: str = ""

    @classmethod
    def of(cls, written: str) -> "Selector":
        found = _ATTRIBUTE.match(written.strip())
        return cls(found[1].strip(), found[2]) if found else cls(written.strip())

    @property
    def xpath(self) -> str:
        """The same in XPath 1.0, from an element on down. Raises `SelectorError`."""
        return HTMLTranslator().css_to_xpath(self.css) if self.css else "self::*"


def _check(name: str, written: str) -> None:
    if len(written) > MOST_CHARACTERS:
        raise Invalid(f"the selector has {len(written)} characters, more than {MOST_CHARACTERS}", f"/rules/{name}")
    if len(_COMBINATOR.split(written.strip())) > MOST_COMBINED:
        raise Invalid(f"the selector combines more than {MOST_COMBINED} others", f"/rules/{name}")
    try:
        _ = Selector.of(written).xpath
    except (SelectorError, RecursionError) as error:
        raise Invalid(f"not a CSS selector that can be used: {error}", f"/rules/{name}") from None


def _without_brackets(written: str) -> str:
    return re.sub(r"\[[^\]]*\]", "", written)
