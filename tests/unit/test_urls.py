"""What is one address, who publishes there, and where a link leads."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import Invalid
from service.urls import MOST_CHARACTERS, TRACKING_NAMES, canonical, resolve, source_of

PLAIN = "https://harbour.example/news/1"


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        (PLAIN, PLAIN),
        ("http://harbour.example/news/1", PLAIN),
        ("  https://harbour.example/news/1\n", PLAIN),
        ("https://harbour.example/ne\r\n\tws/1", PLAIN),
        ("HTTPS://Harbour.EXAMPLE/news/1", PLAIN),
        ("https://harbour.example:443/news/1", PLAIN),
        ("http://harbour.example:80/news/1", PLAIN),
        ("https://harbour.example./news/1", PLAIN),
        ("https://harbour.example/news/1#comments", PLAIN),
        ("https://harbour.example/a/../news/./1", PLAIN),
        ("https://harbour.example/../../news/1", PLAIN),
        ("https://harbour.example/news/%31", PLAIN),
        ("https://harbour.example/news/1?", PLAIN),
        ("https://harbour.example", "https://harbour.example/"),
        ("https://harbour.example?p=1", "https://harbour.example/?p=1"),
        ("https://harbour.example/%d0%bf", "https://harbour.example/%D0%BF"),
        ("https://harbour.example/п", "https://harbour.example/%D0%BF"),
        ("https://harbour.example/a b", "https://harbour.example/a%20b"),
        ("https://häfen.example/", "https://xn--hfen-loa.example/"),
        ("https://harbour.example/?b=2&a=1&b=3", "https://harbour.example/?b=2&a=1&b=3"),
    ],
)
def test_form_is_settled(given_url: str, expected: str) -> None:
    assert canonical(given_url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://www.harbour.example/1",
        "https://m.harbour.example/1",
        "https://harbour.example/1/",
        "https://harbour.example/1/amp",
        "https://harbour.example//1",
        "https://harbour.example/Case",
        "https://harbour.example/a%2Fb",
        "https://harbour.example/1;v=2",
        "https://har_bour.example/1",
    ],
)
def test_what_may_be_another_article_is_left_alone(url: str) -> None:
    assert canonical(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/a",
        "http://[::1]:8000/a",
        "http://localhost:8000/a",
        "http://news.localhost/a",
        "http://203.0.113.9/a",
        "http://feeds:8080/a",
        "http://harbour.example:8080/a",
        "https://harbour.example:80/a",
        "https://127.0.0.1/a",
    ],
)
def test_scheme_stays_where_it_decides_who_answers(url: str) -> None:
    assert canonical(url) == url


def test_ipv6_hosts_are_written_in_one_way() -> None:
    assert canonical("http://[0:0:0:0:0:0:0:1]:8000/") == "http://[::1]:8000/"


@pytest.mark.parametrize("name", [*sorted(TRACKING_NAMES), "utm_source", "UTM_Medium", "at_campaign", "mc_cid"])
def test_trackers_are_dropped_wherever_they_stand(name: str) -> None:
    url = f"{PLAIN}?{name}=x&id=3&{name}=y&page=2&{name}"
    assert canonical(url) == f"{PLAIN}?id=3&page=2"
    assert canonical(f"{PLAIN}?{name}=x") == PLAIN


def test_trackers_are_found_behind_escapes() -> None:
    assert canonical(f"{PLAIN}?id=3&amp;utm_source=a&amp;amp;page=2&utm%5Fmedium=b") == f"{PLAIN}?id=3&page=2"


@pytest.mark.parametrize("query", ["utmost=1", "id=utm_source", "atlas=2", "ref=x", "source=y", "q=%26utm_x%3D1"])
def test_other_parameters_stay(query: str) -> None:
    assert canonical(f"{PLAIN}?{query}") == f"{PLAIN}?{query}"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "not an http or https"),
        ("harbour.example/news", "not an http or https"),
        ("//harbour.example/news", "not an http or https"),
        ("ftp://harbour.example/", "not an http or https"),
        ("javascript:alert(1)", "not an http or https"),
        ("mailto:desk@harbour.example", "not an http or https"),
        ("https:///news", "names no host"),
        ("https:news", "names no host"),
        ("https://harbour.example:99999/", "not an address"),
        ("https://harbour.example:80a/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://[::g]/", "not a"),
        ("https://[fe80::1%25eth0]/", "not a host"),
        ("https://harbour example/", "not a host"),
        ("https://har..bour.example/", "not a host"),
        ("https://%68arbour.example/", "not a host"),
        (f"https://{'a' * 64}.example/", "not a host"),
        ("https://desk@harbour.example/", "user name"),
        ("https://desk:secret@harbour.example/", "user name"),
        ("https://harbour.example/\x00", "control characters"),
        ("https://harbour.example/a\x1bb", "control characters"),
        (f"https://harbour.example/{'a' * MOST_CHARACTERS}", "characters, more than 2000"),
        (f"https://harbour.example/{'a' * 9_000}", "characters, more than 8000"),
    ],
)
def test_what_cannot_be_an_address_is_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as caught:
        canonical(url)
    assert caught.value.field == "/url"
    assert "secret" not in str(caught.value)
    assert str(caught.value).isprintable()


def test_long_trackers_do_not_make_an_address_too_long() -> None:
    assert canonical(f"{PLAIN}?utm_content={'a' * 3_000}") == PLAIN


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://www.harbour.example/news/1", "harbour.example"),
        ("https://live.news.harbour.co.uk/1", "harbour.co.uk"),
        ("https://Harbour.CO.UK./1", "harbour.co.uk"),
        ("https://desk.blogspot.com/1", "desk.blogspot.com"),
        ("https://co.uk/", "co.uk"),
        ("https://www.häfen.example/", "xn--hfen-loa.example"),
        ("http://127.0.0.1:8000/a", "127.0.0.1:8000"),
        ("http://127.0.0.1:8001/a", "127.0.0.1:8001"),
        ("http://localhost:8000/a", "localhost:8000"),
        ("http://[::1]:8000/a", "[::1]:8000"),
        ("http://203.0.113.9/a", "203.0.113.9:80"),
        ("http://feeds:8080/a", "feeds:8080"),
    ],
)
def test_source_is_the_registered_domain_or_the_machine(url: str, source: str) -> None:
    assert source_of(url) == source


def test_source_of_nonsense_is_refused() -> None:
    with pytest.raises(Invalid, match="not an http or https"):
        source_of("news about harbours")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("2", "https://harbour.example/news/2"),
        ("/2", "https://harbour.example/2"),
        ("../2", "https://harbour.example/2"),
        ("?page=2", "https://harbour.example/news/1?page=2"),
        ("//quay.example/2", "https://quay.example/2"),
        (" http://quay.example/2\n", "http://quay.example/2"),
        ("", PLAIN),
        ("mailto:desk@harbour.example", "mailto:desk@harbour.example"),
    ],
)
def test_links_are_made_absolute(link: str, expected: str) -> None:
    assert resolve(PLAIN, link) == expected


def test_a_link_that_cannot_be_joined_is_refused() -> None:
    with pytest.raises(Invalid, match="not an address"):
        resolve(PLAIN, "http://[::1")


HOSTS = st.sampled_from(
    [
        "harbour.example",
        "WWW.Harbour.example.",
        "127.0.0.1:8000",
        "[::1]",
        "localhost:80",
        "häfen.example:8080",
    ]
)
ANYTHING = st.text(st.sampled_from(string.ascii_letters + string.digits + "/.%&=?#;:+ ~_-[]@\\amp;utm_ПЖß\u202e"))


@settings(deadline=None)
@given(st.sampled_from(["http", "https", "HTTP"]), HOSTS, ANYTHING)
def test_canonical_form_is_its_own_canonical_form(scheme: str, host: str, rest: str) -> None:
    once = canonical(f"{scheme}://{host}/{rest}")
    assert canonical(once) == once
    assert source_of(once) == source_of(f"{scheme}://{host}/{rest}")
    assert once.isascii()
    assert "#" not in once


@settings(deadline=None)
@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://harbour.example{text}"):
        try:
            once = canonical(url)
        except Invalid:
            continue
        assert canonical(once) == once


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_link_is_joined_or_refused(base: str, link: str) -> None:
    try:
        joined = resolve(base, link)
    except Invalid:
        return
    assert isinstance(joined, str)
