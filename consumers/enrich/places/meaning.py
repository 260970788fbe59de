"""What mentions mean: all mentions of an article in; each with the one reading that the others support out.

A country is doubtful where its name is a person's too; a state may have a country's name; a city's name may
be that of many. The other places of the text settle it; what cannot be settled means nothing.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from consumers.enrich.places.cities import City
from consumers.enrich.places.forms import SMALL_PEOPLE
from consumers.enrich.places.listing import Entry, Kind
from consumers.enrich.places.locatives import Stands
from consumers.enrich.places.mentions import Mention

_HOME = (
    "be=BY bg=BG cs=CZ da=DK de=DE,AT,CH el=GR,CY et=EE fi=FI he=IL hr=HR hu=HU hy=AM it=IT ja=JP ka=GE kk=KZ ko=KR "
    "lt=LT lv=LV mk=MK nl=NL,BE no=NO pl=PL ro=RO,MD ru=RU,BY sk=SK sl=SI sr=RS sv=SE th=TH tr=TR uk=UA vi=VN zh=CN,TW"
)
HOME = {code: frozenset(at.split(",")) for code, at in (pair.split("=") for pair in _HOME.split())}
"""Where a language is at home: texts in it name the cities there without saying the country."""
_KNOWN = "US GB DE ES IT FR CA RU UA BY PL CN IN AU"
_FAMOUS_REGIONS = frozenset(_KNOWN.split())
"""Countries whose regions are known everywhere by their own name."""
_ISLANDS = "AG BB CU DM DO GY HT JM KN LC TT VC VE"
_CARIBBEAN = frozenset(_ISLANDS.split())
_FIRST_NAMES = frozenset(("JO", "TD"))
"""Countries whose names people go by without a surname: "Jordan scored thirty points"."""
_STATE = (
    "state", "штат", "estado", "stato", "état", "bundesstaat", "stan", "stát", "štát", "zvezn", "statul", "valstij",
    "governor", "губернатор", "gobernador", "gouverneur", "governator", "governador", "gubernator", "guvernér",
)  # fmt: skip
"""What stands before a state's name."""
_PLURAL = {"es": ("s",), "pt": ("s",), "it": ("i", "e")}
_MANY_WORDS = {
    "es": "los las unos unas muchos muchas dos tres cuatro cinco cien mil",
    "pt": "os as dos das aos às pelos pelas nos nas muitos muitas dois duas três",
    "it": "gli i le dei degli delle ai agli alle dai dagli molti molte due tre",
}
_MANY = {language: frozenset(words.split()) for language, words in _MANY_WORDS.items()}
"""Before a plural that is written small, these make it a people: "los franceses", "gli svizzeri"."""
_AND = frozenset(("y", "e", "i"))


@dataclass(frozen=True, slots=True)
class Meant:
    """A mention and what it means."""

    mention: Mention
    entry: Entry
    at: int
    """Which of the mentions it is."""

    @property
    def country(self) -> str:
        return self.entry.country

    @property
    def kind(self) -> Kind:
        return self.entry.kind

    @property
    def city(self) -> City | None:
        return self.entry.city


def meant(mentions: Sequence[Mention], language: str) -> Iterator[Meant]:
    """Mentions that can be settled, in their order."""
    context = _Context.of(mentions, language)
    last: Meant | None = None
    unknown: Stands = ""
    for at, mention in enumerate(mentions):
        following = mentions[at + 1] if at + 1 < len(mentions) else None
        within = following if following and _explained(mention, following) else None
        if unknown:  # "In Paris, Texas": we know Texas only
            mention = replace(mention, stands=unknown)
        entry = context.reading(mention, within)
        unknown = mention.stands if within and not entry else ""
        if entry and entry.kind == "adjective" and _are_people(mention, language, last):
            entry = replace(entry, kind="people")
        if entry:
            last = Meant(mention, entry, at)
            yield last


def _explained(mention: Mention, following: Mention) -> bool:
    """A city and, behind a comma, where it is: "Paris, Texas"."""
    return (
        following.start - mention.end == 2
        and following.stands == ""
        and following.entries[0].kind in ("name", "region")
    )


def _are_people(mention: Mention, language: str, last: Meant | None) -> bool:
    """Whether an adjective is used for the people, in languages that tell by neither capital nor ending."""
    if not mention.written.endswith(_PLURAL.get(language, ("?",))):
        return False
    if not mention.after:
        return mention.opens
    if mention.after[0].lower() in _MANY[language]:
        return True
    joined = mention.after[0] in _AND and last and last.kind == "people"
    return bool(joined and last and mention.start - last.mention.end == len(mention.after[0]) + 2)


@dataclass(frozen=True, slots=True)
class _Context:
    countries: frozenset[str]
    """Named beyond doubt."""
    nearby: frozenset[str]
    """Countries of regions that are named beyond doubt."""
    states: frozenset[str]
    """Regions (ISO 3166-2) of the cities there."""
    inside: frozenset[str]
    """Words that are written with a capital inside a sentence."""
    home: frozenset[str]
    several: bool
    """More than one place is named."""
    language: str

    @classmethod
    def of(cls, mentions: Sequence[Mention], language: str) -> "_Context":
        clear = [m for m in mentions if len({(e.country, e.region) for e in m.entries}) == 1]
        sure = [m.entries[0] for m in clear if not m.entries[0].doubtful]
        return cls(
            frozenset(e.country for e in sure if e.kind not in ("city", "region", "metonym")),
            frozenset(e.country for e in sure if e.kind == "region"),
            frozenset(e.city.region for m in mentions for e in m.entries if e.city and e.fame != "obscure"),
            frozenset(m.written for m in mentions if not m.opens),
            HOME.get(language, frozenset()),
            len({m.entries[0].country for m in mentions if m.entries[0].kind != "adjective"}) > 1,
            language,
        )

    def reading(self, mention: Mention, within: Mention | None) -> Entry | None:
        """The entry meant; None where it is no place, or it cannot be told which."""
        first = mention.entries[0]
        if first.kind == "city":
            return None if mention.named else self._city(mention, within)
        regions = [entry for entry in mention.entries if entry.kind == "region"]
        if first.kind == "region":
            return None if mention.named else self._region(mention, regions)
        if regions and self._state(mention, first, regions[0]):
            return regions[0]
        if first.doubtful and not self._certain(mention, first):
            return self._city(mention, within)
        return self._people_or_adjective(mention) if first.kind == "people" else first

    def _people_or_adjective(self, mention: Mention) -> Entry:
        """Where a form is both, a capital inside a sentence tells, if the language writes peoples so."""
        adjective = next((entry for entry in mention.entries if entry.kind == "adjective"), None)
        if adjective and (self.language in SMALL_PEOPLE or (mention.opens and self.language != "fr")):
            return adjective
        return mention.entries[0]

    def _state(self, mention: Mention, country: Entry, region: Entry) -> bool:
        """Georgia, the state: called one, or nothing but its country is near."""
        if any(word.lower().startswith(_STATE) for word in mention.after):
            return True
        if country.country in self.countries:
            return False
        return region.region in self.states or region.country in self.nearby

    def _certain(self, mention: Mention, entry: Entry) -> bool:
        if mention.alone and mention.opens:
            return True
        if entry.doubtful == "city":
            return bool(self.countries & (_CARIBBEAN | {entry.country}))
        return bool(mention.after or self.several or not mention.opens or entry.country not in _FIRST_NAMES)

    def _region(self, mention: Mention, regions: Sequence[Entry]) -> Entry | None:
        near = self.countries | self.nearby | self.home
        likely = [entry for entry in regions if entry.country in near]
        if likely:
            return likely[0]
        if mention.opens and regions[0].words == 1 and not mention.stands:
            return None
        return next((entry for entry in regions if entry.country in _FAMOUS_REGIONS), None)

    def _city(self, mention: Mention, within: Mention | None) -> Entry | None:
        """The city meant, if one can be told. A capital that only opens sentences proves nothing."""
        cities = [entry for entry in mention.entries if entry.city]
        if within:
            around = {(entry.country, entry.region) for entry in within.entries}
            return _greatest([e for e in cities if e.city and _lies_in(e.city, around)])
        sure = mention.written in self.inside or mention.stands == "in"
        accepted = ("famous", "known") if sure else ("famous",)
        likely = [entry for entry in cities if entry.country in self.countries]
        at_home = [entry for entry in cities if sure and entry.country in self.home]
        return _greatest(likely or at_home or [entry for entry in cities if entry.fame in accepted])


def _lies_in(city: City, around: Collection[tuple[str, str]]) -> bool:
    return any(city.country == country and region in ("", city.region or region) for country, region in around)


def _greatest(entries: Sequence[Entry]) -> Entry | None:
    return max(entries, key=lambda entry: entry.city.people if entry.city else 0, default=None)
