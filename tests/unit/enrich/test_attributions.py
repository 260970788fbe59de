"""Who said what, which sources are leaned on, and that no text takes long."""

import pytest

from consumers.enrich.said.attributions import attributions, settled
from consumers.enrich.said.cues import grammar, languages
from service.messages import Citation, Entity, Quote
from tests.effort import demand_linear


def said(text: str, code: str) -> list[tuple[str, str, str]]:
    return [(text[quote.start : quote.end], quote.speaker, quote.cue) for quote in attributions(text, code)[0]]


def cited(text: str, code: str) -> list[tuple[str, str, str]]:
    return [
        (each.cited, each.domain, text[each.content_start : each.content_end]) for each in attributions(text, code)[1]
    ]


def test_a_quotation_belongs_to_whoever_is_named_beside_it() -> None:
    text = '"We will not wait," said Anna Kovac, the mayor. "It is time to act."'
    assert said(text, "en") == [
        ('"We will not wait,"', "Anna Kovac", "said"),
        ('"It is time to act."', "Anna Kovac", "said"),
    ]
    assert all(quote.direct for quote in attributions(text, "en")[0])


@pytest.mark.parametrize(
    ("code", "text", "quoted"),
    [
        ("en", "“We are leaving now,” said Anna Kovac.", "“We are leaving now,”"),
        ("en", "‘We are leaving now,’ said Anna Kovac.", "‘We are leaving now,’"),
        ("en", "`` We are leaving now , '' said Anna Kovac .", "`` We are leaving now , ''"),
        ("de", "„Wir gehen jetzt los“, sagte Anna Kovac.", "„Wir gehen jetzt los“"),
        ("de", "»Wir gehen jetzt los«, sagte Anna Kovac.", "»Wir gehen jetzt los«"),
        ("pl", "„Wychodzimy stąd teraz” – powiedziała Anna Kovac.", "„Wychodzimy stąd teraz”"),
        ("fr", "« Nous partons maintenant », a dit Anna Kovac.", "« Nous partons maintenant »"),
        ("es", "«Nos vamos ahora», dijo Anna Kovac.", "«Nos vamos ahora»"),
    ],
)
def test_all_marks_quote(code: str, text: str, quoted: str) -> None:
    assert said(text, code)[0][:2] == (quoted, "Anna Kovac")


def test_a_quotation_may_be_interrupted() -> None:
    text = '"It was late," Peter Lind said, "and nobody came."'
    assert [quote for quote, *_ in said(text, "en")] == ['"It was late,"', '"and nobody came."']
    text = "«Было поздно, — сказал Пётр Линд. — Никто не пришёл»."
    assert [quote for quote, *_ in said(text, "ru")] == ["«Было поздно,", "Никто не пришёл»"]


def test_a_line_of_dialogue_is_a_quotation() -> None:
    assert said("— Мы уходим отсюда, — сказал Линд.", "ru") == [("Мы уходим отсюда,", "Линд", "сказал")]


@pytest.mark.parametrize(
    ("code", "text", "clause", "speaker"),
    [
        ("en", "Anna Kovac, the mayor, said the bridge was closed.", "the bridge was closed", "Anna Kovac, the mayor"),
        ("ru", "Министр Иван Петров заявил, что мост закрыт.", "мост закрыт", "Министр Иван Петров"),
        ("be", "Міністр Іван Пятроў паведаміў, што мост зачынены.", "мост зачынены", "Міністр Іван Пятроў"),
        ("uk", "Міністр Іван Петров заявив, що міст закрито.", "міст закрито", "Міністр Іван Петров"),
        ("pl", "Minister Jan Nowak powiedział, że most jest zamknięty.", "most jest zamknięty", "Minister Jan Nowak"),
        ("de", "Minister Jan Nowak erklärte, dass die Brücke zu sei.", "die Brücke zu sei", "Minister Jan Nowak"),
        ("fr", "Le ministre Jean Roy a déclaré que le pont est fermé.", "le pont est fermé", "Le ministre Jean Roy"),
        ("es", "El ministro Juan Ruiz dijo que el puente cerró.", "el puente cerró", "El ministro Juan Ruiz"),
        (
            "lt",
            "Ministras Jonas Petraitis pareiškė, kad tiltas uždarytas.",
            "tiltas uždarytas",
            "Ministras Jonas Petraitis",
        ),
        (
            "it",
            "Il ministro Gianni Riva ha detto che il ponte è chiuso.",
            "il ponte è chiuso",
            "Il ministro Gianni Riva",
        ),
        ("pt", "O ministro João Reis disse que a ponte está fechada.", "a ponte está fechada", "O ministro João Reis"),
        ("cs", "Ministr Jan Novák řekl, že most je zavřený.", "most je zavřený", "Ministr Jan Novák"),
    ],
)
def test_speech_is_reported_in_many_languages(code: str, text: str, clause: str, speaker: str) -> None:
    assert [(what, who) for what, who, _ in said(text, code)] == [(clause, speaker)]


