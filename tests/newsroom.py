"""Made-up news in any amount: a seed goes in, enriched articles come out, the same for the same seed.

Every happening has words of its own, its saga's words, and the words of all news; articles of one happening say
much the same in different words. Languages differ in every word but names and numbers.
"""

import random
from datetime import datetime, timedelta

from service.messages import EnrichedArticle, Name, Place
from tests.builders import NOW, an_article, an_enriched_article, an_id

SYLLABLES = tuple(a + b for a in ("b", "d", "f", "g", "k", "l", "m", "r", "s", "t") for b in "aeiou")
COUNTRIES = ("BY", "DE", "ES", "FI", "JP", "KE", "PE", "PL", "UA", "UY")


def a_word(rng: random.Random, least: int = 2) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(least, least + 2)))


class Newsroom:
    """Tells happenings. All that it draws comes from its seed.

    `reticence` is the share of reports in which no names, places or numbers were found.
    """

    def __init__(self, seed: int, happenings: int = 8, reticence: float = 0.0) -> None:
        self.reticence = reticence
        self.rng = random.Random(seed)
        self.common = {lang: [a_word(self.rng, 1) for _ in range(60)] for lang in ("en", "de", "ru")}
        self.names = [[a_word(self.rng).title() for _ in range(3)] for _ in range(happenings)]
        self.own = {lang: [[a_word(self.rng) for _ in range(25)] for _ in range(happenings)] for lang in self.common}
        self.numbers = [str(self.rng.randint(20, 9000)) for _ in range(happenings)]
        self.begin = [NOW + timedelta(hours=self.rng.randint(0, 400)) for _ in range(happenings)]
        self.told = 0

    def report(self, happening: int, language: str = "en", at: datetime | None = None) -> EnrichedArticle:
        """One more article on a happening."""
        self.told += 1
        rng, own = self.rng, self.own[language][happening]
        body = rng.sample(own, 15) + rng.choices(self.common[language], k=40) + self.names[happening]
        rng.shuffle(body)
        title = " ".join([self.names[happening][0], *rng.sample(own, 4), self.numbers[happening]])
        at = at or self.begin[happening] + timedelta(minutes=rng.randint(0, 3000))
        name = " ".join(self.names[happening][:2])
        url = f"https://outlet{self.told % 7}.test/{language}/{self.told}"
        article = an_article(
            url=url,
            source=f"outlet{self.told % 7}.test",
            title=title,
            content=" ".join(body) + ".",
            language=language,
            published_at=at,
            seen_at=at + timedelta(minutes=5),
        )
        if rng.random() < self.reticence:
            return an_enriched_article(article=article, language=language)
        country = COUNTRIES[happening % len(COUNTRIES)]
        return an_enriched_article(
            article=article,
            language=language,
            places=(Place(country, country, 0, 2),),
            countries=(country,),
            names=(Name(name, (name.lower(),), 2),),
            numbers=(self.numbers[happening],),
        )

    def day(self, articles: int) -> list[EnrichedArticle]:
        """Articles on any happenings in any language, nearly in the order of their times."""
        drawn = [
            self.report(self.rng.randrange(len(self.names)), self.rng.choice(("en", "en", "de", "ru")))
            for _ in range(articles)
        ]
        late = {each.article.article_id: timedelta(hours=self.rng.choice((0, 0, 0, 30, 300))) for each in drawn}
        return sorted(drawn, key=lambda each: published(each) + late[each.article.article_id])


def published(enriched: EnrichedArticle) -> datetime:
    at = enriched.article.raw.published_at
    assert at is not None
    return at


def a_copy(original: EnrichedArticle, outlet: str) -> EnrichedArticle:
    """The same words at another outlet."""
    raw = original.article.raw
    url = f"https://{outlet}.test/{an_id(raw.url)}"
    article = an_article(
        url=url,
        source=f"{outlet}.test",
        title=raw.title,
        content=raw.content,
        kind="copy",
        original_id=original.article.article_id,
        published_at=raw.published_at,
        seen_at=raw.seen_at,
    )
    return an_enriched_article(
        article=article,
        language=original.language,
        places=original.places,
        countries=original.countries,
        names=original.names,
        numbers=original.numbers,
    )
