"""Telling languages: long and short, neighbours apart, hints, nothing to go by."""

import pytest

from consumers.enrich.language import language

SENTENCES = {
    "be": "Жыхары вёскі пасадзілі ўздоўж дарогі сорак маладых ліп.",
    "bg": "Жителите на селото засадиха четиридесет млади липи край пътя.",
    "cs": "Obyvatelé vesnice vysadili podél silnice čtyřicet mladých lip.",
    "da": "Beboerne i landsbyen plantede fyrre unge lindetræer langs vejen.",
    "de": "Die Bewohner des Dorfes pflanzten vierzig junge Linden entlang der Straße.",
    "el": "Οι κάτοικοι του χωριού φύτεψαν σαράντα νεαρές φλαμουριές κατά μήκος του δρόμου.",
    "en": "The people of the village planted forty young lime trees along the road.",
    "es": "Los vecinos del pueblo plantaron cuarenta tilos jóvenes a lo largo del camino.",
    "et": "Küla elanikud istutasid tee äärde nelikümmend noort pärna.",
    "fi": "Kylän asukkaat istuttivat tien varteen neljäkymmentä nuorta lehmusta.",
    "fr": "Les habitants du village ont planté quarante jeunes tilleuls le long de la route.",
    "hr": "Stanovnici sela posadili su uz cestu četrdeset mladih lipa.",
    "hu": "A falu lakói negyven fiatal hársfát ültettek az út mentén.",
    "it": "Gli abitanti del paese hanno piantato quaranta giovani tigli lungo la strada.",
    "ja": "村の人々は道に沿って四十本の若い木を植えました。",
    "ka": "სოფლის მცხოვრებლებმა გზის გასწვრივ ორმოცი ახალგაზრდა ცაცხვი დარგეს.",
    "ko": "마을 사람들은 길을 따라 어린 나무 마흔 그루를 심었다.",
    "lt": "Kaimo gyventojai palei kelią pasodino keturiasdešimt jaunų liepų.",
    "lv": "Ciema iedzīvotāji gar ceļu iestādīja četrdesmit jaunas liepas.",
    "mk": "Жителите на селото засадија четириесет млади липи покрај патот.",
    "nl": "De bewoners van het dorp plantten veertig jonge linden langs de weg.",
    "no": "Innbyggerne i bygda plantet førti unge lindetrær langs veien.",
    "pl": "Mieszkańcy wsi posadzili wzdłuż drogi czterdzieści młodych lip.",
    "pt": "Os moradores da aldeia plantaram quarenta tílias jovens ao longo da estrada.",
    "ro": "Locuitorii satului au plantat patruzeci de tei tineri de-a lungul drumului.",
    "ru": "Жители деревни посадили вдоль дороги сорок молодых лип.",
    "sk": "Obyvatelia dediny vysadili pozdĺž cesty štyridsať mladých líp.",
    "sl": "Prebivalci vasi so ob cesti posadili štirideset mladih lip.",
    "sr": "Становници села посадили су поред пута четрдесет младих липа.",
    "sv": "Invånarna i byn planterade fyrtio unga lindar längs vägen.",
    "tr": "Köy halkı yol boyunca kırk genç ıhlamur ağacı dikti.",
    "uk": "Жителі села посадили вздовж дороги сорок молодих лип.",
    "vi": "Người dân trong làng đã trồng bốn mươi cây non dọc theo con đường.",
    "zh": "村民们沿着道路种了四十棵小树。",
}
TITLES = {
    "be": ["Суд над актывістам", "У Менску выпаў снег", "Новы ўрад прызначаны", "Школьнікі едуць у музей"],
    "ru": ["Суд над активистом", "В Минске выпал снег", "Новое правительство назначено"],
    "uk": ["Суд над активістом", "У Києві випав сніг", "Призначено нових міністрів"],
    "bg": ["Съдът реши делото", "В София падна сняг", "Новото правителство е назначено"],
    "cs": ["Soud řešil případ", "V Praze napadl sníh", "Vláda jmenovala nové ředitele"],
    "pl": ["Sąd rozstrzygnął sprawę", "W Warszawie spadł śnieg"],
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_enough(code: str) -> None:
    assert language("", SENTENCES[code])[0] == code


@pytest.mark.parametrize(("code", "title"), [(code, title) for code in TITLES for title in TITLES[code]])
def test_neighbours_are_told_apart_in_titles(code: str, title: str) -> None:
    assert language(title, "")[0] == code


def test_fifty_languages_can_be_told() -> None:
    from consumers.enrich.language import _model

    assert len(set(_model().labels)) >= 50


@pytest.mark.parametrize(
    ("title", "text"), [("", ""), ("12:30", "45 %, 7"), ("a", ""), ("https://news.test/article", "")]
)
def test_too_little_to_go_by(title: str, text: str) -> None:
    assert language(title, text, "en") == ("und", 0.0)


def test_a_short_text_is_believed_only_with_the_feed() -> None:
    assert language("Прэс", "", "")[0] == "und"
    assert language("Сёння", "", "be")[0] == "be"


def test_a_hint_decides_what_is_open() -> None:
    title = "Ministeren besøgte byen i dag"
    assert {language(title, "", "da")[0], language(title, "", "nb")[0]} == {"da", "no"}


def test_a_hint_does_not_outweigh_the_text() -> None:
    assert language("", SENTENCES["ru"], "en")[0] == "ru"
    assert language("", SENTENCES["be"] * 3, "ru")[0] == "be"


def test_hints_may_carry_a_region() -> None:
    assert language("Сёння", "", "be-BY") == language("Сёння", "", "BE_by") == language("Сёння", "", "be")


def test_foreign_names_do_not_mislead() -> None:
    text = "The mayor welcomed Łukasz Wójcik, Jiří Dvořák and Олена Ціханоўская to the harbour fair on Sunday."
    assert language("", text)[0] == "en"


def test_shouting_is_understood() -> None:
    assert language(SENTENCES["be"].upper(), "")[0] == "be"


def test_confidence_is_a_share() -> None:
    assert all(0 < language("", text)[1] <= 1 for text in SENTENCES.values())
