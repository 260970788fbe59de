"""Which IP addresses are public: in comes an address; out comes why it is not.

By blocks of the IANA special-purpose registries, not by what the standard library calls private, which
differs between Python versions. For IPv6 the rule is turned round: nothing outside 2000::/3, the only space
given out for public use, except the NAT64 prefix, which stands for IPv4.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_REFUSED_IPV4 = tuple(
    (IPv4Network(block), why)
    for block, why in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a provider's inner network"),
        ("127.0.0.0/8", "this machine"),
        ("169.254.0.0/16", "the local link"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "reserved for documentation"),
        ("192.88.99.0/24", "a retired relay to IPv6"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "reserved for benchmarks"),
        ("198.51.100.0/24", "reserved for documentation"),
        ("203.0.113.0/24", "reserved for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved, or broadcast"),
    )
)
_REFUSED_IPV6 = tuple(
    (IPv6Network(block), why)
    for block, why in (
        ("::/128", "no address at all"),
        ("::1/128", "this machine"),
        ("::ffff:0:0/96", "an IPv4 address in disguise"),
        ("::/8", "reserved"),
        ("64:ff9b:1::/48", "a private translation to IPv4"),
        ("100::/64", "a sink"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "reserved for documentation"),
        ("2002::/16", "an IPv4 address in disguise"),
        ("3fff::/20", "reserved for documentation"),
        ("5f00::/16", "reserved for segment routing"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "the local link"),
        ("fec0::/10", "a retired private network"),
        ("ff00::/8", "multicast"),
    )
)
_PUBLIC_IPV6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
# What IANA calls globally reachable within 2001::/23, without its three anycast addresses under 2001:1::,
# which lead to a device of one's own network.
_CARVED_OUT = tuple(map(IPv6Network, ("2001:3::/32", "2001:4:112::/48", "2001:20::/28", "2001:30::/28")))


def forbidden(address: Address) -> str | None:
    """Why this address is not a public one, or None if it is."""
    if isinstance(address, IPv4Address):
        return next((why for block, why in _REFUSED_IPV4 if address in block), None)
    if address in _NAT64:
        return forbidden(IPv4Address(int(address) & 0xFFFF_FFFF))
    if any(address in block for block in _CARVED_OUT):
        return None
    why = next((why for block, why in _REFUSED_IPV6 if address in block), None)
    return why or (None if address in _PUBLIC_IPV6 else "not given out for public use")
