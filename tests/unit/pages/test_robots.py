"""robots.txt: what an answer means, and what it lets us read."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from consumers.pages.robots import Answer, Robots, judged, origin_of
from service.model.robots import RobotsFile
from tests.builders import NOW
from tests.effort import demand_linear

ORIGIN = "https://gazette.test"


def read(text: str | bytes) -> Robots:
    body = text if isinstance(text, bytes) else text.encode()
    return Robots.of(judged(ORIGIN, Answer(200, body), None, NOW))


def after(answer: Answer, before: RobotsFile | None = None, **later: float) -> RobotsFile:
    return judged(ORIGIN, answer, before, NOW + timedelta(**later))


def test_rules_for_us_stand_in_for_those_for_everybody() -> None:
    robots = read("User-agent: *\nDisallow: /\n\nUser-agent: COURANT/1.0\nDisallow: /private\nCrawl-delay: 7\n")
    assert robots.allows(ORIGIN + "/a")
    assert not robots.allows(ORIGIN + "/private/a")
    assert robots.delay == 7


def test_a_name_that_begins_like_ours_is_not_ours() -> None:
    robots = read("User-agent: courantly\nDisallow: /\nUser-agent: courant-news\nDisallow: /\n")
    assert robots.allows(ORIGIN + "/a")


def test_a_group_may_name_several_robots() -> None:
    robots = read("User-agent: a\nUser-agent: courant\nUser-agent: b\nDisallow: /x\n\nUser-agent: c\nDisallow: /y\n")
    assert not robots.allows(ORIGIN + "/x")
    assert robots.allows(ORIGIN + "/y")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/news/a", True),
        ("/news/print/a", False),
        ("/a.pdf", False),
        ("/a.pdf?x", True),
        ("/search?q=a", False),
        ("/search/help", True),
        ("/%D0%BC%D0%B8%D0%BD%D1%81%D0%BA", False),
    ],
)
def test_wildcards_and_the_longest_rule_decide(path: str, allowed: bool) -> None:
    robots = read(
        "\ufeffUser-agent: * # all\nDisallow: /*/print/\nDisallow: /*.pdf$\nDisallow: /search\nAllow: /search/\n"
        "Disallow: /минск\n"
    )
    assert robots.allows(ORIGIN + path) is allowed


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe junk", b"<!doctype html><title>Oops</title>", b"Disallow: /"])
def test_a_file_that_says_nothing_to_us_allows_everything(body: bytes) -> None:
    assert read(body).allows(ORIGIN + "/a")


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410])
def test_no_file_allows_everything_for_a_day(status: int) -> None:
    file = after(Answer(status))
    assert Robots.of(file).allows(ORIGIN + "/a")
    assert file.until == NOW + timedelta(days=1)


@pytest.mark.parametrize("answer", [Answer(500), Answer(503), Answer(429), Answer(None, why="gazette.test is away")])
def test_an_error_allows_nothing_for_a_while(answer: Answer) -> None:
    file = after(answer)
    assert not Robots.of(file).allows(ORIGIN + "/a")
    assert file.until == NOW + timedelta(minutes=10)
    assert file.why


def test_while_it_cannot_be_had_its_last_rules_hold() -> None:
    known = read("User-agent: *\nDisallow: /b\nCrawl-delay: 4").file
    file = after(Answer(500), known, hours=25)
    assert Robots.of(file).allows(ORIGIN + "/a")
    assert not Robots.of(file).allows(ORIGIN + "/b")
    assert Robots.of(file).delay == 4


def test_trouble_that_lasts_is_asked_about_less_often_and_at_last_ignored() -> None:
    first = after(Answer(500))
    later = after(Answer(500), first, hours=5)
    assert later.failing_since == NOW
    assert later.until == NOW + timedelta(hours=10)
    assert after(Answer(500), later, days=29).verdict == "closed"
    assert after(Answer(500), later, days=30).verdict == "open"


def test_it_is_over_once_an_answer_comes() -> None:
    file = after(Answer(404), after(Answer(500)), hours=1)
    assert (file.verdict, file.failing_since, file.why) == ("open", None, "")


def test_only_the_first_500_kibibytes_are_read() -> None:
    body = b"User-agent: *\n" + b"# " + b"x" * 512_000 + b"\nDisallow: /a\n"
    assert read(body).allows(ORIGIN + "/a")


@pytest.mark.parametrize("delay", ["-1", "nan", "inf", "1e400", "soon"])
def test_a_senseless_delay_is_none(delay: str) -> None:
    assert read(f"User-agent: *\nCrawl-delay: {delay}").delay == 0


def test_a_delay_beyond_a_day_is_a_day() -> None:
    assert read("User-agent: *\nCrawl-delay: 1e9").delay == 86_400


HOSTILE: dict[str, Callable[[int], str]] = {
    "many robots, many rules": lambda size: (
        "".join(f"User-agent: a{n}\n" for n in range(size // 36))
        + "".join(f"Disallow: /{n}\n" for n in range(size // 36))
    ),
    "stars": lambda size: "User-agent: *\nDisallow: /" + "*a" * (size // 2) + "b\n",
    "many stars": lambda size: "User-agent: *\n" + "Disallow: /*a*a*a*a*a*a*a*b\n" * (size // 28),
    "one line": lambda size: "User-agent: *" + " " * size + "x",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_little(name: str) -> None:
    demand_linear(lambda size: read(HOSTILE[name](size)).allows(ORIGIN + "/" + "a" * 1900), 400_000)


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin_of("https://Gazette.test:443/a?b") == "https://gazette.test"
    assert origin_of("http://gazette.test:8080/a") == "http://gazette.test:8080"
    assert origin_of("http://[::1]:8080/a") == "http://[::1]:8080"
    for wrong in ("ftp://gazette.test/", "https:///a", "mailto:a@gazette.test", "https://[::1", "https://a:b/"):
        with pytest.raises(ValueError, match=r".+"):
            origin_of(wrong)