def test_a_pronoun_is_who_spoke_last() -> None:
    text = "Anna Kovac said the bridge was closed. She added that the road was open."
    assert [speaker for _, speaker, _ in said(text, "en")] == ["Anna Kovac", "Anna Kovac"]


def test_a_pronoun_of_whom_nothing_is_known_names_nobody() -> None:
    text = "Anna Kovac met Peter Lind. She said that the bridge was closed."
    quote = attributions(text, "en")[0][0]
    assert (quote.speaker, text[quote.speaker_start : quote.speaker_end]) == ("", "She")


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("en", "The road is open, according to BelTA.", ("BelTA", "belta.by", "The road is open")),
        (
            "en",
            "The Washington Times reported that the road is open.",
            ("The Washington Times", "washingtontimes.com", "the road is open"),
        ),
        ("en", "Kovac told Reuters that the road was open.", ("Reuters", "reuters.com", "the road was open")),
        (
            "en",
            "He said in an interview with Der Spiegel that talks failed.",
            ("Der Spiegel", "spiegel.de", "talks failed"),
        ),
        ("ru", "Дорога открыта, сообщает «Интерфакс».", ("Интерфакс", "interfax.ru", "Дорога открыта")),
        ("ru", "Министр рассказал Интерфаксу, что дорога открыта.", ("Интерфаксу", "interfax.ru", "дорога открыта")),
        ("be", "Дарога адкрытая, паведамляе БелТА.", ("БелТА", "belta.by", "Дарога адкрытая")),
        ("be", "Завод прададзены. Пра гэта піша «Наша Ніва».", ("Наша Ніва", "nashaniva.com", "Завод прададзены")),
        ("pl", "Jak podaje PAP, droga jest otwarta.", ("PAP", "pap.pl", "droga jest otwarta")),
        ("de", "Die Straße ist offen, berichtet die dpa.", ("dpa", "dpa.com", "Die Straße ist offen")),
        ("fr", "Selon l'AFP, la route est ouverte.", ("AFP", "afp.com", "la route est ouverte")),
        ("es", "Según EFE, la carretera está abierta.", ("EFE", "efe.com", "la carretera está abierta")),
        ("uk", "Дорогу відкрито, повідомляє Укрінформ.", ("Укрінформ", "ukrinform.net", "Дорогу відкрито")),
    ],
)
def test_an_outlet_is_cited(code: str, text: str, found: tuple[str, str, str]) -> None:
    assert found in cited(text, code)


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("MINSK, 23 November (BelTA) — The road is open.", ["belta.by"]),
        ("МИНСК, 23 ноября — РИА Новости. Дорога открыта.", ["ria.ru"]),
        ("МІНСК, 23 лістапада /БЕЛТА/. Дарога адкрытая.", ["belta.by"]),
        ("BERLIN (dpa) - Die Straße ist offen.", ["dpa.com"]),
        ("By Reuters staff\nThe road is open.", ["reuters.com"]),
        ("The road is open.\nReuters/AFP", ["reuters.com", "afp.com"]),
        ("Дорога открыта.\nИсточник: ТАСС", ["tass.ru"]),
        ("Droga jest otwarta. (PAP)", ["pap.pl"]),
        ("By Anna Kovac\nThe road is open.", []),
        ("Nothing (at all) is said here.", []),
    ],
)
def test_agencies_stand_in_datelines_bylines_and_credits(text: str, domains: list[str]) -> None:
    assert [each.domain for each in attributions(text, "und")[1] if each.byline] == domains


