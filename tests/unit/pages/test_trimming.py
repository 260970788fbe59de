"""What stands around an article and is not it."""

from consumers.pages.trimming import plain_links, trimmed
from service.messages import Page

PAGE = Page(title="Pier painted", author="Ana Lind")
BODY = "Neighbours painted the pier of the old harbour.\nForty people came to help, and stayed for the soup."


def test_menus_title_byline_and_rights_are_trimmed() -> None:
    text = f"Home\n|\nSport\nPier  Painted\nBy Ana Lind, 14 March\n{BODY}\n- More news\n© Gazette"
    assert trimmed(text, PAGE, plain_links(["Home", "Sport ", "more\nnews", ""])) == BODY


def test_a_text_without_all_that_stays_as_it_is() -> None:
    assert trimmed(BODY, PAGE, frozenset()) == BODY
    assert trimmed(BODY, Page(), frozenset()) == BODY
    assert trimmed("", PAGE, frozenset()) == ""


def test_a_sentence_that_names_its_author_stays() -> None:
    text = f"Pier painted\nAna Lind has painted the pier.\n{BODY}"
    assert trimmed(text, PAGE, frozenset()) == f"Ana Lind has painted the pier.\n{BODY}"


def test_an_article_that_is_all_links_stays() -> None:
    assert trimmed(BODY, PAGE, plain_links(BODY.split("\n"))) == BODY


def test_a_title_far_down_is_part_of_the_text() -> None:
    text = "\n".join([BODY] * 10 + ["Pier painted", BODY])
    assert trimmed(text, PAGE, frozenset()) == text
