"""Which of our addresses a mail address may mean: itself, the one before the +, or the catch-all of its domain."""

import re
from dataclasses import dataclass

CATCH_ALL = "*"
# RFC 5321 and 2142: every domain has one, whether or not somebody thought of it.
POSTMASTER = "postmaster"
# An address of three hundred plus signs is nobody's, and is not looked up three hundred times.
MOST_PLUS_SIGNS = 4
LONGEST_ADDRESS = 320
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class AddressTried:
    """An address of ours that was perhaps meant, and what stood behind the + ("" if nothing did)."""

    address: str
    sub_address: str = ""


def address_key(address: str) -> str:
    """An address in the one form in which it is kept and compared.

    Small letters, no quotes that are not needed, the domain without a final dot and as the mail servers of the world
    write it: `"Ajutor"@Încă.Example.` → `ajutor@xn--nc-pja0g.example`.
    """
    local, sign, domain = address.strip().lower().rpartition("@")
    if not sign:
        return domain
    if len(local) > 2 and local[0] == local[-1] == '"' and not set(local[1:-1]) & set('"\\ @,;:<>()[]'):  # noqa: PLR2004 - two quotes
        local = local[1:-1]
    return f"{local}@{_domain_key(domain)}"


def addresses_to_try(address: str) -> tuple[AddressTried, ...]:
    """What `address` may mean, the best first: itself, itself without what stands behind a +, its domain's catch-all.

    `care+repair@` is `care@` with the sub-address "repair", unless somebody gave `care+repair@` a place of its own.
    """
    if len(address) > LONGEST_ADDRESS or not _is_text(address):
        return ()
    key = address_key(address)
    local, sign, domain = key.rpartition("@")
    if not sign or not local or not domain:
        return (AddressTried(POSTMASTER),) if key == POSTMASTER else ()
    signs = [place for place, letter in enumerate(local) if letter == "+" and place > 0][:MOST_PLUS_SIGNS]
    before = [AddressTried(f"{local[:place]}@{domain}", local[place + 1 :]) for place in reversed(signs)]
    return (AddressTried(key), *before, AddressTried(f"{CATCH_ALL}@{domain}"))


def is_catch_all(address: str) -> bool:
    """Whether this stands for every address of its domain that has no place of its own."""
    return address.startswith(f"{CATCH_ALL}@")


def is_postmaster(address: str, *, of: str = "") -> bool:
    """Whether this is the postmaster, of that domain or of none; without `of`, of any domain."""
    local, _, domain = address.partition("@")
    return local == POSTMASTER and (not of or domain in {"", of.lower()})


def is_domain(domain: str) -> bool:
    """Whether this can be the domain of an address, in the form of `address_key`."""
    return _DOMAIN.fullmatch(domain) is not None


def _is_text(address: str) -> bool:
    """Whether a database can hold it: a peer may send any bytes for an address."""
    return "\x00" not in address and not any("\ud800" <= letter <= "\udfff" for letter in address)


def _domain_key(domain: str) -> str:
    plain = domain.rstrip(".")
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain
