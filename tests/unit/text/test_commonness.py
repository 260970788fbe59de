"""How common words are: counts of articles that fade."""

from service.text.commonness import ENOUGH, FADE, MOST, Commonness, grown

DAILY = [f"The minister opened a bridge in town{n % 50}x." for n in range(ENOUGH)]


def test_what_every_article_has_tells_nothing() -> None:
    counts = grown(Commonness(), DAILY, "en")
    assert counts.believed()
    assert counts.rarity("minist") == 0
    assert counts.rarity("icebreak") > counts.rarity("town1x") > 1


def test_an_article_counts_once_however_often_it_says_a_word() -> None:
    assert grown(Commonness(), ["ferry ferries ferry"], "en").stems == {"ferri": 1}


def test_counts_fade() -> None:
    counts = Commonness(100, {"ferri": 50})
    assert grown(counts, [], "en") == Commonness(100 * FADE, {"ferri": 50 * FADE})


def test_few_articles_are_not_believed() -> None:
    assert not grown(Commonness(), DAILY[:-1], "en").believed()


def test_only_the_commonest_are_kept_whatever_comes() -> None:
    noise = [" ".join(f"w{n}x{m}" for m in range(100)) for n in range(100)]
    counts = grown(Commonness(), [*noise, *DAILY], "und")
    assert len(counts.stems) == MOST
    assert "minister" in counts.stems
