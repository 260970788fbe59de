"""How queries are understood: names mean what they name, in every language."""

import numpy as np
import pytest

from service.errors import QuerySyntax
from service.messages import Entity
from service.query import Document, Knowledge, KnownNames, Reading, Understanding, cost, find, parse, understand
from service.query.cost import Cost
from service.query.likeness import likeness
from service.sources import Source, Sources

HARBOUR = Source("harbour.test", "Harbour Gazette", domains=("harbour.test",))
NAMES = KnownNames(Sources({"harbour.test": HARBOUR}))


def understood(text: str) -> Understanding:
    return understand(parse(text), NAMES)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("Belarus", "belarus OR country:BY"),
        ("Беларусь", "беларусь OR country:BY"),
        ("Białoruś", "białoruś OR country:BY"),
        ("Weißrussland", "weissrussland OR country:BY"),
        ("白俄罗斯", '"白俄罗斯" OR country:BY'),
        ("Litauen OR Lietuva", "litauen OR country:LT OR lietuva OR country:LT"),
        ("Belarus NOT Poland", "(belarus OR country:BY) NOT (poland OR country:PL)"),
        ("min/2:(Belarus, harbour, talks)", "min/2:(belarus OR country:BY, harbour, talks)"),
        ('"Angela Merkel"', '"angela merkel" OR entity:person_angela-merkel'),
        ("Меркель", "меркель OR entity:person_angela-merkel"),
        ('"United Nations"', '"united nations" OR entity:org_united-nations'),
        ("person:Merkel", "person:Merkel OR entity:person_angela-merkel"),
        ("org:UN harbour", "(org:UN OR entity:org_united-nations) harbour"),
        ("place:Беларусь", "place:Беларусь OR country:BY"),
        ("entity:Q2866", "entity:Q2866 OR entity:person_alexander-lukashenko"),
        ('cites:"harbour gazette"', 'cites:"harbour gazette" OR cites:harbour.test'),
        ('="Belarus"', "=Belarus"),
        ("title:Belarus", "title:belarus"),
        ("Vilnius", "vilnius OR entity:geo_593116"),
        ("Wilno NOT Warsaw", "(wilno OR entity:geo_593116) NOT (warsaw OR entity:geo_756135)"),
        ("Мінск talks", "(мінск OR entity:geo_625144) talks"),
        ('"Buenos Aires"', '"buenos aires" OR entity:geo_3435910'),
        ('"Santiago de Chile"', '"santiago de chile" OR entity:geo_3871336'),
        ("Sofia OR Milan OR Roma OR Washington OR Reading", "sofia OR milan OR roma OR washington OR reading"),
        ("Singapore", "singapore OR country:SG"),
        ("place:Sofia", "place:Sofia OR entity:geo_727011"),
        ("title:Vilnius", "title:vilnius"),
        ("lead:Vilnius", "first/50:body:vilnius"),
        ("=Belarus NEAR/5 prisoner", "=Belarus NEAR/5 prisoner"),
        ("atleast/2:Belarus", "atleast/2:belarus"),
        ("first/9:Belarus", "first/9:belarus"),
        ("belarusian", "belarusian"),
        ("harbour US", "harbour us"),
        ("harbour who", "harbour who"),
        ("person:Nobody", "person:Nobody"),
    ],
)
def test_a_name_finds_what_it_names(text: str, means: str) -> None:
    found = understood(text).query
    assert str(found) == means
    assert parse(str(found)) == found


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("Belarus NEAR/3 Merkel", "ru", "Меркель о Беларуси"),
        ("Belarus NEAR/3 Merkel", "pl", "Merkel na Białorusi"),
        ("Вильнюс NEAR/2 talks", "en", "Talks in Vilnius"),
        ("(Minsk OR harbour) NEAR/3 Lukashenko", "be", "Лукашэнка ў Мінску"),
        ('"Angela Merkel" ONEAR/4 Lukashenko', "ru", "Ангела Меркель звонит Лукашенко"),
    ],
)
def test_beside_near_a_name_stands_for_its_names_in_other_languages(query: str, language: str, title: str) -> None:
    assert find(understood(query).query, Document(title, "", language))
    assert not find(understood(query).query, Document("Talks in the harbour", "", language))


def test_a_family_name_means_all_who_bear_it() -> None:
    (clause,) = understood("Lukashenko").clauses
    assert "entity:person_alexander-lukashenko" in clause.finds
    assert len(clause.finds) > 1
    assert set(understood("Лукашэнка").clauses[0].finds) == set(clause.finds)
    assert understood("卢卡申科").clauses[0].finds == ("entity:person_alexander-lukashenko",)


@pytest.mark.parametrize("title", ["У Беларусі вызвалілі палітвязняў", "Białoruś uwalnia więźniów", "白俄罗斯释放囚犯"])
def test_a_country_is_found_in_every_language(title: str) -> None:
    article = Document(title, "", "xx", countries=frozenset(("BY",)))
    assert find(understood("Belarus").query, article)
    assert not find(understood('="Belarus"').query, article)


