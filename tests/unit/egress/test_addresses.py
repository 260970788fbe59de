"""Which addresses we connect to, and how many ways there are to write one that we do not."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from service.addresses import check_url, literal, networks, verdict
from service.addresses.blocks import forbidden
from service.errors import Misconfigured, UnsafeAddress
from service.settings import EgressSettings

REFUSED = str.split("""
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.254.254.254 169.254.169.254
    169.254.170.2 172.16.5.4 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1
    198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255

    :: ::1 1::1 ::7f00:1 ::a9fe:a9fe ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:10.0.0.1
    ::ffff:0:7f00:1 ::5efe:7f00:1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b::a00:1 64:ff9b:1::1
    100::1 2001::1 2001:0:7f00:1::1 2001:2::1 2001:10::1 2001:db8::1 2002:7f00:1::1 2002:a9fe:a9fe::1
    2002:c0a8:1::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fd7a:115c:a1e0::1 fe80::1 febf:ffff::1 fec0::1
    ff02::1 ff0e::1
""")

ALLOWED = str.split("""
    1.1.1.1 8.8.8.8 93.184.216.34 192.88.98.255 192.88.100.1 223.255.255.255
    2606:4700:4700::1111 2001:4860:4860::8888 2001:200::1 3fff:1000::1 64:ff9b::5db8:d822
""")

# The registries of special-purpose addresses, where they do not say "globally reachable".
SPECIAL = str.split("""
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
    192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
    ::/128 ::1/128 ::ffff:0:0/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/32 2001:2::/48 2001:10::/28
    2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
