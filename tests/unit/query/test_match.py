"""When a query holds of an article, and the words that did it."""

import unicodedata
from dataclasses import replace
from random import Random

import pytest

from service.query import Document, Found, Query, find, parse
from service.query.match import MOST_PLACES
from service.query.tree import And, Not, Or
from tests.unit.query.random_queries import a_document, a_query

ARTICLE = Document(
    title="Belarus frees prisoners before summit",
    body="Twelve people walked out of a prison near Minsk on Friday. The prisoner releases, NATO’s envoy "
    "said, are a first step; the 2026 summit will say more. Café owners in Minsk’s centre cheered.",
    language="en",
    source="news.gazette.test",
    countries=frozenset({"BY", "US"}),
)


@pytest.mark.parametrize(
    "query",
    [
        "belarus",
        "PRISONER",
        "releasing",
        "cafe",
        "CAFÉ",
        '"prisoner release"',
        '"prisoners released"',
        '"near Minsk on Friday"',
        '"NATO\'s envoy"',
        "nato",
        "=Belarus",
        '="Café owners"',
        "summ*",
        "title:prisoners",
        "title:(belarus summit)",
        "body:minsk",
        "title:frees body:friday",
        "minsk vilnius OR minsk",
        "minsk NOT vilnius",
        "(vilnius OR minsk) (friday OR monday)",
        "minsk NOT (vilnius OR riga)",
        "NOT (NOT minsk OR vilnius)",
        "lang:en",
        "country:by country:US",
        "source:gazette.test",
        "source:news.gazette.test",
        "minsk lang:en NOT country:RU",
    ],
)
def test_holds(query: str) -> None:
    assert find(parse(query), ARTICLE)


@pytest.mark.parametrize(
    "query",
    [
        "vilnius",
        '"release prisoner"',
        '"summit Twelve"',
        '"prisoner said"',
        "=belarus",
        "=NATO’S",
        "=Prisoners",
        "=releasing",
        "minskaj*",
        "title:minsk",
        "body:frees",
        "minsk vilnius",
        "minsk NOT friday",
        "minsk NOT (vilnius OR friday)",
        "lang:be",
        "country:RU",
        "source:gazette",
        "source:ws.gazette.test",
        "source:another.gazette.test",
    ],
)
def test_does_not_hold(query: str) -> None:
    assert find(parse(query), ARTICLE) is None


@pytest.mark.parametrize(
    ("language", "body", "query"),
    [
        ("be", "У Мінску вызвалілі палітвязняў", "Мінск палітвязень OR палітвязня"),
        ("be", "Гэта першае вызваленне за год", '"першага вызвалення"'),
        ("uk", "Вибори президента України", '"президент Україна"'),
        ("ru", "Освобождение заключённых", "освобождения заключенный"),
        ("pl", "po wyborach w Mińsku", "wybory mińsk"),
        ("fr", "la libération d’Ukraine", "ukraine libérations"),
        ("de", "Die Wählerinnen und Wähler", "wahler"),
        ("zh", "白俄罗斯总统在明斯克", "明斯克 总统 白俄罗斯 克"),
        ("ja", "ミンスクで釈放", '"ミンスク" 釈'),
        ("th", "ประธานาธิบดีเบลารุส", "เบลารุส"),
        ("xx", "Qwertz Asdf", "QWERTZ asdf"),
    ],
)
def test_forms_of_a_word_meet_in_the_language_of_the_article(language: str, body: str, query: str) -> None:
    assert find(parse(query), Document(body=body, language=language))


def test_reasons_name_clause_field_and_place() -> None:
    match = find(parse('"prisoner release" (minsk OR riga) country:BY source:gazette.test NOT sport'), ARTICLE)
    assert match
    assert [(found.clause, found.field, found.text) for found in match.reasons] == [
        ('"prisoner release"', "body", "prisoner releases"),
        ("minsk", "body", "Minsk"),
        ("minsk", "body", "Minsk’s"),
        ("country:BY", "country", "BY"),
        ("source:gazette.test", "source", "gazette.test"),
    ]


def test_a_branch_that_does_not_hold_gives_no_reasons() -> None:
    match = find(parse("(minsk vilnius) OR belarus OR NOT (NOT friday)"), ARTICLE)
    assert match
    assert {found.clause for found in match.reasons} == {"belarus", "friday"}


def test_reasons_are_few_however_often_the_word_stands() -> None:
    match = find(parse("minsk"), Document(title="Minsk", body="Minsk " * 100, language="en"))
    assert match
    assert len(match.reasons) == 1 + MOST_PLACES


def test_every_reason_slices_to_its_text() -> None:
    random, seen = Random(5), 0
    for _ in range(1500):
        document = a_document(random)
        values = {"title": document.title, "body": document.body, "language": document.language,
                  "source": document.source, "author": document.author}  # fmt: skip
        match = find(a_query(random), document)
        for found in match.reasons if match else ():
            seen += 1
            where = values.get(found.field, found.text)
            assert where[found.start : found.end] == found.text != ""
    assert seen > 500


def why(query: Query, document: Document) -> tuple[Found, ...] | None:
    match = find(query, document)
    return match.reasons if match else None


def test_laws_of_logic() -> None:
    random, held = Random(6), 0
    for _ in range(1000):
        document, a, b = a_document(random), a_query(random), a_query(random)
        holds_a, holds_b = find(a, document), find(b, document)
        both = find(And((a, b)), document)
        assert why(Not(Not(a)), document) == why(a, document)
        assert bool(both) == bool(holds_a and holds_b)
        assert bool(find(Or((a, b)), document)) == bool(holds_a or holds_b)
        assert bool(find(Not(a), document)) != bool(holds_a)
        assert why(Not(And((Not(a), Not(b)))), document) == why(Or((a, b)), document)
        assert why(Not(Or((Not(a), Not(b)))), document) == why(And((a, b)), document)
        held += bool(both)
    assert held > 50


def test_case_and_composition_of_the_article_do_not_matter_but_to_exact_clauses() -> None:
    random = Random(7)
    for _ in range(1000):
        document, query = a_document(random), a_query(random)
        decomposed = replace(
            document,
            title=unicodedata.normalize("NFD", document.title),
            body=unicodedata.normalize("NFD", document.body),
        )
        assert bool(find(query, decomposed)) == bool(find(query, document))
        if "=" not in str(query):
            shouted = replace(document, title=document.title.upper(), body=document.body.upper())
            assert bool(find(query, shouted)) == bool(find(query, document))