def test_what_names_somebody_is_shown_where_the_text_does_so() -> None:
    who = Entity(id="person_alexander-lukashenko", kind="person", name="Аляксандр Лукашэнка", forms=("Лукашэнкам",))
    article = Document("Сустрэча з Лукашэнкам", "", "be", more=Knowledge(entities=(who,)))
    match = find(understood("Lukashenko").query, article)
    assert match
    (reason,) = match.reasons
    assert (reason.field, reason.text) == ("title", "Лукашэнкам")
    assert article.title[reason.start : reason.end] == reason.text


@pytest.mark.parametrize(
    ("text", "how", "advice"),
    [
        ("Belarus", "the word in any of its forms, and the country Belarus in every language", "with = before it"),
        ('="Belarus"', "as written", ""),
        ('title:"peace talks"', "one after the other, each in any of its forms, in title", ""),
        ("title:Belarus", "the word in any of its forms, in title", "country:BY finds it in every language"),
        ("first/9:harbour", "the word in any of its forms, in first/9", ""),
        ('"peace talks"~3', "the words in this order, with at most 3 others between them", ""),
        ("elector*", "any word that begins so", ""),
        ("independent>=3", "a condition on the story", ""),
        ("harbour NEAR/5 talks", "places in the text", ""),
        ("Sofia", "the word in any of its forms", "place:sofia finds the city in every language"),
        ("category:sport", "as its publisher filed it", ""),
        ("person:Merkel", "the person Angela Merkel in every language", ""),
        ("person:Nobody", "no table knows it: found by the words of the name", ""),
        ('cites:"Harbour Gazette"', "the outlet Harbour Gazette", ""),
        ("country:UK", "known of the article", "there is no country UK; write country:GB"),
        ("country:QQ", "known of the article", "there is no country QQ"),
    ],
)
def test_it_is_told_how_a_clause_is_understood(text: str, how: str, advice: str) -> None:
    clause = understood(text).clauses[0]
    assert how in clause.how
    assert advice in clause.advice
    assert bool(advice) == bool(clause.advice)


def test_words_that_were_meant_as_operators_are_pointed_out() -> None:
    assert {each.clause: each.advice for each in understood("harbour and the talks").clauses} == {
        "harbour": "",
        "and": "a plain word here; the operator is AND",
        "the": "nearly every article has this word",
        "talks": "",
    }


class Compass:
    """Makes a vector of a text by its first word."""

    def embed(self, texts: list[str]) -> list[bytes]:
        return [self.vector(text) for text in texts]

    def vector(self, text: str) -> bytes:
        angle = {"north": 0.0, "northeast": 0.7, "east": 1.57, "south": 3.14}[
            text.removeprefix("Report: ").split()[0].lower()
        ]
        return np.array([np.cos(angle) * 127, np.sin(angle) * 127]).round().astype(np.int8).tobytes()


@pytest.mark.parametrize(("title", "found"), [("North", True), ("Northeast", True), ("East", False), ("South", False)])
def test_about_finds_what_says_something_alike(title: str, found: bool) -> None:
    compass = Compass()
    query = Reading(NAMES, compass).read('about:"north wind"').query
    match = find(query, Document(title, vector=compass.vector(title)))
    assert (match is not None) == found
    assert match is None or (match.reasons[0].clause, match.reasons[0].field) == ('about:"north wind"', "meaning")
    assert find(query, Document(title)) is None


def test_about_is_refused_where_nothing_makes_vectors() -> None:
    with pytest.raises(QuerySyntax, match="needs the extra `embeddings`"):
        Reading(NAMES).read('minsk about:"prisoner release"')


@pytest.mark.parametrize(("one", "other"), [(b"", b""), (b"\x01", b""), (b"\x01", b"\x01\x01"), (b"\0", b"\x01")])
def test_what_cannot_be_compared_is_not_alike(one: bytes, other: bytes) -> None:
    assert likeness(one, other) == 0.0


@pytest.mark.parametrize(
    ("text", "cost_class"),
    [
        ("prisoner", "low"),
        ("country:BY prisoner", "low"),
        ("country:BY", "middle"),
        ("lang:en", "high"),
        ("lang:en OR prisoner", "high"),
        ('about:"prisoner release"', "high"),
        ('about:"prisoner release" minsk', "middle"),
        ("NOT (NOT prisoner)", "low"),
    ],
)
def test_cost_goes_by_what_an_index_cannot_rule_out(text: str, cost_class: str) -> None:
    assert cost(parse(text)).cost_class == cost_class


def test_the_parts_of_a_cost_meet() -> None:
    assert [Cost(share).cost_class for share in (0.0, 0.01, 0.011, 0.1, 0.2, 1.0)] == [
        "low", "low", "middle", "middle", "high", "high",
    ]  # fmt: skip