""")

SHUT = EgressSettings()
AT_HOME = EgressSettings(allow_loopback=True)
SPECIAL_BLOCKS = [ip_network(text) for text in SPECIAL]
thorough = examples(max_examples=2_000, deadline=None)
unhurried = examples(deadline=None)
IPV4 = st.integers(0, 2**32 - 1).map(IPv4Address)


def test_the_table_is_whole() -> None:
    assert (len(REFUSED), len(ALLOWED)) == (56, 11)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_public_is_refused(text: str) -> None:
    assert forbidden(ip_address(text))


@pytest.mark.parametrize("text", ALLOWED)
def test_what_is_public_is_allowed(text: str) -> None:
    assert forbidden(ip_address(text)) is None


@thorough
@given(st.sampled_from([0, 2**128 - 1]) | st.integers(0, 2**128 - 1))
@pytest.mark.slow
def test_every_special_block_is_refused_to_its_edges(place: int) -> None:
    for block in SPECIAL_BLOCKS:
        kind = IPv4Address if block.version == 4 else IPv6Address
        assert forbidden(kind(int(block.network_address) | (place & int(block.hostmask)))), block


@thorough
@given(IPV4)
@pytest.mark.slow
def test_translation_to_ipv4_shares_the_verdict_of_its_ipv4(inner: IPv4Address) -> None:
    assert forbidden(IPv6Address(int(IPv6Address("64:ff9b::")) + int(inner))) == forbidden(inner)


@thorough
@given(IPV4)
@pytest.mark.slow
def test_ipv4_in_any_other_disguise_is_refused(inner: IPv4Address) -> None:
    for disguise in ("::", "::ffff:0:0", "::ffff:0:0:0", "::5efe:0:0"):
        assert forbidden(IPv6Address(int(IPv6Address(disguise)) + int(inner)))
    assert forbidden(IPv6Address((0x2002 << 112) + (int(inner) << 80)))


@thorough
@given(st.integers(0, 2**120 - 1).map(IPv6Address))
@pytest.mark.slow
def test_the_first_256th_is_refused_whole_but_for_translation(address: IPv6Address) -> None:
    assert address in IPv6Network("64:ff9b::/96") or forbidden(address)


@thorough
@given(st.integers(0, 2**128 - 1).map(IPv6Address))
@pytest.mark.slow
def test_nothing_outside_the_public_space_is_allowed(address: IPv6Address) -> None:
    public = address in IPv6Network("2000::/3") or address in IPv6Network("64:ff9b::/96")
    assert public or forbidden(address)


@pytest.mark.parametrize("block", ["2001:3::/32", "2001:4:112::/48", "2001:20::/28", "2001:30::/28"])
def test_reachable_islands_of_a_reserved_block_are_allowed(block: str) -> None:
    island = IPv6Network(block)
    assert forbidden(island.network_address) is None
    assert forbidden(island.broadcast_address) is None


@pytest.mark.parametrize("text", ["2001:1::1", "2001:2:ffff::", "2001:4:111::", "2001:1f::", "2001:40::", "2001:1ff::"])
def test_the_sea_around_them_is_not(text: str) -> None:
    assert forbidden(ip_address(text))


@pytest.mark.parametrize("text", ["127.0.0.1", "127.254.254.254", "::1"])
def test_loopback_is_allowed_where_the_operator_says_so(text: str) -> None:
    assert verdict(ip_address(text), AT_HOME) is None


@pytest.mark.parametrize("text", [each for each in REFUSED if not each.startswith("127.") and each != "::1"])
def test_allowing_loopback_allows_nothing_else(text: str) -> None:
    assert verdict(ip_address(text), AT_HOME) == forbidden(ip_address(text))


def test_networks_are_allowed_one_by_one() -> None:
    settings = EgressSettings(allow_networks=("10.1.0.0/16", "fd12::/16"))
    assert verdict(ip_address("10.1.2.3"), settings) is None
    assert verdict(ip_address("fd12::5"), settings) is None
    for text in ("10.2.0.1", "::ffff:10.1.2.3", "64:ff9b::a01:203", "fd13::5", "127.0.0.1"):
        assert verdict(ip_address(text), settings), text


def test_a_network_that_is_none_stops_the_start() -> None:
    with pytest.raises(Misconfigured, match=r"allow_networks: '10\.0\.0\.0/33'"):
        networks(("10.0.0.0/33",))


LOOPBACK_FORMS = str.split("""
    127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0x7F.0.0.0x1 0177.0.0.1 017700000001 0x7f.0.0.1
    127.0.0.1. 127.000.000.001 ①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 127．0．0．1 [::1] [0:0:0:0:0:0:0:1]
    [::ffff:127.0.0.1] [::ffff:7f00:1] [::7f00:1] [64:ff9b::7f00:1] localhost LOCALHOST localhost. a.localhost
    localhost.localdomain ip6-localhost ip6-loopback
""")
OTHER_FORMS = str.split("""
    0 0.0.0.0 00 0x0 [::] 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 169.254.169.254
    169.254.170.2 [fd00:ec2::254] 100.100.100.200 192.0.0.192 metadata.google.internal
    Metadata.Google.Internal. metadata 10.1 [fe80::1%25eth0] [fe80::1%eth0] [fe80::1%251]
    4294967296 1.2.3.4.5 1.2.3.256 256.1 08.1 0x7g.1.1 1_0.1 a.1 a.0x7f [::1::] [1.2.3.4] [v1.x] a..b .a -..1
    %31%32%37.0.0.1 127.0.0.1%00.harbour.example
