"""Made-up news for load: happenings told by many outlets in several languages, about 3 kB an article.

Each happening has names, a place and numbers of its own, and a vocabulary that it shares with nobody, mixed
into sentences that all news share and into words as frequent as those of real texts (Zipf); one report in
ten is a word-for-word copy.
The same seed gives the same articles.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel import Locale

from tests.builders import NOW

CHARACTERS = 3000

PHRASES = {
    "en": (
        "Officials in {place} said on {day} that {name} had agreed to {thing} after talks about the {other}.",
        "The {thing} will take {number} days, according to {name}, who leads the {other} in {place}.",
        "Residents near the {thing} told reporters that the {other} had changed little since the spring.",
        "A spokeswoman for {name} declined to say whether the {other} would be part of the {thing}.",
        "Before the {other} opened, {number} people had waited in {place} for news of the {thing}.",
        "{name} called the {thing} a first step and asked for patience with the {other} until {day}.",
    ),
    "de": (
        "Behörden in {place} teilten am {day} mit, dass {name} der {thing} nach Gesprächen über die {other} zustimmt.",
        "Die {thing} werde {number} Tage dauern, sagte {name} in {place}, der die {other} leitet.",
        "Anwohner der {thing} berichteten, an der {other} habe sich seit dem Frühjahr wenig geändert.",
        "Eine Sprecherin von {name} wollte nicht sagen, ob die {other} ein Teil der {thing} wird.",
        "{name} nannte die {thing} einen ersten Schritt und bat bis {day} um Geduld mit der {other}.",
    ),
    "ru": (
        "Власти города {place} сообщили, что {name} согласился на {thing} после переговоров о {other}.",
        "По словам {name}, {thing} продлится {number} дней, а {other} останется в городе {place}.",
        "Жители рассказали журналистам, что {other} почти не изменилась с весны, как и {thing}.",
        "Представитель {name} отказался сказать, станет ли {other} частью того, что называют {thing}.",
        "{name} назвал {thing} первым шагом и попросил о терпении, пока {other} не завершится к {day}.",
    ),
    "pl": (
        "Władze w {place} podały, że {name} zgodził się na {thing} po rozmowach o {other}.",
        "Według {name} {thing} potrwa {number} dni, a {other} pozostanie w {place}.",
        "Mieszkańcy mówili dziennikarzom, że {other} niewiele się zmieniła od wiosny, podobnie jak {thing}.",
        "Rzeczniczka {name} nie chciała powiedzieć, czy {other} stanie się częścią {thing}.",
        "{name} nazwał {thing} pierwszym krokiem i prosił o cierpliwość wobec {other} do {day}.",
    ),
}
LANGUAGES = tuple(PHRASES)
COUNTRIES = [
    "BY",
    "NO",
    "ES",
    "TR",
    "GE",
    "CZ",
    "KE",
    "PL",
    "DE",
    "FR",
    "IT",
    "UA",
    "LT",
    "LV",
    "EE",
    "FI",
    "SE",
    "DK",
    "NL",
    "BE",
    "CH",
    "AT",
    "HU",
    "RO",
    "BG",
    "GR",
    "PT",
    "IE",
    "IS",
    "RS",
    "HR",
    "SI",
    "SK",
    "MD",
    "AM",
    "AZ",
    "KZ",
    "UZ",
    "MN",
    "CN",
    "JP",
    "KR",
    "IN",
    "PK",
    "BD",
    "LK",
    "TH",
    "VN",
    "PH",
    "ID",
    "MY",
    "AU",
    "NZ",
    "CA",
    "US",
    "MX",
    "BR",
    "AR",
    "CL",
    "PE",
    "CO",
    "EG",
    "MA",
    "TN",
    "NG",
    "GH",
    "ET",
    "TZ",
    "UG",
    "ZA",
]
PLACES = {language: [Locale(language).territories[code] for code in COUNTRIES] for language in LANGUAGES}


def _syllables(beginnings: str, middles: str, ends: str) -> tuple[str, ...]:
    return tuple(a + b + c for a in beginnings for b in middles for c in ends)


SOUNDS = {
    "ru": _syllables("бвгджзклмнпрстфхцчш", "аеиоуы", "йлмнрстк"),
    "": _syllables("bcdfghjklmnprstvwz", "aeiou", "lmnrstkd"),
}
"""Hundreds, as in a language: with a few, everything would look like everything."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


@dataclass(frozen=True)
class Report:
    """One article to be fed to the service."""

    number: int
    happening: int
    outlet: str
    language: str
    title: str
    text: str
    published_at: datetime

    @property
    def path(self) -> str:
        return f"/{self.outlet}/{self.number}"


def reports(count: int, seed: int = 1, per_happening: int = 5, characters: int = CHARACTERS) -> Iterator[Report]:
    """`count` reports in the order of publication, a second apart; one in ten is another outlet's, word for word."""
    rng = random.Random(seed)
    told: list[Report] = []
    for number in range(count):
        happening = number // per_happening if rng.random() < 0.7 else rng.randrange(number // per_happening + 1)
        at = NOW + timedelta(seconds=number)
        outlet = f"outlet{rng.randrange(40)}"
        if told and rng.random() < 0.1:
            original = rng.choice(told[-20:])
            outlet = outlet if outlet != original.outlet else f"outlet{(int(outlet[6:]) + 1) % 40}"
            report = Report(number, original.happening, outlet, original.language, original.title, original.text, at)
        else:
            language = LANGUAGES[rng.choice((0, 0, 0, 1, 2, 3))]
            title, text = _tell(happening, language, seed, rng, characters)
            report = Report(number, happening, outlet, language, title, text, at)
        told.append(report)
        yield report


def _tell(happening: int, language: str, seed: int, rng: random.Random, characters: int) -> tuple[str, str]:
    own = random.Random(f"{seed} {happening} {language}")
    shared = random.Random(f"{seed} {happening}")
    sounds = SOUNDS.get(language, SOUNDS[""])
    place = PLACES[language][shared.randrange(len(COUNTRIES))]
    name = " ".join(_word(shared, sounds, 2).title() for _ in range(2))
    things = [_word(own, sounds, 3) for _ in range(12)]
    numbers = [shared.randrange(10, 9000) for _ in range(3)]

    def sentence() -> str:
        common = " ".join(_word(random.Random(_zipf(rng)), sounds, 3) for _ in range(rng.randint(6, 14)))
        return (
            common.capitalize()
            + ". "
            + rng.choice(PHRASES[language]).format(
                place=place,
                name=name,
                thing=rng.choice(things),
                other=rng.choice(things),
                number=rng.choice(numbers),
                day=rng.choice(DAYS),
            )
        )

    title = f"{name}: {things[0]} {place} {numbers[0]}"
    text = ""
    while len(text) < characters:
        text += sentence() + " "
    return title, text.strip()


def _zipf(rng: random.Random) -> int:
    """A word's rank: the n-th word is 1/n as frequent as the first, of 20,000."""
    return int(20_000 ** rng.random())


def _word(rng: random.Random, sounds: tuple[str, ...], syllables: int) -> str:
    return "".join(rng.choice(sounds) for _ in range(syllables))


def feed(some: list[Report], base: str, title: str) -> bytes:
    """An RSS 2.0 document with the whole texts; links are below `base`."""
    entries = "".join(
        f"<item><title>{each.title}</title><link>{base}{each.path}</link><guid>{base}{each.path}</guid>"
        f"<pubDate>{each.published_at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>{each.text}</description></item>"
        for each in some
    )
    head = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>'
    return f"{head}<link>{base}</link>{entries}</channel></rss>".encode()
