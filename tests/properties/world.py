"""A small world to draw news from: happenings told by outlets in several languages, edited, copied, repeated."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st

from service.messages import RawArticle
from tests.builders import NOW, a_raw_article

RELEASE = {
    "en": (
        "Belarus frees fifty-two prisoners after talks in Minsk",
        "Belarus released 52 prisoners on Thursday after talks in Minsk, officials said. The group crossed the border "
        "to Lithuania in the afternoon, where families were waiting. Negotiators had met three times since spring.",
    ),
    "ru": (
        "Белоруссия освободила 52 заключённых после переговоров в Минске",
        "Белоруссия в четверг освободила 52 заключённых после переговоров в Минске, сообщили чиновники. Группа "
        "пересекла границу с Литвой днём, где ждали родственники. Переговорщики встречались трижды с весны.",
    ),
    "be": (
        "Беларусь вызваліла 52 зняволеных пасля перамоў у Мінску",
        "Беларусь у чацвер вызваліла 52 зняволеных пасля перамоў у Мінску, паведамілі чыноўнікі. Група перасекла "
        "мяжу з Літвой удзень, дзе чакалі сваякі. Перамоўшчыкі сустракаліся тройчы з вясны.",
    ),
    "de": (
        "Belarus lässt nach Gesprächen in Minsk 52 Gefangene frei",
        "Belarus hat am Donnerstag nach Gesprächen in Minsk 52 Gefangene freigelassen, teilten Beamte mit. Die Gruppe "
        "überquerte am Nachmittag die Grenze zu Litauen, wo Angehörige warteten.",
    ),
}
FERRY = {
    "en": (
        "Ferry service to the Faroe Islands resumes after storm",
        "Ferries between Denmark and the Faroe Islands sailed again on Friday after a storm had kept them in harbour "
        "for two days. The operator added three crossings for 640 passengers who were still waiting in Hirtshals.",
    ),
    "de": (
        "Fähren zu den Färöern fahren nach dem Sturm wieder",
        "Die Fähren zwischen Dänemark und den Färöern fuhren am Freitag wieder, nachdem ein Sturm sie zwei Tage im "
        "Hafen gehalten hatte. Die Reederei plant drei zusätzliche Überfahrten für 640 wartende Passagiere.",
    ),
}
HARVEST = {
    "en": (
        "Olive harvest in Spain to be the smallest in a decade",
        "Growers in southern Spain expect the smallest olive harvest in ten years after a dry spring, a farmers' union "
        "in Jaén said. Prices rose by 18 percent in a month, and mills have cut their working hours.",
    ),
    "pl": (
        "Zbiory oliwek w Hiszpanii najmniejsze od dekady",
        "Plantatorzy na południu Hiszpanii spodziewają się najmniejszych od dziesięciu lat zbiorów oliwek po suchej "
        "wiośnie, podał związek rolników w Jaén. Ceny wzrosły w ciągu miesiąca o 18 procent.",
    ),
}
HAPPENINGS = (RELEASE, FERRY, HARVEST)
OUTLETS = ("anchor", "beacon", "compass", "dial")
EDITS = ("", " This report was updated.", " A correction: the number was 14, not as first reported.")
TOPICS = {
    "Belarus": "Belarus OR Белоруссия OR Беларусь OR country:BY",
    "ferries": "ferry OR Fähren",
    "numbers": '"52" OR 640',
    "Spain": "country:ES NOT ferry",
}


@dataclass(frozen=True)
class Told:
    """One outlet tells of one happening in one language, in one edit, at one time."""

    happening: int
    language: str
    outlet: str
    edit: int
    minutes: int
    word_for_word: bool
    """Exactly the agency's words, or with a beginning of its own."""

    def raw(self) -> RawArticle:
        title, text = HAPPENINGS[self.happening][self.language]
        own = "" if self.word_for_word else f"{self.outlet.title()} reporters have learned more about this. " * 6
        at = NOW + timedelta(minutes=self.minutes)
        return a_raw_article(
            url=f"https://{self.outlet}.test/{self.language}/{self.happening}",
            source=f"{self.outlet}.test",
            title=title,
            content=own + text + EDITS[self.edit],
            language=self.language,
            published_at=at,
            seen_at=at + timedelta(minutes=1),
        )


def _told() -> st.SearchStrategy[Told]:
    happenings = st.sampled_from([(n, lang) for n, each in enumerate(HAPPENINGS) for lang in each])
    return st.builds(
        lambda which, outlet, edit, minutes, word_for_word: Told(*which, outlet, edit, minutes, word_for_word),
        happenings,
        st.sampled_from(OUTLETS),
        st.integers(0, len(EDITS) - 1),
        st.integers(0, 600),
        st.booleans(),
    )


days = st.lists(_told(), min_size=1, max_size=12)
"""What is told, in the order in which it arrives."""
