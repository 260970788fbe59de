"""Passages that changed, as a correction shows them."""

from service.text.difference import Version, difference
from service.text.passages import AROUND, Passage, passages


def changed(before: str, after: str, title: str = "Ferries", new_title: str = "Ferries") -> list[Passage]:
    first, second = Version(title, before), Version(new_title, after)
    return passages(first, second, difference(first, second, "en"))


def test_a_passage_has_some_words_around_it() -> None:
    (found,) = changed("Rain fell. On Friday 14 people waited.", "Rain fell. On Friday 52 people waited.")
    assert found == Passage("body", "Rain fell. On Friday 14 people waited.", "Rain fell. On Friday 52 people waited.")


def test_of_a_long_text_no_more_than_that() -> None:
    rest = "The harbour was quiet all day and nobody came. " * 20
    (found,) = changed(f"{rest}Then 14 people came. {rest}", f"{rest}Then 52 people came. {rest}")
    assert "Then 14 people came." in found.before
    assert found.before.startswith("…")
    assert found.before.endswith("…")
    assert len(found.before) <= 2 * AROUND + 40


def test_changes_side_by_side_are_one_passage_and_those_far_apart_are_two() -> None:
    rest = "The harbour was quiet all day and nobody came. " * 10
    assert len(changed("Then 14 men and 3 dogs came.", "Then 52 men and 4 dogs came.")) == 1
    assert len(changed(f"14 men. {rest} 3 dogs.", f"52 men. {rest} 4 dogs.")) == 2


def test_those_come_first_by_which_the_gravest_facts_changed() -> None:
    rest = "The harbour was quiet all day and nobody came. " * 10
    first, second = changed(f"A cold wind. {rest} In all 14 came.", f"A mild wind. {rest} In all 52 came.")
    assert ("52" in first.after, "mild" in second.after) == (True, True)


def test_signs_and_case_are_no_passage() -> None:
    assert changed("The ferry sails, again.", "The Ferry sails again!") == []


def test_a_title_is_told_apart_and_what_only_came_or_went_is_shown_too() -> None:
    found = {each.field: each for each in changed("All is well.", "All is well. Go on.", "Ferry late", "Ferry lost")}
    assert found["title"].after == "Ferry lost"
    assert (found["body"].before, found["body"].after) == ("All is well.", "All is well. Go on.")
