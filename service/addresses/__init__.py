"""Where we connect: in comes a URL or an IP address, and what the operator allows; out comes why not."""

import re
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from yarl import URL

from service.addresses.blocks import Address, forbidden
from service.errors import Misconfigured, UnsafeAddress
from service.settings import EgressSettings

MOST_CHARACTERS = 8_000
"""Length of a URL that is still sent."""

_LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
_THIS_MACHINE = frozenset(("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"))
_METADATA = frozenset(("metadata", "metadata.google.internal", "metadata.goog", "instance-data.ec2.internal"))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"0[0-7]*|[1-9][0-9]*|0x[0-9a-f]*")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")


def check_url(url: str, settings: EgressSettings) -> None:
    """Raises `UnsafeAddress` if we would not connect there, as far as the address alone tells."""
    _check_form(url)
    try:
        parts = URL(url)
        host, port = (parts.raw_host or "").lower(), parts.port
    except ValueError:  # includes UnicodeError, of a host that is no host
        raise _unsafe("this is not an address") from None
    if parts.scheme not in ("http", "https"):
        raise _unsafe("only http and https addresses can be reached")
    _check_host(host.removesuffix("."), port or 0, settings)


def verdict(address: Address, settings: EgressSettings) -> str | None:
    """Why we do not connect to this address, or None if we do."""
    if settings.allow_loopback and _is_loopback(address):
        return None
    if any(address in network for network in networks(settings.allow_networks)):
        return None
    return forbidden(address)


@cache
def networks(written: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks from their CIDR form. Raises `Misconfigured`."""
    try:
        return tuple(ip_network(text) for text in written)
    except ValueError as error:
        raise Misconfigured(f"egress.allow_networks: {error}") from None


def literal(host: str) -> Address | None:
    """The IP address a host spells, in any of the forms that resolvers take; None if it is a name.

    IPv4 may be short, decimal, octal or hexadecimal (`127.1`, `2130706433`, `0177.0.0.1`, `0x7f.1`), as
    inet_aton(3) reads it. Raises `UnsafeAddress` for a number that is no address, and for a zone.
    """
    if ":" in host:
        return _ipv6(host)
    labels = host.split(".")
    if not _NUMERIC.fullmatch(labels[-1]):
        return None
    *leading, last = map(_number, labels)
    if len(labels) > 4 or any(number > 255 for number in leading) or last >= 256 ** (4 - len(leading)):
        raise _unsafe(f"{host} ends in a number but is not an IP address")
    return IPv4Address(sum(number << 24 - 8 * place for place, number in enumerate(leading)) + last)


def _check_form(url: str) -> None:
    """Refuse what two parsers might read in two ways."""
    if len(url) > MOST_CHARACTERS:
        raise _unsafe(f"the address has {len(url)} characters, more than {MOST_CHARACTERS}")
    if _CONTROL.search(url):
        raise _unsafe("the address holds control characters")
    authority = re.split(r"[/?#]", url.partition("//")[2], maxsplit=1)[0]
    if "@" in authority:
        raise _unsafe("the address carries a user name or password")
    if re.search(r"[\\%\s]|\[[^:]*\]", authority):
        raise _unsafe("the host holds characters that no host has")


def _check_host(host: str, port: int, settings: EgressSettings) -> None:
    if len(host) > 253 or not (":" in host or _NAME.fullmatch(host)):
        raise _unsafe("the address names no host that can exist")
    if host in _METADATA:
        raise _unsafe(f"{host} keeps the secrets of cloud machines")
    address = literal(host)
    if address and (why := verdict(address, settings)):
        raise _unsafe(f"{host} is not a public address: {why}")
    here = _is_loopback(address) if address else host in _THIS_MACHINE or host.endswith(".localhost")
    if here and not settings.allow_loopback:
        raise _unsafe(f"{host} is this machine")
    if not here and port not in settings.allow_ports:
        raise _unsafe(f"port {port} is not one of those allowed ({', '.join(map(str, settings.allow_ports))})")


def _ipv6(host: str) -> IPv6Address:
    try:
        address = IPv6Address(host)
    except ValueError:
        raise _unsafe("the address names no host that can exist") from None
    if address.scope_id is not None:
        raise _unsafe("an address with a zone is of the local link")
    return address


def _number(label: str) -> int:
    if not _NUMBER.fullmatch(label):
        raise _unsafe("the host ends in a number but is not an IP address")
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)


def _is_loopback(address: Address) -> bool:
    """Not so the forms that hide a loopback address in another."""
    return any(address in block for block in _LOOPBACK)


def _unsafe(why: str) -> UnsafeAddress:
    return UnsafeAddress(why, "/url")
