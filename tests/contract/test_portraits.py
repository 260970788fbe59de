"""What is kept of a story's portrait: is it used, and never once anything of it has changed? On both databases."""

import pytest

from service.errors import NotFound
from service.portraits import Portraits, StoryPortrait, rules
from service.sources import NONE, Source, Sources
from service.store import Store, Transaction
from tests.api.filing import an_article_to_file, file_story
from tests.builders import NOW, a_stored_article, minutes

FERRY = "Ferries to the northern islands sail again from Monday. The harbour was closed for three days by the storm."
BRIDGE = "The bridge to the northern islands is closed. Engineers look at its piers until the end of the week."


def an_article(path: str, text: str = FERRY, **given: object) -> object:
    return an_article_to_file(
        f"https://outlet.test/{path}", content=text, source="outlet.test", seen_at=minutes(1), **given
    )


@pytest.fixture
async def portraits(store: Store) -> Portraits:
    await store.write(file_story, "st_ferry", [an_article("ferry", title="Ferries sail again")])
    await store.write(file_story, "st_bridge", [an_article("bridge", BRIDGE, title="Bridge closed")])
    return Portraits(store, NONE)


async def told(portraits: Portraits, story_id: str = "st_ferry") -> StoryPortrait:
    return await portraits.of(story_id, NOW)


def spoil(tx: Transaction) -> None:
    """Keep something else than what is true, so that it shows whether what is kept is used."""
    kept = tx.portraits.find("st_ferry", rules(NONE))
    assert kept.told
    tx.portraits.keep(type(kept)(kept.story_id, kept.stamp, kept.told.replace(b"Ferries sail again", b"Kept")))


async def test_what_is_kept_is_told_again_as_it_was(portraits: Portraits) -> None:
    first = await told(portraits)
    again = await told(portraits)
    assert again == first
    await portraits.store.write(spoil)
    assert (await told(portraits)).story.title == "Kept"


async def test_an_article_that_was_revised_shows_before_its_story_is_counted_anew(portraits: Portraits) -> None:
    await told(portraits)
    await portraits.store.write(spoil)
    revised = an_article("ferry", BRIDGE, title="Ferries stay", revision=1)
    stored = a_stored_article(enriched=revised, strand_id="st_ferry-en", seq=99, position="articles.enriched/0/99")
    await portraits.store.write(lambda tx: tx.articles.file([stored]))
    found = await told(portraits)
    assert [each.title for each in found.standing.view.articles] == ["Ferries stay"]
    assert found.portrait.summary["en"][0].text in BRIDGE


async def test_an_article_that_joins_shows(portraits: Portraits) -> None:
    await told(portraits)
    joining = an_article_to_file("https://other.test/ferry", content=FERRY, source="other.test", seen_at=minutes(2))
    await portraits.store.write(file_story, "st_ferry", [joining])
    found = await told(portraits)
    assert found.story.articles == found.standing.reports == 2
    assert found.portrait.corroboration.independent == 2


async def test_a_story_that_was_merged_is_told_as_the_other_with_its_id(portraits: Portraits) -> None:
    for each in ("st_ferry", "st_bridge"):
        await told(portraits, each)

    def merge(tx: Transaction) -> None:
        tx.stories.merge({"st_bridge": "st_ferry"})

    await portraits.store.write(merge)
    assert (await told(portraits, "st_bridge")).standing.view.merged == ("st_bridge",)
    assert len((await told(portraits)).standing.view.articles) == 2


async def test_a_source_that_turns_out_to_be_of_another_house_is_told_so(portraits: Portraits) -> None:
    other = an_article_to_file("https://other.test/ferry", content=FERRY, source="other.test", seen_at=minutes(2))
    await portraits.store.write(file_story, "st_ferry", [other])
    assert (await told(portraits)).portrait.corroboration.independent == 2
    house = {each: Source(each, domains=(each,), owner="House") for each in ("outlet.test", "other.test")}
    knowing = Store(portraits.store.engine.url.render_as_string(hide_password=False), known=Sources(house))
    try:
        found = await told(Portraits(knowing, Sources(house)))
    finally:
        knowing.close()
    assert found.portrait.corroboration.independent == 1


async def test_of_a_story_that_is_not_there_nothing_is_told(portraits: Portraits) -> None:
    with pytest.raises(NotFound):
        await told(portraits, "st_unknown")
