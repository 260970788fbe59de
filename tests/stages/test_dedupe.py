"""Dedupe on a real store: what becomes of raw articles, once and again."""

from collections.abc import Sequence

from consumers.dedupe import Dedupe
from consumers.runner import Outcome, Received
from service.messages import Article, RawArticle
from service.settings import DedupeSettings
from service.store import Store
from tests.builders import NOW, TEXT, a_raw_article

WIRE = TEXT + " The harbour master of Varnholm said that repairs to the eastern pier would take until the summer."


async def dedupe(store: Store, *raws: RawArticle, first: int = 0) -> list[Outcome[Article]]:
    """The outcomes of these raw articles, laid at positions from `first` on, in one batch."""
    batch = [Received(raw, f"articles.raw/0/{n}") for n, raw in enumerate(raws, first)]
    return await Dedupe(store, DedupeSettings())(batch)


def labels(outcomes: Sequence[Outcome[Article]]) -> list[str]:
    return [each.label for each in outcomes]


def at(outlet: str, content: str = WIRE, **given: object) -> RawArticle:
    url = f"https://{outlet}.test/ferries"
    return a_raw_article(**({"url": url, "source": f"{outlet}.test", "content": content} | given))


async def test_new_then_repeat_then_revision(store: Store) -> None:
    raws = [at("anchor"), at("anchor"), at("anchor", WIRE.replace("two days", "three days"))]
    outcomes = await dedupe(store, *raws)
    assert labels(outcomes) == ["new", "repeat", "revision"]
    assert [message.revision for each in outcomes for message in each.messages] == [0, 1]


async def test_an_address_alone_brings_nothing_to_a_known_article(store: Store) -> None:
    """A plain sitemap lists what a feed has brought with its text."""
    outcomes = await dedupe(
        store, at("anchor"), at("anchor", "", title="", summary=""), at("beacon", "", title="", summary="")
    )
    assert labels(outcomes) == ["new", "repeat", "new"]


async def test_a_new_title_makes_a_revision_of_the_same_article(store: Store) -> None:
    first, second = await dedupe(store, at("anchor"), at("anchor", title="Ferries sail again"))
    assert second.label == "revision"
    assert first.messages[0].article_id == second.messages[0].article_id


async def test_one_report_at_three_outlets_is_one_original_and_two_copies(store: Store) -> None:
    (first,) = await dedupe(store, at("anchor"))
    second, third = await dedupe(store, at("beacon", WIRE + " (agency)"), at("compass"), first=1)
    assert [first.label, second.label, third.label] == ["new", "copy", "copy"]
    original = first.messages[0].article_id
    assert {second.messages[0].original_id, third.messages[0].original_id} == {original}


async def test_a_copy_is_found_within_one_batch_too(store: Store) -> None:
    assert labels(await dedupe(store, at("anchor"), at("beacon"))) == ["new", "copy"]


async def test_a_copy_stays_behind_its_original(store: Store) -> None:
    first, second = await dedupe(store, at("anchor"), at("beacon"))
    assert first.messages[0].order_key == second.messages[0].order_key


async def test_nearly_the_same_text_twice_at_one_source_is_no_copy(store: Store) -> None:
    again = at("anchor", WIRE + " It was the third storm.", url="https://anchor.test/ferries-2")
    assert labels(await dedupe(store, at("anchor"), again)) == ["new", "new"]


async def test_a_source_may_copy_itself_where_that_is_wanted(store: Store) -> None:
    again = at("anchor", WIRE + " It was the third storm.", url="https://anchor.test/ferries-2")
    batch = [Received(raw, f"articles.raw/0/{n}") for n, raw in enumerate([at("anchor"), again])]
    assert labels(await Dedupe(store, DedupeSettings(within_source=True))(batch)) == ["new", "copy"]


async def test_an_old_text_is_not_an_original(store: Store) -> None:
    late = at("beacon", seen_at=NOW.replace(month=NOW.month + 1))
    assert labels(await dedupe(store, at("anchor"), late)) == ["new", "new"]


async def test_short_texts_are_never_copies(store: Store) -> None:
    brief = [at(outlet, "No comment.", title="Minister resigns") for outlet in ("anchor", "beacon")]
    assert labels(await dedupe(store, *brief)) == ["new", "new"]


async def test_asked_again_about_the_same_records_it_says_the_same(store: Store) -> None:
    raws = [
        at("anchor"),
        at("beacon"),
        at("anchor"),
        at("anchor", WIRE + " More soon."),
        at("compass", "Other text."),
    ]
    first = await dedupe(store, *raws)
    assert await dedupe(store, *raws) == first
    assert await dedupe(store, *raws[:2]) == first[:2]
    assert await dedupe(store, *raws[3:], first=3) == first[3:]


async def test_a_record_with_the_same_text_at_a_new_position_is_a_repeat(store: Store) -> None:
    await dedupe(store, at("anchor"))
    assert labels(await dedupe(store, at("anchor"), first=9)) == ["repeat"]


async def test_pruning_forgets_likeness_but_not_what_was_seen(store: Store) -> None:
    await dedupe(store, at("anchor"))
    pruned = await store.write(lambda tx: tx.sightings.prune(NOW.replace(year=NOW.year + 1)))
    assert pruned == 1
    assert labels(await dedupe(store, at("anchor"), at("beacon"), first=1)) == ["repeat", "new"]
