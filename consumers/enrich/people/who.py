"""People and organisations: a title, a text and their language in; entities out, each under one id.

Organisations are looked for first and their places covered, so that "European Commission President Ursula von
der Leyen" is taken apart. A surname alone counts for the full name it belongs to, if the text has just one;
across texts it proves nothing, and is left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from consumers.enrich.people.evidence import is_person
from consumers.enrich.people.names import sentence_case
from consumers.enrich.people.organisations import Found, is_organisation, organisations_in
from consumers.enrich.people.roles import COVER
from consumers.enrich.people.runs import Named, named
from service.messages import Entity, EntityKind
from service.people import known_person, person_id, same_person
from service.people.compare import parts, similarity
from service.people.known import without_capitals
from service.people.naming import organisation_id

VERSION = "3"
MOST = 60
"""Entities of one text."""
MOST_NAMED = 1_500
"""Names looked at in one text."""
MOST_PEOPLE = 150
SAME_SURNAME = 0.75
_ELIDING = frozenset(("ca", "fr", "it", "oc"))
_ELISION = re.compile(r"\b([dDlL]|qu|dell|all|dall|nell|sull)['’](?=[A-ZÀ-Þ])")


@dataclass
class Met:
    """Someone or something, as met so far in a text."""

    kind: EntityKind
    id: str
    first: int
    country: str = ""
    forms: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)


def entities(title: str, text: str, language: str) -> tuple[Entity, ...]:
    """The most often named first; people and organisations together."""
    telling = f"{title}\n{text}" if title and sentence_case(title) else text
    found = organisations_in(telling, language)
    covered = _apart(_covered(telling, found), language)
    every = [each for _, each in zip(range(MOST_NAMED), named(covered, language), strict=False)]
    met = [*_people(every, covered, language), *_spelled(telling, language)]
    met += _organisations([*found, *_by_head(every, language)])
    ordered = sorted(met, key=lambda each: (-each.forms.total(), each.first))
    return tuple(_entity(each, language) for each in ordered[:MOST])


def _covered(text: str, found: Sequence[Found]) -> str:
    """The text with small letters where organisations stand."""
    pieces, at = [], 0
    for each in found:
        pieces += [text[at : each.start], COVER * (each.end - each.start)]
        at = each.end
    return "".join([*pieces, text[at:]])


def _apart(text: str, language: str) -> str:
    """With a blank between what is elided and a name: d'Ales."""
    return _ELISION.sub(r"\1 ", text) if language in _ELIDING else text


def _by_head(every: Iterable[Named], language: str) -> Iterator[Found]:
    for each in every:
        for words in (each.words, each.before):
            if is_organisation(words, language):
                name = " ".join(words)
                yield Found(each.start, each.start + len(name), organisation_id(name), name)


def _organisations(found: Iterable[Found]) -> Iterable[Met]:
    met: dict[str, Met] = {}
    for each in found:
        one = met.setdefault(each.id, Met("organisation", each.id, each.start, each.country))
        one.forms[each.name] += 1
    return met.values()


def _people(every: Sequence[Named], text: str, language: str) -> list[Met]:
    """Full names first, then the surnames that belong to one of them."""
    surnames = frozenset(each.words[-1] for each in every if not each.full)
    full = [
        each
        for each in every
        if each.full and not is_organisation(each.words, language) and is_person(each, surnames, text, language)
    ]
    met: list[Met] = []
    for each in full:
        _note(_met(" ".join(each.words), each.start, met, language), each)
    for each in every:
        if not each.full and (whose := _whose(each, met, language)):
            _note(whose, each)
    return met


def _note(met: Met, each: Named) -> None:
    met.forms[" ".join(each.words)] += 1
    met.first = min(met.first, each.start)
    if each.role.written:
        met.roles[each.role.written] += 1
    if each.role.country:
        met.countries[each.role.country] += 1


def _met(name: str, start: int, met: list[Met], language: str) -> Met:
    """The person of this name, new or met before."""
    for one in met:
        if name in one.forms or any(form.endswith(f" {name}") for form in one.forms):  # García López
            return one
        if any(same_person(name, language, form, language) for form in one.forms):
            return one
    known = known_person(name, language)
    made = Met("person", known.id if known else person_id(name, language), start, known.country if known else "")
    if len(met) < MOST_PEOPLE:
        met.append(made)
    return made


def _whose(each: Named, met: Sequence[Met], language: str) -> Met | None:
    """The one person whose surname this is; None if nobody's, or of several."""
    surname, initial = each.words[-1], each.words[0][0].casefold() if len(each.words) > 1 else ""
    found = [one for one in met if _bears(one, surname, initial, language)]
    return found[0] if len(found) == 1 else None


def _bears(met: Met, surname: str, initial: str, language: str) -> bool:
    for form in met.forms:
        told = parts(form, language)
        if told and similarity(told.last, language, surname, language) >= SAME_SURNAME and told.last[:1] == surname[:1]:
            return not initial or told.first[:1].casefold() == initial
    return False


def _spelled(text: str, language: str) -> Iterator[Met]:
    """Known people in scripts without capitals."""
    if text.isascii():
        return
    for written, known in without_capitals().get(language, ()):
        if known.id.startswith("person_") and (count := text.count(written)):
            yield Met("person", known.id, text.find(written), known.country, Counter({written: count}))


def _entity(met: Met, language: str) -> Entity:
    forms = tuple(form for form, _ in sorted(met.forms.items(), key=lambda pair: (-pair[1], pair[0])))
    full = [form for form in forms if met.kind == "organisation" or parts(form, language)] or list(forms)
    said = met.countries.most_common(1)
    return Entity(
        id=met.id,
        kind=met.kind,
        name=max(
            full, key=lambda form: (len(form.split()) > 1 or met.kind == "person", met.forms[form], -forms.index(form))
        ),
        role=next((role for role, _ in met.roles.most_common(1)), ""),
        country=said[0][0] if said else met.country,
        count=met.forms.total(),
        forms=forms,
    )
