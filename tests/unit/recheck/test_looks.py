"""What does one look at a page tell?"""

from dataclasses import replace
from typing import Any

import pytest

from consumers.pages.extract import Extracted, text_hash
from consumers.pages.reader import NotRead, Read
from consumers.recheck.looks import look_at
from service.egress import Reply
from service.messages import Page
from service.model.rechecks import UNREAD, Baseline, Claimed, Recheck
from tests.builders import NOW, TEXT, an_enriched_article

HOME = "https://harbour-gazette.com/2026/news/ferry"
SAID = Baseline(HOME, "Ferry resumes", TEXT, text_hash(TEXT))


def claimed(baseline: Baseline = SAID, url: str = HOME, **given: Any) -> Claimed:
    enriched = an_enriched_article(url=url, title="Ferry resumes", **given)
    return Claimed(Recheck("a", NOW, NOW, baseline=baseline), enriched)


def read(text: str = TEXT, title: str = "Ferry resumes", url: str = HOME, permanent_url: str = "") -> Read:
    page = Page(url=url, title=title, text_hash=text_hash(text))
    return Read(Extracted(text, page), Reply(url, 200, {"etag": '"1"'}, b"", permanent_url))


def status(code: int) -> NotRead:
    return NotRead("status", f"status {code}", Reply(HOME, code, {}, b""))


def test_a_page_is_seen() -> None:
    look = look_at(read(), claimed())
    assert (look.kind, look.url, look.title, look.text, look.etag) == ("page", HOME, "Ferry resumes", TEXT, '"1"')
    assert (look.text_hash, look.moved_to) == (text_hash(TEXT), "")


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (status(404), "missing"),
        (status(410), "missing"),
        (status(304), "same"),
        (status(403), "nothing"),
        (status(401), "nothing"),
        (status(429), "nothing"),
        (status(451), "nothing"),
        (status(500), "nothing"),
        (status(503), "nothing"),
        (NotRead("unreachable", "harbour-gazette.com cannot be found"), "nothing"),
        (NotRead("not_html", "not HTML but image/png", Reply(HOME, 200, {}, b"")), "nothing"),
        (NotRead("not_html", "not HTML but image/png", Reply(HOME, 404, {}, b"")), "nothing"),
        (NotRead("late", "out of time"), "nothing"),
        (NotRead("extraction", "extraction died"), "nothing"),
        (NotRead("turn", "the host must be left alone"), "later"),
        (NotRead("robots", "robots.txt of harbour-gazette.com does not allow it"), "forbidden"),
        (NotRead("robots", "robots.txt cannot be had: status 503"), "nothing"),
        (NotRead("address", "not the address of a page"), "forbidden"),
    ],
)
def test_only_the_word_of_the_host_itself_speaks_for_the_end(outcome: NotRead, kind: str) -> None:
    assert look_at(outcome, claimed()).kind == kind


@pytest.mark.parametrize(
    "url",
    ["https://harbour-gazette.com/", "https://harbour-gazette.com", "https://harbour-gazette.com/2026/news/"],
)
def test_a_redirect_to_the_front_page_or_to_a_section_seems_the_end(url: str) -> None:
    listing = f"Latest news. Ferry resumes. Storm ends. Fish is cheap. {TEXT[:60]}"
    for permanent in ("", url):
        assert look_at(read(listing, "Harbour Gazette", url, permanent), claimed()).kind == "missing"
    assert look_at(read(listing, "Harbour Gazette", url), claimed(UNREAD)).kind == "missing"


def test_a_page_without_the_article_seems_its_end_if_it_was_read_before() -> None:
    other = "Cooking with herrings is an art that few masters know today in the whole wide world around us here."
    assert look_at(read(other, "Recipes"), claimed()).kind == "missing"
    assert look_at(read("", "Harbour Gazette"), claimed()).kind == "missing"
    assert look_at(read(other, "Recipes"), claimed(UNREAD)).kind == "nothing"
    assert look_at(read("", ""), claimed(UNREAD)).kind == "nothing"


@pytest.mark.parametrize(
    "text",
    [
        "Page not found. Sorry, what you look for is no longer available.",
        "Страница не найдена. Попробуйте поиск.",
        "Старонка не знойдзена.",
        "Сторінку не знайдено.",
        "Nie znaleziono strony.",
        "Diese Seite wurde nicht gefunden: Seite nicht gefunden.",
    ],
)
def test_a_page_that_says_it_is_gone_is_believed_even_at_the_first_look(text: str) -> None:
    assert look_at(read(text, "404"), claimed(UNREAD)).kind == "missing"


@pytest.mark.parametrize(
    "text",
    [
        "Please enable JavaScript and cookies to continue.",
        "Checking your browser before you go on. Just a moment.",
        "Are you human? Solve the captcha.",
        "We and our 812 partners use cookies. Accept all cookies or manage your privacy.",
        "Access denied. Your request was blocked.",
        "Доступ ограничен. Подтвердите, что вы не робот.",
        "Zaakceptuj pliki cookie, aby kontynuować.",
    ],
)
def test_a_wall_tells_nothing(text: str) -> None:
    assert look_at(read(text, "harbour-gazette.com"), claimed()).kind == "nothing"
    assert look_at(read(text, "harbour-gazette.com"), claimed(UNREAD)).kind == "nothing"


def test_an_article_about_cookies_is_no_wall() -> None:
    text = f"Most readers accept all cookies. {TEXT}"
    assert look_at(read(text), claimed(replace(SAID, text=text))).kind == "page"


def test_the_beginning_of_a_text_is_not_all_of_it() -> None:
    long = " ".join(f"Sentence {n} tells of boat {n * 7} and its crew." for n in range(60))
    said = replace(SAID, text=long, text_hash=text_hash(long))
    assert look_at(read(long[: len(long) // 4]), claimed(said)).kind == "nothing"
    assert look_at(read(long[: len(long) * 3 // 4]), claimed(said)).kind == "page"


MOVED = "https://harbour-gazette.com/archive/ferry"


def test_a_page_moves_by_permanent_redirects_on_its_own_site() -> None:
    assert look_at(read(url=MOVED, permanent_url=MOVED), claimed()).moved_to == MOVED
    assert look_at(read(url=MOVED), claimed()).moved_to == ""
    assert look_at(read(url=MOVED, permanent_url=HOME), claimed()).moved_to == ""
    assert look_at(read(url=MOVED, permanent_url=MOVED), claimed(UNREAD)).moved_to == ""
    subdomain = "https://archive.harbour-gazette.com/ferry"
    assert look_at(read(url=subdomain, permanent_url=subdomain), claimed()).moved_to == subdomain


@pytest.mark.parametrize(
    "url", [f"{HOME}/", "http://harbour-gazette.com/2026/news/ferry", "https://www.harbour-gazette.com/2026/news/ferry"]
)
def test_another_way_to_write_an_address_is_no_move(url: str) -> None:
    look = look_at(read(url=url, permanent_url=url), claimed())
    assert (look.kind, look.moved_to) == ("page", "")


def test_another_site_tells_nothing() -> None:
    elsewhere = "https://parking.com/ferry"
    assert look_at(read(url=elsewhere, permanent_url=elsewhere), claimed()).kind == "nothing"


def test_before_the_first_look_a_feed_may_link_by_way_of_another_site() -> None:
    look = look_at(read(), claimed(UNREAD, url="https://proxy.com/r/1"))
    assert (look.kind, look.url) == ("page", HOME)