def test_an_office_is_cited_without_a_domain_and_quoted() -> None:
    text = "The press service of the ministry said that the road was open."
    assert cited(text, "en") == [("The press service of the ministry", "", "the road was open")]
    assert said(text, "en") == [("the road was open", "The press service of the ministry", "said")]


def test_a_person_of_an_outlet_is_no_citation() -> None:
    assert cited("Peter Lind of Reuters said that the road was open.", "en") == []


def test_an_article_never_cites_its_own_source() -> None:
    text = "The road is open, BelTA reports. Reuters reports that it is closed."
    fields = dict(zip(("quotes", "citations"), attributions(text, "en"), strict=True))
    assert [each.domain for each in settled(fields, "belta.by")["citations"]] == ["reuters.com"]
    assert [each.domain for each in settled(fields, "BelTA")["citations"]] == ["reuters.com"]
    assert len(settled(fields, "harbour-gazette.example")["citations"]) == 2


def test_a_speaker_is_the_entity_of_that_name() -> None:
    kovac = Entity(id="p1", kind="person", name="Anna Kovac", forms=("Anna Kovac", "Kovac"))
    twins = [Entity(id=name, kind="person", name=f"{name} Lind", forms=("Lind",)) for name in ("Jan", "Ida")]
    quotes = [Quote(start=0, end=1, direct=True, speaker=each) for each in ("the mayor, Kovac", "Lind", "Ida Lind", "")]
    found = settled({"entities": [kovac, *twins], "quotes": quotes}, "")["quotes"]
    assert [quote.speaker_id for quote in found] == ["p1", "", "Ida", ""]


def test_offsets_are_of_the_text() -> None:
    text = 'Жители ждут. "We will not wait," said Anna Kovac.'
    quote = attributions(text, "en")[0][0]
    assert text[quote.cue_start : quote.cue_end] == "said"
    assert text[quote.speaker_start : quote.speaker_end] == "Anna Kovac"


def test_a_language_without_words_has_bylines_only() -> None:
    assert attributions("(Reuters) - Hän sanoi niin.", "fi") == (
        (),
        (Citation(cited="Reuters", domain="reuters.com", byline=True, start=1, end=8),),
    )
    assert grammar("../xx") is None


def test_every_language_has_its_words() -> None:
    for code in languages():
        known = grammar(code)
        assert known is not None
        assert {kind for phrases in known.cues.values() for _, kind in phrases} >= {"say", "think", "act", "according"}
        assert known["that"]
        assert known["pronouns"]


HOSTILE = {
    "one word": "said ",
    "quotes": '"',
    "opened": "«",
    "pairs": "«а» ",
    "no spaces": "x",
    "sentences without end": "a, said B, ",
    "dialogue": "\n- a, — сказал он",
    "names": "Anna Kovac ",
    "credits": "according to Reuters, ",
    "points": ". ",
    "old quotes": "''",
    "pronouns": "He said that it. ",
    "quoted": '"We go now," he said. ',
    "brackets": "A (B ",
    "marks": "\u202e\u0300",
    "narrated": "а, — сказал б, — ",
    "blank lines": "\n ",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("code", ["en", "ru", "fr"])
def test_no_text_takes_long(name: str, code: str) -> None:
    def work(size: int) -> None:
        quotes, citations = attributions(HOSTILE[name] * (size // len(HOSTILE[name])), code)
        assert len(quotes) <= 200
        assert len(citations) <= 200

    demand_linear(work, 50_000)