""")


@pytest.mark.parametrize("host", LOOPBACK_FORMS + OTHER_FORMS)
@pytest.mark.parametrize("scheme", ["http", "HTTPS"])
def test_disguised_hosts_are_refused(scheme: str, host: str) -> None:
    with pytest.raises(UnsafeAddress) as caught:
        check_url(f"{scheme}://{host}/feed.xml", SHUT)
    assert caught.value.field == "/url"


@pytest.mark.parametrize("host", [*OTHER_FORMS, "[::ffff:127.0.0.1]", "[::7f00:1]"])
def test_allowing_loopback_opens_no_other_host(host: str) -> None:
    with pytest.raises(UnsafeAddress):
        check_url(f"http://{host}/", AT_HOME)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "a.localhost", "[::1]"])
def test_loopback_may_have_any_port_where_allowed(host: str) -> None:
    check_url(f"http://{host}:49152/", AT_HOME)


@pytest.mark.parametrize(
    "url",
    [
        "http://harbour.example/feed.xml",
        "https://harbour.example:8443/?a=b@c:d%20#%",
        "https://häfen.example/ä b",
        "http://har_bour.example:8080",
        "http://1.1.1.1/",
        "http://134744072/",
        "http://[2606:4700:4700::1111]/",
        "http://feeds/",
        "http://1st.example/",
        "http://0x7f.example/",
        "http://10.0.0.1.harbour.example/",
        "http://localhost.harbour.example/",
    ],
)
def test_ordinary_addresses_pass(url: str) -> None:
    check_url(url, SHUT)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "only http and https"),
        ("/feed.xml", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("ftp://harbour.example/", "only http and https"),
        ("gopher://harbour.example/", "only http and https"),
        ("ws://harbour.example/", "only http and https"),
        ("http:///feed.xml", "no host"),
        ("http:harbour.example", "no host"),
        ("http://harbour.example:22/", "port 22 is not one of those allowed"),
        ("http://harbour.example:0/", "port 0 is not one of those allowed"),
        ("http://1.1.1.1:25/", "port 25"),
        ("http://harbour.example:65536/", "not an address"),
        ("http://harbour.example:80:80/", "not an address"),
        ("http://[::1/", "not an address"),
        ("http://\u202eharbour.example/", "not an address"),
        ("http://desk@harbour.example/", "user name or password"),
        ("http://desk:secret@harbour.example/", "user name or password"),
        ("http://@harbour.example/", "user name or password"),
        ("http://harbour.example\\@127.0.0.1/", "user name or password"),
        ("http://harbour.example\\.quay.example/", "characters that no host has"),
        ("http://harbour example/", "characters that no host has"),
        ("http://harbour.example\n.quay.example/", "control characters"),
        ("http://harbour.example/\x00", "control characters"),
        ("http://harbour.example/a\r\nHost: quay.example", "control characters"),
        (f"http://{'a' * 64}.example/", "no host that can exist"),
        (f"http://{'a.' * 130}example/", "no host that can exist"),
        (f"http://harbour.example/{'a' * 8_000}", "more than 8000"),
    ],
)
def test_other_addresses_are_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(UnsafeAddress, match=why) as caught:
        check_url(url, SHUT)
    assert "secret" not in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("harbour.example", None),
        ("10.harbour", None),
        ("1.2.3.4", "1.2.3.4"),
        ("1.2.772", "1.2.3.4"),
        ("1.131844", "1.2.3.4"),
        ("16909060", "1.2.3.4"),
        ("0x1.02.3.0x4", "1.2.3.4"),
        ("0", "0.0.0.0"),
        ("::1", "::1"),
    ],
)
def test_a_host_spells_an_address_or_is_a_name(host: str, address: str | None) -> None:
    assert literal(host) == (address and ip_address(address))


@unhurried
@given(IPV4)
def test_every_spelling_of_an_ipv4_address_is_read(address: IPv4Address) -> None:
    number, (a, b, c, d) = int(address), address.packed
    short = (f"{a}.{number % 2**24}", f"{a}.{b}.{number % 2**16}")
    for spelling in (
        str(address),
        str(number),
        hex(number),
        f"0{number:o}",
        f"0x{a:x}.0{b:o}.{c}.{d}",
        *short,
    ):
        assert literal(spelling) == address


@unhurried
@given(st.text())
def test_any_text_is_checked_without_surprise(text: str) -> None:
    for url in (text, f"http://{text}", f"http://{text}/", f"http://harbour.example{text}"):
        for settings in (SHUT, AT_HOME):
            with suppress(UnsafeAddress):
                assert check_url(url, settings) is None  # type: ignore[func-returns-value]  # any other error fails
