"""Where a request may go next, and what goes along."""

import pytest

from service.egress.redirects import Trail, carried
from service.egress.reply import GivenUp

START = Trail(("http://harbour.example/feed",))
MOST = 5


def walk(*steps: tuple[int, str]) -> Trail:
    trail = START
    for status, location in steps:
        trail = trail.onward(status, location, MOST)
    return trail


@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("http://quay.example/feed", "http://quay.example/feed"),
        ("https://harbour.example/feed", "https://harbour.example/feed"),
        ("//quay.example/feed", "http://quay.example/feed"),
        ("/rss", "http://harbour.example/rss"),
        ("rss?a=1#top", "http://harbour.example/rss?a=1"),
        (" /rss\r\n", "http://harbour.example/rss"),
        ("/паром", "http://harbour.example/%D0%BF%D0%B0%D1%80%D0%BE%D0%BC"),
        ("/a b", "http://harbour.example/a%20b"),
    ],
)
def test_a_redirect_leads_where_its_location_says(location: str, there: str) -> None:
    assert walk((302, location)).url == there


@pytest.mark.parametrize(
    ("steps", "permanent_url"),
    [
        ([], ""),
        ([(301, "/b")], "http://harbour.example/b"),
        ([(308, "/b"), (301, "/c")], "http://harbour.example/c"),
        ([(301, "/b"), (302, "/c")], "http://harbour.example/b"),
        ([(301, "/b"), (302, "/c"), (301, "/d")], "http://harbour.example/b"),
        ([(302, "/b"), (301, "/c")], ""),
        ([(307, "/b")], ""),
        ([(303, "/b"), (308, "/c"), (308, "/d")], ""),
    ],
)
def test_only_an_unbroken_chain_from_the_start_is_permanent(steps: list[tuple[int, str]], permanent_url: str) -> None:
    assert walk(*steps).permanent_url == permanent_url


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("", "to nowhere"),
        ("http://[::1", "to what is no address"),
        ("http://quay.example:port/", "to what is no address"),
        ("/feed", "in a circle"),
        ("/feed#again", "in a circle"),
    ],
)
def test_some_redirects_are_not_followed(location: str, why: str) -> None:
    with pytest.raises(GivenUp, match=why) as caught:
        walk((301, location))
    assert caught.value.kind == "redirect"


def test_a_longer_circle_is_noticed() -> None:
    with pytest.raises(GivenUp, match="in a circle"):
        walk((302, "/b"), (302, "/c"), (302, "/b"))


def test_encryption_is_not_given_up() -> None:
    with pytest.raises(GivenUp, match="from https to http"):
        walk((301, "https://harbour.example/feed"), (301, "http://quay.example/feed"))
    with pytest.raises(GivenUp, match="from https to http"):
        Trail(("HTTPS://harbour.example/",)).onward(301, "HTTP://harbour.example/", MOST)


def test_the_number_of_redirects_is_limited() -> None:
    assert walk(*((302, f"/{step}") for step in range(MOST))).url == "http://harbour.example/4"
    with pytest.raises(GivenUp, match="more than 5 times"):
        walk(*((302, f"/{step}") for step in range(MOST + 1)))
    with pytest.raises(GivenUp, match="more than 0 times"):
        START.onward(302, "/b", 0)


HEADERS = {
    "Authorization": "Bearer x",
    "Cookie": "a=b",
    "X-Key": "x",
    "If-None-Match": '"1"',
    "Accept": "*/*",
}


@pytest.mark.parametrize("there", ["http://harbour.example/b", "http://harbour.example:80/b"])
def test_all_headers_stay_within_an_origin(there: str) -> None:
    assert carried(HEADERS, START.url, there) == HEADERS


@pytest.mark.parametrize(
    "there",
    [
        "http://quay.example/",
        "https://harbour.example/",
        "http://harbour.example:8080/",
        "http://www.harbour.example/",
    ],
)
def test_no_credential_goes_to_another_origin(there: str) -> None:
    assert carried(HEADERS, START.url, there) == {"If-None-Match": '"1"', "Accept": "*/*"}
