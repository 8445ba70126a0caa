"""Speaking with the servers on both sides: our own receiver, the mail server that takes our letters, the mailboxes."""

import json
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from clientela.command.doctor.links import Link, broken, fine, untried, weak
from clientela.directory.policies import HOUSE
from clientela.inbox.mailboxes.trouble import trouble_words
from clientela.inbox.mailboxes.trying import Tried, try_mailbox
from clientela.inbox.queries.mailboxes import MailboxSeen, mailboxes
from clientela.kernel.environment import Environment
from clientela.kernel.post.transport import MailServer, mail_server

ANSWER_SECONDS = 15.0
ACCEPTED = 250
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
# Nobody has this name; a receiver that takes mail for it would take mail for the whole world.
STRANGER = "somebody@elsewhere.invalid"


def receiver_links(environment: Environment, addresses: Sequence[str]) -> Iterator[Link]:
    """Speak with our own receiver as a mail server would, up to the point where a mail would be handed over."""
    name = "The receiver"
    host = "127.0.0.1" if environment.listen in EVERYWHERE else environment.listen
    port = _port_in_use(environment)
    try:
        with smtplib.SMTP(host, port, timeout=ANSWER_SECONDS) as smtp:
            smtp.ehlo()
            yield fine(name, f"It answers at {host}, port {port}.")
            if environment.tls_certificate is not None:
                yield _offers_tls(smtp)
            yield from _takes_mail(smtp, addresses, name="Our addresses")
    except (OSError, smtplib.SMTPException) as error:
        yield broken(
            name,
            f"Nobody receives mail at {host}, port {port}: {_words(error)}.",
            "Start `clientela run`. If it runs, look what it says of the receiver.",
        )


def lmtp_links(environment: Environment, addresses: Sequence[str]) -> Iterator[Link]:
    """Speak with our own receiver by LMTP, as a mail server of the house would; nothing where none is set."""
    if environment.lmtp is None:
        return
    name = "The receiver by LMTP"
    host, port, place = _lmtp_place(environment.lmtp, environment.listen)
    try:
        with smtplib.LMTP(host, port, timeout=ANSWER_SECONDS) as lmtp:
            code, said = lmtp.ehlo()  # which is LHLO here
            if code != ACCEPTED:
                raise smtplib.SMTPHeloError(code, said)
            yield fine(name, f"It answers at {place}.")
            yield from _takes_mail(lmtp, addresses, name="Our addresses by LMTP")
    except PermissionError as error:
        yield broken(
            name,
            f"The socket {place} cannot be opened: {_words(error)}.",
            "Run the doctor as the user of Clientela; the mail server's user must be in the socket's group.",
        )
    except (OSError, smtplib.SMTPException) as error:
        yield broken(
            name,
            f"Nobody receives mail by LMTP at {place}: {_words(error)}.",
            "Start `clientela run` with CLIENTELA_LMTP_PORT set as it is here. If it runs, look what it says of it.",
        )


def _lmtp_place(lmtp: int | Path, listen: str) -> tuple[str, int, str]:
    """Host and port as smtplib wants them (a host that begins with a slash is a socket), and the place in words."""
    if isinstance(lmtp, Path):
        return str(lmtp.absolute()), 0, str(lmtp)
    host = "127.0.0.1" if listen in EVERYWHERE else listen
    return host, lmtp, f"{host}, port {lmtp}"


def mail_server_links() -> Iterator[Link]:
    """Log in to the mail server that takes our letters; nothing is sent."""
    server = mail_server()
    if server is None:
        yield untried("The mail server for letters", "None is set.")
        return
    yield _spoken_with(server)


def mailbox_links() -> Iterator[Link]:
    """Log in to every mailbox that is read."""
    rows = mailboxes(HOUSE)
    if not rows:
        yield untried("Mailboxes", "No mailbox is read.")
    for row in rows:
        name = f"Mailbox {row.address}"
        if row.paused_at is not None:
            yield weak(name, "It is paused; mail stays in it.", "Go on with it in Settings, Mailboxes.")
            continue
        yield _mailbox(name, row, try_mailbox(row.id))


