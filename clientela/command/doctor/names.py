"""What DNS says of our mail domain: where mail for it goes, and who may send in its name."""

from collections.abc import Iterator
from pathlib import Path

import dns.exception
import dns.resolver

from clientela.command.doctor.links import Link, broken, fine, untried, weak
from clientela.command.doctor.settings import is_nobodys_domain
from clientela.kernel.environment import Environment
from clientela.kernel.post.dkim import UnusableKeyError, signing_key

LOOK_SECONDS = 6.0


class NoAnswerError(Exception):
    """No name server answers: that is a fact about this machine, and not about the domain."""


class Names:
    """Looks names up, with the servers that this machine uses."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver or _system_resolver()

    def answers(self, name: str, kind: str) -> list[str]:
        """Every record of that kind at that name, [] if there are none. Raises NoAnswerError."""
        if self._resolver is None:
            raise NoAnswerError
        try:
            found = self._resolver.resolve(name, kind, lifetime=LOOK_SECONDS, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return []
        except dns.exception.DNSException as error:
            raise NoAnswerError from error
        if kind == "TXT":
            return [b"".join(row.strings).decode("utf-8", "replace") for row in found]
        return [row.to_text() for row in found]


def name_links(environment: Environment, names: Names) -> Iterator[Link]:
    """Ask DNS about our mail domain. Nothing is asked about a domain that nobody can own."""
    domain = environment.mail_domain
    if is_nobodys_domain(domain):
        yield untried("DNS", f"{domain} is in no DNS, so nothing was asked about it.")
        return
    try:
        yield _mx(domain, names)
        yield _spf(domain, names)
        yield from _dkim(environment, names)
        yield _dmarc(domain, names)
    except NoAnswerError:
        yield untried("DNS", "No name server answers here, so nothing is known of what others see.")


def _mx(domain: str, names: Names) -> Link:
    name = "Where mail for us goes (MX)"
    rows = sorted(names.answers(domain, "MX"))
    if rows == ["0 ."]:
        return broken(name, f"{domain} says that it takes no mail at all.", "Let MX name the machine that takes it.")
    if rows:
        return fine(name, f"Mail for {domain} goes to {', '.join(row.split()[-1].rstrip('.') for row in rows)}.")
    remedy = f"Have an MX record made for {domain} that names your mail server, or this machine; or read a mailbox."
    if names.answers(domain, "A") or names.answers(domain, "AAAA"):
        return weak(name, f"{domain} has no MX record; some send to its address itself.", remedy)
    return broken(name, f"{domain} has no MX record, so nobody can send mail to it.", remedy)


def _spf(domain: str, names: Names) -> Link:
    name = "Who may send for us (SPF)"
    rows = [row for row in names.answers(domain, "TXT") if row.lower().startswith("v=spf1")]
    if len(rows) > 1:
        return broken(name, f"{domain} has {len(rows)} SPF records; then none counts.", "Leave one, with all senders.")
    if not rows:
        return weak(
            name,
            f"{domain} does not say who may send for it, so our letters look doubtful to others.",
            f"Have a TXT record made at {domain}: v=spf1 mx a:YOUR-MAIL-SERVER -all",
        )
    if rows[0].split()[-1].lower() in {"+all", "all"}:
        return weak(name, f"{domain} lets the whole world send for it: {rows[0]}", "Let the record end with -all.")
    return fine(name, rows[0])


def _dkim(environment: Environment, names: Names) -> Iterator[Link]:
    name = "Our signature (DKIM)"
    if environment.dkim_key is None:
        yield weak(
            name,
            "Our letters are not signed by us.",
            "Let your mail server sign them, or set CLIENTELA_DKIM_KEY: the manual says how to make a key.",
        )
        return
    place = f"{environment.dkim_selector}._domainkey.{environment.mail_domain}"
    yield _signature(name, environment.dkim_key, environment.dkim_selector, place, names.answers(place, "TXT"))


def _signature(name: str, path: Path, selector: str, place: str, rows: list[str]) -> Link:
    try:
        wanted = signing_key(path, selector=selector).dns_record
    except UnusableKeyError as error:
        return broken(name, str(error), "Until it can be used, letters are not signed. Check CLIENTELA_DKIM_KEY.")
    if not rows:
        return broken(
            name,
            f"We sign, but the public half of the key is not in DNS at {place}.",
            f"Have a TXT record made there: {wanted}",
        )
    if any(_public_part(row) == _public_part(wanted) for row in rows):
        return fine(name, f"The key of {path} and the one in DNS at {place} belong together.")
    return broken(
        name,
        f"The key in DNS at {place} is not the one we sign with, so others take our letters for forged.",
        f"Let the TXT record there be: {wanted}",
    )


def _public_part(record: str) -> str:
    fields = (field.partition("=") for field in record.replace(" ", "").split(";"))
    return next((value for key, _equals, value in fields if key == "p"), "")


def _dmarc(domain: str, names: Names) -> Link:
    name = "What others do with forgeries (DMARC)"
    rows = [row for row in names.answers(f"_dmarc.{domain}", "TXT") if row.lower().startswith("v=dmarc1")]
    if len(rows) == 1:
        return fine(name, rows[0])
    return weak(
        name,
        f"{domain} does not tell others what to do with mail that only pretends to come from it.",
        f"Have a TXT record made at _dmarc.{domain}, to begin with: v=DMARC1; p=none; rua=mailto:postmaster@{domain}",
    )


def _system_resolver() -> dns.resolver.Resolver | None:
    try:
        return dns.resolver.Resolver()
    except dns.exception.DNSException:
        return None
