"""OPML, by which feed readers exchange feeds: in goes a document, out come the feeds it names, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from service.errors import Invalid

MOST_FEEDS = 5000


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed as the document names it."""

    url: str
    title: str


def parse(document: bytes) -> list[Outline]:
    """Raises `Invalid` if it is not OPML, declares a document type (nobody needs one, attackers do), or names
    more than 5,000 feeds."""
    names: list[str] = []
    outlines: list[Outline] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        names.append(name)
        outlines.extend(_outlines(name, attributes))
        if len(outlines) > MOST_FEEDS:
            raise Invalid(f"The document names more than {MOST_FEEDS} feeds; send it in parts.")

    def doctype(*_: object) -> None:
        raise Invalid("The document declares a document type; leave that away.")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = start, doctype
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Invalid(f"The document is not XML: {error}.") from None
    if names[0].lower() != "opml":
        raise Invalid("The document is not OPML: its root is another element.")
    return outlines


def _outlines(name: str, attributes: dict[str, str]) -> Iterator[Outline]:
    lower = {key.lower(): value.strip() for key, value in attributes.items()}
    if name.lower() == "outline" and lower.get("xmlurl"):
        yield Outline(lower["xmlurl"], lower.get("title") or lower.get("text") or "")