def _mailbox(name: str, row: MailboxSeen, tried: Tried) -> Link:
    if tried.trouble:
        words, remedy = trouble_words(tried.trouble)
        said = f" ({tried.detail})" if tried.detail else ""
        return broken(name, f"{words}{said}", remedy)
    if row.trouble:
        words, remedy = trouble_words(row.trouble)
        return weak(name, f"We get in now; the last time we read it: {words}", remedy)
    if row.looked_at is None:
        return weak(name, "We get in, but it was never read.", "Start `clientela run`; it reads the mailboxes.")
    told = "told of new mail at once" if tried.is_told_at_once else "looked into every minute"
    return fine(name, f"We get in; it is {told}. {tried.waiting_count} mails lie in it.")


def _port_in_use(environment: Environment) -> int:
    """The receiver's port: the one that `clientela run` chose on this folder, or the one that is set."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return int(json.loads((environment.home / "running.json").read_text(encoding="utf-8"))["smtp_port"])
    return environment.smtp_port


def _offers_tls(smtp: smtplib.SMTP) -> Link:
    name = "The receiver's TLS"
    if smtp.has_extn("starttls"):
        return fine(name, "It offers STARTTLS.")
    return broken(
        name,
        "A certificate is set, but the receiver does not offer STARTTLS.",
        "The receiver says at its start why it cannot use the certificate; start `clientela run` anew after mending.",
    )


def _takes_mail(smtp: smtplib.SMTP, addresses: Sequence[str], *, name: str) -> Iterator[Link]:
    smtp.mail("")
    refused = []
    for address in addresses:
        code, said = smtp.rcpt(address)
        if code != ACCEPTED:
            refused.append(f"{address} ({said.decode('utf-8', 'replace')})")
    stranger, _said = smtp.rcpt(STRANGER)
    smtp.rset()
    if not addresses:
        yield broken(name, "There is no address that mail could be sent to.", "Add a department first.")
    elif refused:
        yield broken(
            name,
            f"The receiver does not take mail for {', '.join(refused)}.",
            "See Settings, Mail addresses. If it runs with another CLIENTELA_MAIL_DOMAIN, start it anew.",
        )
    else:
        yield fine(name, f"The receiver takes mail for {', '.join(addresses)}.")
    if stranger == ACCEPTED:
        yield broken(
            "Strangers' addresses",
            "The receiver takes mail for anybody, and would be used to send rubbish.",
            "What answers at this port is not Clientela's receiver: it never does that. See who listens there.",
        )


def _spoken_with(server: MailServer) -> Link:
    name = "The mail server for letters"
    place = f"{server.host}, port {server.port}"
    context = ssl.create_default_context()
    step = "is reached"
    try:
        with _connected(server, context) as smtp:
            smtp.ehlo()
            if server.security == "smtp+starttls":
                step = "speaks TLS"
                smtp.starttls(context=context)
                smtp.ehlo()
            if server.user:
                step = "lets us in"
                smtp.login(server.user, server.password)
    except ssl.SSLCertVerificationError as error:
        return broken(
            name,
            f"The certificate of {place} is not valid: {error.verify_message}.",
            "Write the server's name as its certificate has it into CLIENTELA_MAIL_SERVER.",
        )
    except (OSError, smtplib.SMTPException) as error:
        remedies = {
            "is reached": "Check host and port in CLIENTELA_MAIL_SERVER, and that a firewall lets us out to it.",
            "speaks TLS": "Use smtps:// for port 465, smtp+starttls:// for 587, smtp:// only where there is no TLS.",
            "lets us in": "Check user and password in CLIENTELA_MAIL_SERVER; write @ as %40 there.",
        }
        return broken(name, f"We tried whether {place} {step}: it does not ({_words(error)}).", remedies[step])
    if server.security == "smtp" and server.user:
        return weak(name, f"{place} lets us in, but the password is readable on its way.", "Use smtp+starttls://.")
    return fine(name, f"{place} answers{' and lets us in' if server.user else ''}.")


def _connected(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "smtps":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=ANSWER_SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=ANSWER_SECONDS)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
