"""How much one peer may ask of us, so that no peer keeps us from the others. Pure: moments are seconds, given in."""

from collections import Counter
from dataclasses import dataclass, field

from clientela.inbox.rules.peers import LOOPBACK, Network, is_within, peer_key

MOST_REMEMBERED = 10_000
MINUTE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit of the receiver. Those of a peer do not hold for relays, who hand over the mail of many."""

    message_bytes: int
    header_bytes: int = 256 * 1024
    hops: int = 100  # Received fields; RFC 5321, 6.3: as many mean that it runs in a circle
    recipients_a_message: int = 100  # RFC 5321, 4.5.3.1.8: no fewer
    connections: int = 200
    connections_a_peer: int = 20
    messages_a_minute_a_peer: int = 300
    unknown_addresses_a_connection: int = 10
    unknown_addresses_a_minute_a_peer: int = 60
    bytes_at_once: int = 256 * 1024 * 1024  # of messages that are just being received
    idle_seconds: float = 300.0  # RFC 5321, 4.5.3.2.7: five minutes
    busy_idle_seconds: float = 30.0  # while three quarters of all connections are taken
    transfer_seconds: float = 600.0  # for one message, and more by its size:
    slowest_bytes_a_second: int = 4096
    store_seconds: float = 120.0
    relays: tuple[Network, ...] = LOOPBACK


@dataclass(slots=True)
class Bucket:
    """So many a minute, saved up to a minute's worth."""

    left: float
    counted_at: float

    def take(self, a_minute: int, at: float) -> bool:
        """Take one, if there is one."""
        self.left = min(a_minute, self.left + (at - self.counted_at) * a_minute / MINUTE_SECONDS)
        self.counted_at = at
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass(slots=True)
class Peers:
    """Who is connected, and what each has asked of us lately."""

    limits: Limits
    connections: Counter[str] = field(default_factory=Counter)
    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)

    def admit(self, address: str) -> str:
        """Count a new connection and return "", or return why it is not taken and count nothing."""
        if self.connections.total() >= self.limits.connections:
            return "421 4.3.2 We have too many connections just now, please try again"
        key = peer_key(address)
        if self.is_limited(address) and self.connections[key] >= self.limits.connections_a_peer:
            return "421 4.7.0 You have too many connections open already, please try again"
        self.connections[key] += 1
        return ""

    def leave(self, address: str) -> None:
        """Count one connection less."""
        key = peer_key(address)
        self.connections[key] -= 1
        if self.connections[key] <= 0:
            del self.connections[key]

    @property
    def are_many(self) -> bool:
        """Whether so many are connected that idle ones must leave sooner."""
        return self.connections.total() * 4 >= self.limits.connections * 3

    def may_send(self, address: str, at: float) -> bool:
        """Count a message, or return False if this peer has sent enough for this minute."""
        return self._take("message", address, self.limits.messages_a_minute_a_peer, at)

    def may_guess(self, address: str, at: float) -> bool:
        """Count an address that nobody has, or return False if this peer has tried enough of them for this minute."""
        return self._take("unknown", address, self.limits.unknown_addresses_a_minute_a_peer, at)

    def _take(self, what: str, address: str, a_minute: int, at: float) -> bool:
        if not self.is_limited(address):
            return True
        key = (what, peer_key(address))
        if key not in self._buckets:
            if len(self._buckets) >= MOST_REMEMBERED:
                self._forget_the_quiet(at)
            self._buckets[key] = Bucket(left=float(a_minute), counted_at=at)
        return self._buckets[key].take(a_minute, at)

    def _forget_the_quiet(self, at: float) -> None:
        """Forget whose minute has passed: theirs is full again."""
        self._buckets = {key: one for key, one in self._buckets.items() if at - one.counted_at < MINUTE_SECONDS}

    def is_limited(self, address: str) -> bool:
        """Whether the limits of a peer hold for this one."""
        return not is_within(address, self.limits.relays)
