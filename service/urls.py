"""Addresses of articles and feeds: in comes a URL as somebody wrote it; out comes its canonical form, or who
publishes there.

Two addresses with one canonical form are one article. What cannot be an article's address raises `Invalid`,
whose text is for the person who gave it.
"""

import re
from functools import cache
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urljoin, urlsplit

from publicsuffixlist import PublicSuffixList
from yarl import URL

from service.errors import Invalid

MOST_CHARACTERS = 2_000
"""Length of a canonical URL; longer ones do not survive databases, mail clients and browsers."""
MOST_CHARACTERS_GIVEN = 8_000
"""Length of a URL as given, trackers and all."""

TRACKING_PREFIXES = ("utm_", "at_", "mc_", "pk_", "mtm_", "hsa_", "guce_", "_hs")
"""Families of parameters that say where a reader came from."""
# In this order: advertising clicks; social networks; newsletters; web statistics; campaign codes of outlets.
_TRACKING_WORDS = """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id rb_clickid irclickid
    igshid igsh ref_src ref_url __twitter_impression soc_src soc_trk sr_share share_id
    mkt_tok vero_id vero_conv oly_anon_id oly_enc_id bxid cndid ck_subscriber_id ml_subscriber _kx __s
    xtor xts _ga _gl _openstat guccounter wt_mc wt_zmc wprov
    s_cid cmpid cmp_id icid ocid smid smtyp ncid taid ftag
"""
TRACKING_NAMES = frozenset(_TRACKING_WORDS.split())
"""Parameters that say the same one by one. Only names that no site needs to find the article."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_INNER_WHITESPACE = re.compile(r"[\t\r\n]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_BETWEEN_PARAMETERS = re.compile(r"&(?:amp;)*")  # feeds escape once too often
_EDGES = " \t\r\n\f\v\ufeff\xa0"


def canonical(url: str) -> str:
    """The address with form, scheme and trackers settled: an article's identity. Idempotent.

    `http` and `https` are one address, written `https`; not so where the scheme decides who answers: at
    IP addresses, at names without a dot and at a port of its own. Raises `Invalid`.
    """
    parts = _parse(url)
    host, port = _host(parts), _own_port(parts)
    scheme = parts.scheme if port or _is_machine(host) else "https"
    query = _without_trackers(parts.raw_query_string)
    found = f"{scheme}://{_authority(host, port)}{parts.raw_path or '/'}{'?' + query if query else ''}"
    if len(found) > MOST_CHARACTERS:
        raise Invalid(f"the address has {len(found)} characters, more than {MOST_CHARACTERS}", "/url")
    return found


def article_id(url: str) -> str:
    """The id of the article at a canonical address: the same everywhere and for ever."""
    return sha256(url.encode()).hexdigest()[:20]


def source_of(url: str) -> str:
    """Who publishes there: the registered domain (`example.co.uk`); `host:port` for a bare machine.

    Raises `Invalid`.
    """
    parts = _parse(url)
    host = _host(parts)
    if _is_machine(host):
        return _authority(host, parts.port)
    registered: str | None = _suffixes().privatesuffix(host)
    return registered or host


def host_of(url: str) -> str:
    """The host that a request to this address troubles, in lower case; "" if it names none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def feed_address(url: str) -> str:
    """A feed's address, so written that the same feed is not polled twice: without a fragment, trackers, the
    scheme's own port, capital letters in scheme and host. The scheme stays, for it decides who answers.

    Raises `Invalid`.
    """
    parts = _parse(url)
    query = _without_trackers(parts.raw_query_string)
    found = f"{parts.scheme}://{_authority(_host(parts), _own_port(parts))}{parts.raw_path or '/'}"
    return f"{found}?{query}" if query else found


def resolve(base: str, link: str) -> str:
    """A link as it stands in a document at `base`, made absolute (RFC 3986, section 5). Raises `Invalid`."""
    try:
        return urljoin(base, _tidy(link))
    except ValueError:
        raise Invalid(f"not an address: {_shown(link)}", "/url") from None


def _parse(url: str) -> URL:
    text = _tidy(url)
    if len(text) > MOST_CHARACTERS_GIVEN:
        raise Invalid(f"the address has {len(text)} characters, more than {MOST_CHARACTERS_GIVEN}", "/url")
    if _CONTROL.search(text):
        raise Invalid(f"the address holds control characters: {_shown(text)}", "/url")
    try:
        parts = URL(text)
    except ValueError:  # includes UnicodeError, of a host that is no host
        raise Invalid(f"not an address: {_shown(text)}", "/url") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise Invalid(f"not an http or https address: {_shown(text)}", "/url")
    if parts.raw_user is not None or parts.raw_password is not None:
        raise Invalid("the address carries a user name or password", "/url")
    return parts


def _tidy(url: str) -> str:
    return _INNER_WHITESPACE.sub("", url.strip(_EDGES))


def _host(parts: URL) -> str:
    """Lower case, ASCII, no trailing dot."""
    host = (parts.raw_host or "").lower().removesuffix(".")
    if not host:
        raise Invalid(f"the address names no host: {_shown(str(parts))}", "/url")
    if ":" in host:
        return _ipv6(host)
    if len(host) > 253 or not all(map(_LABEL.fullmatch, host.split("."))):
        raise Invalid(f"not a host: {_shown(host)}", "/url")
    return host


def _ipv6(host: str) -> str:
    try:
        address = IPv6Address(host)
    except ValueError:
        address = None
    if address is None or address.scope_id:
        raise Invalid(f"not a host: {_shown(host)}", "/url")
    return str(address)


def _own_port(parts: URL) -> int | None:
    port = parts.explicit_port
    return None if port == _DEFAULT_PORTS[parts.scheme] else port


def _authority(host: str, port: int | None) -> str:
    written = f"[{host}]" if ":" in host else host
    return written if port is None else f"{written}:{port}"


def _is_machine(host: str) -> bool:
    """A host that no registry gave out: an IP address, a name of this machine or of the network at hand."""
    if "." not in host or host.endswith(".localhost"):
        return True
    if not host[-1].isdigit():
        return False
    try:
        IPv4Address(host)
    except ValueError:
        return False
    return True


def _without_trackers(query: str) -> str:
    kept = (pair for pair in _BETWEEN_PARAMETERS.split(query) if pair and not _is_tracker(pair))
    return "&".join(kept)


def _is_tracker(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES)


@cache
def _suffixes() -> PublicSuffixList:
    """Read at the first question; it takes a tenth of a second."""
    return PublicSuffixList()


def _shown(text: str) -> str:
    """A stranger's words, fit to stand in a message."""
    return repr(text if len(text) <= 100 else text[:100] + "...")
