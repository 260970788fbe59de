"""Who publishes: in goes a registered domain; out comes what is known of the outlet behind it.

A table is shipped (`sources.tsv`); a file of the operator's adds to it, and wins where both know a domain.
A domain that neither knows is a source all the same, of which nothing is known but its name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from service.errors import Misconfigured

__all__ = ["NONE", "Control", "Source", "Sources", "load"]

Control = Literal["", "state", "public", "private"]
"""Who steers it: a government; a board of its own under public law; private owners; "" if not known."""

CONTROLS: dict[str, Control] = {control: control for control in get_args(Control)}
SHIPPED = Path(__file__).with_name("sources.tsv")
COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet."""

    domain: str
    """Its first registered domain; its name everywhere in Courant."""
    name: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2."""
    language: str = ""
    """The language it writes in most, two letters."""
    owner: str = ""
    control: Control = ""
    domains: tuple[str, ...] = ()
    """All of its registered domains, the first among them."""

    @property
    def house(self) -> str:
        """What it shares with outlets that are not independent of it: its owner, or failing that itself."""
        return self.owner.casefold() or self.domain


class Sources:
    """All sources of which something is known."""

    def __init__(self, known: dict[str, Source]) -> None:
        self._known = known

    def of(self, domain: str) -> Source:
        """The outlet behind a registered domain, whichever of its domains that is."""
        return self._known.get(domain.lower()) or Source(domain.lower(), domains=(domain.lower(),))

    def known_as(self, said: str) -> str:
        """The one name under which an outlet goes in Courant: its first domain, if `said` is any of its domains;
        else `said` itself. Every way in of articles asks here."""
        known = self._known.get(said.lower())
        return known.domain if known else said

    def knows(self, domain: str) -> bool:
        """Does the table have it?"""
        return domain.lower() in self._known

    def house_of(self, domain: str) -> tuple[Source, ...]:
        """The other outlets of the same house, by domain."""
        one = self.of(domain)
        others = (each for each in self if each.house == one.house and each.domain != one.domain)
        return tuple(sorted(others, key=lambda each: each.domain))

    def __iter__(self) -> Iterator[Source]:
        """Each outlet once."""
        return (source for domain, source in self._known.items() if domain == source.domain)


NONE = Sources({})
"""Nothing is known of anybody."""


def load(file: Path | None = None) -> Sources:
    """The shipped table, and that of `file` (same columns) over it. Raises `Misconfigured`, naming the line."""
    known = _read(SHIPPED)
    return Sources(known if file is None else _over(known, _read(file)))


def _over(shipped: dict[str, Source], given: dict[str, Source]) -> dict[str, Source]:
    """An outlet that the operator names by one of its domains is the operator's under its other ones, too, but
    for those that the operator names elsewhere."""
    known, taken = dict(shipped), set(given)
    for source in dict.fromkeys(given.values()):
        shipped_as = [each for own in source.domains if own in shipped for each in shipped[own].domains]
        more = tuple(each for each in dict.fromkeys(shipped_as) if each not in taken)
        whole = replace(source, domains=source.domains + more)
        known |= dict.fromkeys(whole.domains, whole)
        taken.update(more)
    return known


def _read(file: Path) -> dict[str, Source]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"sources: {file} cannot be read: {error}") from None
    known: dict[str, Source] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            source = _source(line, f"sources: {file.name}, line {number}")
            if twice := known.keys() & set(source.domains):
                raise Misconfigured(f"sources: {file.name}, line {number}: {min(twice)} is there already")
            known |= dict.fromkeys(source.domains, source)
    return known


def _source(line: str, where: str) -> Source:
    fields = [field.strip() for field in line.split("\t")]
    if len(fields) != COLUMNS:
        raise Misconfigured(f"{where}: {len(fields)} columns, not {COLUMNS}, separated by tabs")
    written, name, country, language, owner, control = fields
    domains = tuple(domain.strip().lower() for domain in written.split(","))
    if not all("." in domain for domain in domains):
        raise Misconfigured(f"{where}: {written!r} is no domain")
    if country and not (len(country) == 2 and country.isascii() and country.isupper()):
        raise Misconfigured(f"{where}: {country!r} is no country code of two capital letters")
    if language and not (len(language) == 2 and language.isascii() and language.islower()):
        raise Misconfigured(f"{where}: {language!r} is no language code of two small letters")
    if control not in CONTROLS:
        raise Misconfigured(f"{where}: {control!r} is neither state nor public nor private")
    return Source(domains[0], name, country, language, owner, CONTROLS[control], domains)
