"""Start tags of a document, whatever is wrong with the rest of it. In: markup; out: names and attributes.

Pure; time is linear in the length of the markup.
"""

import re
from collections.abc import Iterator
from html import unescape

_COMMENT = re.compile(r"<!--(?:[^-]++|-(?!->))*+(?:-->)?+")
_TAG = re.compile(r"<(?:[\w.-]++:)?([a-z]++)\s((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:.-]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))")


def tags(markup: str, *names: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The start tags of these names that have attributes, outside comments: name and attributes, lower case."""
    for found in _TAG.finditer(_COMMENT.sub("", markup)):
        name = found[1].lower()
        if name in names:
            yield name, attributes(found[2])


def attributes(written: str) -> dict[str, str]:
    """Of each name the first value."""
    given: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        given.setdefault(name.lower(), unescape(double or single or bare).strip())
    return given
