"""Places: a title, a text and their language in; the countries, regions and cities named there, and the scene out.

A country is named by its name or by its people. An adjective is weak evidence ("Russian salad"): it counts
from three up, or where the country is named as well. A region or a city counts where its name is
unmistakable, or its country is in the text too; it never makes its country count, nor does what stands for
a government: the Kremlin, or a capital where nothing happens in it ("Moscow objects"). Those are metonyms:
they are found and marked, for they tell stories apart and bring them together across languages; but who asks
for alerts on a country asks for news that names it.
"""

import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from babel import Locale

from consumers.enrich.places import locatives
from consumers.enrich.places.cities import capital
from consumers.enrich.places.gazetteer import gazetteer
from consumers.enrich.places.listing import Entry
from consumers.enrich.places.meaning import HOME, Meant, meant
from consumers.enrich.places.mentions import mentions
from consumers.enrich.places.scene import scene
from service.messages import Place

__all__ = ["HOME", "VERSION", "countries", "located", "places"]

VERSION = "3"
ENOUGH_ADJECTIVES = 3


def places(title: str, text: str, language: str) -> tuple[Place, ...]:
    """Countries (`geoname_id` 0, no region), regions, cities and metonyms, each the most often named first."""
    return located(title, text, language)[0]


def located(title: str, text: str, language: str) -> tuple[tuple[Place, ...], str]:
    """The places, and the country (ISO 3166-1) where it happened; "" where the text does not say."""
    in_title, in_text = _meant(title, text, language)
    both = [*in_title, *in_text]
    named = _countries(each.entry for each in both)
    cities = [each for each in both if each.city]
    found = (
        *(Place(_english().get(code, code), code, 0, count) for code, count in named.most_common()),
        *_regions(both),
        *_cities(cities, language),
        *_governments(both),
    )
    return found, scene(text, in_title, in_text)


def countries(places: Iterable[Place]) -> tuple[str, ...]:
    """The codes of the countries among places, in their order; no metonyms."""
    return tuple(dict.fromkeys(p.country for p in places if not (p.geoname_id or p.region or p.metonym)))


def _meant(title: str, text: str, language: str) -> tuple[list[Meant], list[Meant]]:
    """Settled together, for what the text names explains the title."""
    names = gazetteer(language)
    above, below = list(mentions(title, names)), list(mentions(text, names))
    settled = list(meant([*above, *below], language))
    in_title = sum(each.at < len(above) for each in settled)
    return settled[:in_title], settled[in_title:]


def _countries(entries: Iterable[Entry]) -> Counter[str]:
    named: Counter[str] = Counter()
    adjectives: Counter[str] = Counter()
    for entry in entries:
        if entry.kind in ("name", "people"):
            named[entry.country] += 1
        elif entry.kind == "adjective":
            adjectives[entry.country] += 1
    for country, count in adjectives.items():
        if country in named or count >= ENOUGH_ADJECTIVES:
            named[country] += count
    return named


def _regions(both: Iterable[Meant]) -> Iterator[Place]:
    counts = Counter((each.entry.label, each.country, each.entry.region) for each in both if each.kind == "region")
    for (name, country, region), count in counts.most_common():
        yield Place(name, country, 0, count, region=region)


def _cities(found: Sequence[Meant], language: str) -> Iterator[Place]:
    """A capital that nothing happens in stands for its government."""
    visited = {each.entry.city for each in found if each.mention.stands or language not in locatives.KNOWN}
    for city, count in Counter(each.city for each in found).most_common():
        if city:
            yield Place(city.name, city.country, city.id, count, metonym=capital(city) and city not in visited)


def _governments(both: Iterable[Meant]) -> Iterator[Place]:
    counts = Counter((each.entry.label, each.country) for each in both if each.kind == "metonym")
    for (name, country), count in counts.most_common():
        yield Place(name, country, 0, count, metonym=True)


@functools.cache
def _english() -> dict[str, str]:
    return {code: name.removesuffix(" SAR China") for code, name in Locale("en").territories.items()}
