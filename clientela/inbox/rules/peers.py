"""Who hands mail over to us, by the address of the machine: ourselves and mail servers of ours, or anybody."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
# Somebody with one IPv6 address usually has 2^64 of them.
IPV6_PREFIX = 64


def is_within(address: str, networks: Collection[Network]) -> bool:
    """Whether an address lies in one of the networks; "" is somebody on this machine, through a socket."""
    if not address:
        return True
    plain = _plain(address)
    return plain is not None and any(plain in network for network in networks)


def peer_key(address: str) -> str:
    """Whoever counts as one peer: an IPv4 address, or the network that an IPv6 address is in."""
    plain = _plain(address)
    if isinstance(plain, IPv6Address):
        return str(ip_network((plain, IPV6_PREFIX), strict=False))
    return address if plain is None else str(plain)


def _plain(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
