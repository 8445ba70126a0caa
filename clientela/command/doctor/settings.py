"""Whether what was set fits together, and to a house that others write to."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from clientela.command.doctor.links import Link, broken, fine, untried, weak
from clientela.inbox.mailboxes.connecting import is_this_machine
from clientela.inbox.receiver.certificates import server_context
from clientela.kernel.environment import Environment

NOBODYS_DOMAINS = ("test", "example", "invalid", "localhost", "local")
SOON = timedelta(days=14)


def setting_links(environment: Environment, *, has_known_passwords: bool) -> Iterator[Link]:
    """Look at the settings. `has_known_passwords`: people of the demonstration can log in."""
    yield _public_url(environment)
    yield _mail_domain(environment)
    yield _mail_server_is_set(environment)
    yield from _open_house(environment, has_known_passwords=has_known_passwords)


def certificate_links(environment: Environment, *, at: datetime) -> Iterator[Link]:
    """Look at the certificate with which mail is received."""
    chain, key = environment.tls_certificate, environment.tls_key
    if chain is None or key is None:
        yield weak(
            "Certificate",
            "No certificate is set, so others hand their mail over to us readable on its way.",
            "Set CLIENTELA_TLS_CERTIFICATE and CLIENTELA_TLS_KEY, unless a mail server of yours stands before us.",
        )
        return
    yield _certificate(chain, key, at=at)


def is_nobodys_domain(domain: str) -> bool:
    """Whether a domain is one of those that nobody can own (RFC 2606, RFC 6762)."""
    last = domain.rpartition(".")[2].lower()
    return last in NOBODYS_DOMAINS or domain.lower() in {"example.org", "example.com", "example.net"}


def _public_url(environment: Environment) -> Link:
    name, parts = "Address of the pages", urlsplit(environment.public_url)
    if is_this_machine(parts.hostname or ""):
        words = f"Links in letters lead to {environment.public_url}, which only this machine can open."
        remedy = "Set CLIENTELA_PUBLIC_URL to the address that people have in their browser."
        is_lone = is_this_machine(environment.listen) and not environment.mail_server
        return weak(name, words, remedy) if is_lone else broken(name, words, remedy)
    if parts.scheme != "https":
        return weak(
            name,
            f"Links in letters lead to {environment.public_url}, without TLS: passwords are readable on their way.",
            "Put a web server with a certificate before Clientela, and set CLIENTELA_PUBLIC_URL to its https address.",
        )
    if parts.hostname not in environment.allowed_hosts:
        return broken(
            name,
            f"Letters lead to {parts.hostname}, which CLIENTELA_ALLOWED_HOSTS does not name: its pages are refused.",
            f"Add {parts.hostname} to CLIENTELA_ALLOWED_HOSTS.",
        )
    return fine(name, f"Links in letters lead to {environment.public_url}.")


def _mail_domain(environment: Environment) -> Link:
    name, domain = "Mail domain", environment.mail_domain
    if not is_nobodys_domain(domain):
        return fine(name, f"Our addresses end with @{domain}.")
    words = f"Our addresses end with @{domain}, a domain that nobody can write to."
    remedy = "Set CLIENTELA_MAIL_DOMAIN to your own domain, or to one below it such as help.example.org."
    return broken(name, words, remedy) if environment.mail_server else weak(name, words, remedy)


def _mail_server_is_set(environment: Environment) -> Link:
    name = "Letters leave the house"
    if environment.mail_server:
        return fine(name, "A mail server is set that takes our letters.")
    return weak(
        name,
        "No mail server is set: letters end on the page Letters, and nobody gets them.",
        "Set CLIENTELA_MAIL_SERVER, for example smtp+starttls://user:password@mail.example.org:587.",
    )


def _open_house(environment: Environment, *, has_known_passwords: bool) -> Iterator[Link]:
    is_open = not is_this_machine(environment.listen) or not is_this_machine(
        urlsplit(environment.public_url).hostname or ""
    )
    if has_known_passwords and is_open:
        yield broken(
            "Demonstration",
            "The people of the demonstration log in with a password that everybody knows, and others reach the pages.",
            "Close their accounts in Settings, Accounts; or begin with an empty database and CLIENTELA_DEMO=no.",
        )
    if environment.debug:
        yield broken(
            "Developers' pages",
            "CLIENTELA_DEBUG is yes: whoever meets a fault sees settings and code.",
            "Leave CLIENTELA_DEBUG out.",
        )


def _certificate(chain: Path, key: Path, *, at: datetime) -> Link:
    name = "Certificate"
    try:
        server_context(chain, key)
        held = x509.load_pem_x509_certificates(chain.read_bytes())[0]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return broken(
            name,
            f"The certificate {chain} cannot be used with the key {key}: {reason}.",
            "Check both files, that they belong together, and that this user may read them.",
        )
    ends_at = held.not_valid_after_utc
    until = f"{ends_at.astimezone(UTC):%Y-%m-%d}"
    if ends_at <= at:
        return broken(name, f"The certificate {chain} has run out on {until}.", "Renew it; we read it again by itself.")
    if ends_at <= at + SOON:
        return weak(name, f"The certificate {chain} runs out on {until}.", "Renew it; we read it again by itself.")
    return fine(name, f"The certificate {chain} is good until {until}.")


def trusted_checker_link(environment: Environment) -> Link:
    """Look at whose word about a mail's origin we take."""
    name = "Who checks origins"
    if environment.trusted_checkers:
        return fine(name, f"We take the word of {', '.join(environment.trusted_checkers)} about where mail comes from.")
    return untried(
        name,
        "Nobody is named whose word we take about where a mail comes from, so forged senders are not seen.",
        "If your mail server checks SPF, DKIM and DMARC, name it in CLIENTELA_TRUSTED_CHECKERS.",
    )
