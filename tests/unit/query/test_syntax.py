"""Query text to tree and back; what is refused, where, and in which words."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.errors import QuerySyntax
from service.query import Query, parse
from service.query.syntax import MOST_CHARACTERS, MOST_DEPTH, MOST_LEAVES
from service.query.tree import (
    About,
    And,
    AtLeast,
    Exact,
    Fact,
    Field,
    Min,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
)
from tests.effort import effort
from tests.thorough import times


def parsed_or_refused(text: str) -> Query | QuerySyntax:
    try:
        return parse(text)
    except QuerySyntax as refused:
        return refused


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("Minsk", Term("minsk")),
        ("Libérés", Term("libérés")),
        ('"Prisoner  release"', Phrase(("prisoner", "release"))),
        ("«Наша Ніва»", Phrase(("наша", "ніва"))),
        ("covid-19", Phrase(("covid", "19"))),
        ('"Minsk"', Term("minsk")),
        ("elect*", Prefix("elect")),
        ("выбор*", Prefix("выбор")),
        ("선거*", Prefix("선거")),
        ("=NATO", Exact(("NATO",))),
        ('="Black Sea"', Exact(("Black", "Sea"))),
        ("minsk vilnius", And((Term("minsk"), Term("vilnius")))),
        ("minsk AND vilnius", And((Term("minsk"), Term("vilnius")))),
        ("a1 OR b1 c1", Or((Term("a1"), And((Term("b1"), Term("c1")))))),
        ("(a1 OR b1) c1", And((Or((Term("a1"), Term("b1"))), Term("c1")))),
        ("((a1 b1) c1)", And((Term("a1"), Term("b1"), Term("c1")))),
        ("minsk NOT sport", And((Term("minsk"), Not(Term("sport"))))),
        ("and or not minsk", And((Term("and"), Term("or"), Term("not"), Term("minsk")))),
        ("title:minsk", Term("minsk", "title")),
        ("Title:(a1 OR b1)", Or((Term("a1", "title"), Term("b1", "title")))),
        ("country:by", Field("country", "BY")),
        ("country:(BY OR ua)", Or((Field("country", "BY"), Field("country", "UA")))),
        ("lang:BE source:News.Example.org", And((Field("lang", "be"), Field("source", "news.example.org")))),
        ("北京", Term("北京")),
        ("北京大学", Phrase(("北京", "京大", "大学"))),
        ("京", Prefix("京")),
        ('"peace talks"~3', Phrase(("peace", "talks"), slop=3)),
        ('"peace talks"~0', Phrase(("peace", "talks"))),
        ("a1 NEAR/5 b1", Near(Term("a1"), Term("b1"), 5)),
        ("a1 ONEAR/5 b1", Near(Term("a1"), Term("b1"), 5, ordered=True)),
        ("a1 NOT NEAR/5 b1", Near(Term("a1"), Term("b1"), 5, absent=True)),
        ("a1 NOT  ONEAR/5 b1", Near(Term("a1"), Term("b1"), 5, ordered=True, absent=True)),
        ("a1 NEAR/5 b1 NEAR/3 c1", Near(Near(Term("a1"), Term("b1"), 5), Term("c1"), 3)),
        ("a1 NEAR/5 (b1 NEAR/3 c1)", Near(Term("a1"), Near(Term("b1"), Term("c1"), 3), 5)),
        ("(a1 OR b1) NEAR/5 prison*", Near(Or((Term("a1"), Term("b1"))), Prefix("prison"), 5)),
        ("c1 a1 NEAR/5 b1", And((Term("c1"), Near(Term("a1"), Term("b1"), 5)))),
        ("NOT NOT a1 NEAR/5 b1", Not(Not(Near(Term("a1"), Term("b1"), 5)))),
        ("title:(a1 NEAR/5 b1)", Near(Term("a1", "title"), Term("b1", "title"), 5)),
        ("first/50:minsk", Term("minsk", first=50)),
        ("first/50:title:minsk", Term("minsk", "title", 50)),
        ("body:first/50:minsk", Term("minsk", "body", 50)),
        ("first/9:(a1 OR b1)", Or((Term("a1", first=9), Term("b1", first=9)))),
        ("atleast/3:minsk", AtLeast(3, Term("minsk"))),
        ("atleast/1:minsk", Term("minsk")),
        ("atleast/3:title:(a1 OR b1)", AtLeast(3, Or((Term("a1", "title"), Term("b1", "title"))))),
        ("title:atleast/3:a1", AtLeast(3, Term("a1", "title"))),
        ("atleast/2:(a1 NEAR/5 b1)", AtLeast(2, Near(Term("a1"), Term("b1"), 5))),
        ("min/2:(a1, b1, c1)", Min(2, (Term("a1"), Term("b1"), Term("c1")))),
        ("min/2:(a1,b1 ,c1)", Min(2, (Term("a1"), Term("b1"), Term("c1")))),
        ("min/1:(10,000, (x1, x2))", Min(1, (Phrase(("10", "000")), And((Term("x1"), Term("x2")))))),
        ("min/1:(a1 b1, c1 OR d1)", Min(1, (And((Term("a1"), Term("b1"))), Or((Term("c1"), Term("d1")))))),
        ("min/1:(a1)", Term("a1")),
        ("title:min/1:(a1, b1)", Min(1, (Term("a1", "title"), Term("b1", "title")))),
        ("minsk, vilnius", And((Term("minsk"), Term("vilnius")))),
        ("minsk,vilnius", Phrase(("minsk", "vilnius"))),
        ("independent>=3", Fact("independent", ">=", 3)),
        ("sources > 5 languages>=2", And((Fact("sources", ">", 5), Fact("languages", ">=", 2)))),
        ("growth>=10/h", Fact("growth", ">=", 10)),
        ("minsk state_only", And((Term("minsk"), Fact("state_only")))),
        ("(state_only OR sources>=5)", Or((Fact("state_only"), Fact("sources", ">=", 5)))),
        ("state_onlyx", Phrase(("state", "onlyx"))),
        ("author:novak", Term("novak", "author")),
        ("domain:Example.org", Field("source", "example.org")),
        ('person:"Jan  Novák"', Field("person", "Jan Novák")),
        ("org:(NATO OR EU)", Or((Field("org", "NATO"), Field("org", "EU")))),
        ("entity:Q184", Field("entity", "Q184")),
        ("cites:BelTA", Field("cites", "BelTA")),
        ('iptc:"crime, law and justice"', Field("iptc", "crime, law and justice")),
        ("owner:state", Field("owner", "state")),
        ('about:"prisoner release"', About("prisoner release")),
    ],
)
def test_a_text_means_its_tree(text: str, tree: Query) -> None:
    assert parse(text) == tree
    assert parse(str(parse(text))) == tree


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Minsk AND (Vilnius OR Kyjiv)", "minsk (vilnius OR kyjiv)"),
        ("title:a1 OR title:b1", "title:(a1 OR b1)"),
        ("title:a1 (b1)", "title:a1 b1"),
        ("a1 NOT (b1 OR c1)", "a1 NOT (b1 OR c1)"),
        ("a1 NOT title:(b1 c1)", "a1 NOT title:(b1 c1)"),
        ('北京大学 ="北京大学"', '"北京大学" ="北京大学"'),
        ("((NOT (NOT a1)))", "NOT NOT a1"),
        ("(a1 NEAR/5 b1) NEAR/3 c1", "a1 NEAR/5 b1 NEAR/3 c1"),
        ("NOT (a1 NEAR/5 b1) c1", "NOT (a1 NEAR/5 b1) c1"),
        ("title:a1 NEAR/5 title:b1 c1", "title:(a1 NEAR/5 b1) c1"),
        ("title:first/5:(a1 OR b1)", "first/5:title:(a1 OR b1)"),
        ("min/2:(title:a1,title:b1)", "title:min/2:(a1, b1)"),
        ("sources > 5.50", "sources>5.5"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical
    assert parse(canonical) == parse(text)


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("", 1, 1, "the query is empty"),
        (" \n ", 1, 1, "the query is empty"),
        ("(minsk", 1, 2, 'ends too early; expected ")"'),
        ("minsk)", 1, 6, '")" cannot stand here'),
        ("minsk\nOR OR x1", 2, 4, '"OR" cannot stand here; expected'),
        ("OR minsk", 1, 1, '"OR" cannot stand here'),
        ("minsk AND", 1, 7, "ends too early"),
        ('minsk "vilnius', 1, 7, "a quotation mark that is never closed"),
        ("minsk : x1", 1, 7, '":" cannot stand here'),
        ("titel:minsk", 1, 1, 'no field "titel"; expected title:'),
        ("title:(x1 country:BY)", 1, 11, 'the field "country" inside the field "title"'),
        ("country:Belarus", 1, 9, '"Belarus" is no value for country:; expected a two-letter country code'),
        ("lang:*", 1, 6, '"*" is no value for lang:'),
        ("source:.org", 1, 8, '".org" is no value for source:'),
        ("*minsk", 1, 1, '"*" may only end a word'),
        ("*minsk*", 1, 1, '"*" may only end a word'),
        ("mi*sk", 1, 1, '"*" may only end a word'),
        ("min*", 1, 1, '"*" needs 4 letters before it'),
        ('"prison* release"', 1, 1, '"*" cannot stand inside a phrase'),
        ("covid-19*", 1, 1, "is more than one word"),
        ("=minsk*", 1, 1, '"=" and "*" cannot go together'),
        ("minsk &&", 1, 7, 'no letter or digit in "&&"'),
        ('minsk ""', 1, 7, 'no letter or digit in ""'),
        ("minsk -sport", 1, 7, "write NOT to leave it out"),
        ("minsk NEAR vilnius", 1, 7, '"NEAR" needs a number, as in NEAR/5'),
        ("minsk W/5 vilnius", 1, 7, '"W/5" is not in the language; write NEAR/5'),
        ("minsk NEAR/0 vilnius", 1, 7, "NEAR/0: the number must be from 1 to 50"),
        ("minsk NEAR/51 vilnius", 1, 7, "from 1 to 50"),
        ("NEAR/5 vilnius", 1, 1, '"NEAR/5" cannot stand here; expected'),
        ("minsk NEAR/5", 1, 7, "ends too early"),
        ("minsk NEAR/5 country:BY", 1, 7, "NEAR takes words, phrases and groups of them joined by OR, not country:BY"),
        ("minsk NEAR/5 (a1 b1)", 1, 7, "NEAR takes words, phrases and groups"),
        ("minsk ONEAR/5 NOT vilnius", 1, 15, '"NOT" cannot stand here'),
        ("title:minsk NEAR/5 vilnius", 1, 13, "bound to the same field, as in title:(a NEAR/5 b)"),
        ('"a b" ~3', 1, 7, '"~" has no meaning here'),
        ('"a b"~51', 1, 1, "the number must be from 0 to 50"),
        ('="a b"~3', 1, 1, '"=" and "~" cannot go together'),
        ('"minsk"~3', 1, 1, '"~3" needs a phrase of two words or more'),
        ("first/0:minsk", 1, 1, "first/0: the number must be from 1 to 1000"),
        ("first/5:first/3:minsk", 1, 9, '"first/3" inside "first/5"'),
        ("first/x:minsk", 1, 1, 'no field "first/x"'),
        ("atleast/51:minsk", 1, 1, "from 1 to 50"),
        ("atleast/2:(a1 b1)", 1, 1, "atleast takes words, phrases and groups"),
        ("atleast/2:atleast/2:a1", 1, 1, "atleast takes words"),
        ("min/3:(a1, b1)", 1, 1, "min/3 can never hold: there are 2 clauses"),
        ("min/2:(a1 b1)", 1, 1, "min/2 can never hold: there is one clause"),
        ("min/2:a1", 1, 7, '"a1" cannot stand here; expected "("'),
        ("min/2:(a1, , b1)", 1, 12, '"," cannot stand here'),
        ("min/2:(a1, b1,)", 1, 15, '")" cannot stand here'),
        ("title:lang:en", 1, 7, 'the field "lang" inside the field "title"'),
        ("lang:title:en", 1, 6, 'the field "title" inside the field "lang"'),
        ("a1:b1:c1:d1:e1:minsk", 1, 13, "more than 4 fields before one clause"),
        ("growth>=10", 1, 1, '"growth>=10" is not how it is said; expected growth>=10/h'),
        ("sources>=5/h", 1, 1, "expected sources>=5"),
        ("sources>=", 1, 1, '">" has no meaning here'),
        ("sources<5", 1, 1, "match by what it excludes alone"),
        ('person:"*"', 1, 8, '"*" is no value for person:'),
        ("entity:a/b", 1, 8, '"a/b" is no value for entity:; expected an id'),
        ("about:" + "x" * 301, 1, 7, "a value of more than 300 characters"),
        ("NOT minsk", 1, 1, "match by what it excludes alone"),
        ("minsk OR NOT sport", 1, 1, "match by what it excludes alone"),
        ("NOT (minsk sport)", 1, 1, "match by what it excludes alone"),
        ("the", 1, 1, "match by very common words alone"),
        ("the OR minsk", 1, 1, "match by very common words alone"),
        ("и в на", 1, 1, "match by very common words alone"),
    ],
)
def test_refused_with_place_and_reason(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(QuerySyntax) as refused:
        parse(text)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert says in str(refused.value)


@pytest.mark.parametrize("text", ["the minsk", "NOT (NOT minsk OR sport)", "NOT NOT minsk", '"to be"', "=WHO"])
def test_common_words_and_nots_are_fine_beside_something_else(text: str) -> None:
    assert parse(str(parse(text))) == parse(text)


def test_limits() -> None:
    words = [f"w{number}" for number in range(MOST_LEAVES)]
    assert len(parse(" OR ".join(words)).clauses) == MOST_LEAVES  # type: ignore[union-attr]  # it is an Or
    deep = "(" * MOST_DEPTH + "minsk" + ")" * MOST_DEPTH
    assert parse(deep) == Term("minsk")
    for text, says in [
        (" ".join([*words, "x1"]), "more than 2000 words"),
        (f"({deep})", "more than 64 parentheses"),
        ("NOT " * 65 + "minsk", "more than 64 parentheses"),
        ("a" * (MOST_CHARACTERS + 1), "20000 are allowed"),
        ("minsk" * 41, "a word of more than 200 characters"),
        ('"' + "minsk " * 51 + '"', "a phrase of more than 50 words"),
        (" ".join(f"word{sign}*" for sign in "abcdefghijk"), "more than 10 words with *"),
    ]:
        with pytest.raises(QuerySyntax, match=says.replace("*", r"\*")):
            parse(text)


@pytest.mark.parametrize(
    "text",
    [
        " OR ".join(["minskaja"] * 1666),
        "w1 " * 2000,
        "title:(" + "w1 OR " * 1900 + "w1)",
        '"a b" ' * 1999,
        "a-b-c-d-e-" * 2000,
        "(" * 20_000,
        "NOT " * 5_000,
        "(a1 OR NOT " * 1_800,
        ")" * 20_000,
        '"' * 20_000,
        "=" * 20_000,
        ":" * 20_000,
        "x" * 20_000,
        "\ufdfa" * 20_000,
        "京" * 20_000,
        "a'" * 10_000,
    ],
)
def test_the_worst_texts_take_a_moment(text: str) -> None:
    """A quarter of a second at home, at most; what grows with the square would take a minute."""
    parse("warm")
    assert effort(lambda: parsed_or_refused(text)) < 2


PIECES = st.sampled_from(
    ["(", ")", "AND", "OR", "NOT", '"', "=", "*", ":", " ", "title:", "lang:", "country:", "source:", "by",
     "x1", "minsk", "Беларусь", "北京", "京", "d’Ukraine", "ё", "NEAR/2", "ONEAR/5", "first/5:",
     "atleast/2:", "min/2:(", ",", "~3", "person:", "sources>=2",
     "state_only", "½", "㌀", "ŉ", "-", "'", "~", "/", "\n",
     "ß", "İ"]
)  # fmt: skip
QUERY_TEXT = st.lists(PIECES | st.text(max_size=4), max_size=14).map("".join)


@given(QUERY_TEXT)
@example('"~"')
@example("㌀ ½ ﷺ ŉa")
@example("=㌀㍿ =½ =ﷺ")
@settings(max_examples=400)
def test_any_text_gives_a_tree_that_round_trips_or_is_refused(text: str) -> None:
    answer = parsed_or_refused(text)
    if isinstance(answer, QuerySyntax):
        assert answer.line >= 1
        assert answer.column >= 1
    else:
        assert parse(str(answer)) == answer
        assert str(parse(str(answer))) == str(answer)


@pytest.mark.slow
@given(QUERY_TEXT)
@settings(max_examples=times(2_000, thorough=5_000), deadline=None, derandomize=True)
def test_any_text_gives_a_tree_that_round_trips_or_is_refused_at_length(text: str) -> None:
    answer = parsed_or_refused(text)
    assert isinstance(answer, QuerySyntax) or parse(str(answer)) == answer


@pytest.mark.parametrize("text", ["Élection NOT sport", "title:Їжак OR =Ёлка", "йойк* OR жижа", '"Bien-être là"'])
def test_composed_and_decomposed_texts_mean_the_same(text: str) -> None:
    assert parse(unicodedata.normalize("NFD", text)) == parse(unicodedata.normalize("NFC", text))
