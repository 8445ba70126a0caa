"""Bounces as the common mail servers write them, about what another server said. Their form is as in the wild."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clientela.inbox.reading.bounces import BounceReason
from clientela.inbox.reading.read import ReadMessage, read_message

WHO = "ana@lumen.test"
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,2}\.\d{1,3})(?![\d.])")
_LETTER = (
    "From: post@house.test\nTo: ana@lumen.test\nSubject: Your parcel is full of spam and viruses\n"
    "Message-ID: <parcel-1@house.test>\n"
)
_AFTER = {
    "RCPT": f"RCPT TO:<{WHO}>",
    "MAIL": "MAIL FROM:<post@house.test>",
    "DATA": "end of data",
    "CONN": "initial connection",
    "EHLO": "EHLO house.test",
}


@dataclass(frozen=True)
class Reported:
    """One report of `bounces.txt`: what it says and what it means."""

    writer: str
    reason: BounceReason
    is_passing: bool
    command: str
    said: str

    @property
    def hard(self) -> bool:
        """Is the address never to be written to again?"""
        return not self.is_passing and self.reason in {BounceReason.NOBODY_THERE, BounceReason.NO_SUCH_PLACE}

    def message(self) -> ReadMessage:
        """The whole report, read."""
        return read_message(self.raw().replace("\n", "\r\n").encode())

    def raw(self) -> str:
        """The whole report as it would come in."""
        passing = "4.0.0" if self.is_passing else "5.0.0"
        return _WRITERS[self.writer](self, _found(self.said, passing))


def reports(path: Path) -> Iterator[Reported]:
    """Read the reports of a file such as `bounces.txt`."""
    for piece in path.read_text(encoding="utf-8").split("\n@ ")[1:]:
        head, _newline, said = piece.partition("\n")
        writer, reason, duration, command = head.split()
        yield Reported(writer, BounceReason(reason), duration == "passing", command.strip("-"), said.strip("\n"))


def _found(said: str, otherwise: str) -> str:
    found = _STATUS.search(said)
    return found[1] if found else otherwise


def _report(words: str, fields: str, *, subject: str = "Undelivered Mail Returned to Sender") -> str:
    return (
        "From: MAILER-DAEMON@mx.house.test (Mail Delivery System)\nTo: post@house.test\n"
        f"Subject: {subject}\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="edge"\n\n'
        f"--edge\nContent-Type: text/plain; charset=utf-8\n\n{words}\n\n"
        f"--edge\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.house.test\n\n{fields}\n\n"
        f"--edge\nContent-Type: message/rfc822\n\n{_LETTER}\nDear Ana, no relaying, it was rejected.\n\n--edge--\n"
    )


def _text(words: str, *, sender: str = "MAILER-DAEMON@mx.house.test", subject: str = "failure notice") -> str:
    return (
        f"From: {sender}\nTo: post@house.test\nSubject: {subject}\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{words}\n"
    )


def _fields(one: Reported, status: str, diagnostic: str) -> str:
    action = "delayed" if one.is_passing else "failed"
    return f"Final-Recipient: rfc822; {WHO}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {diagnostic}"


def _postfix(one: Reported, status: str) -> str:
    answered = {
        "DATA": " (in reply to end of DATA command)",
        "RCPT": " (in reply to RCPT TO command)",
        "MAIL": " (in reply to MAIL FROM command)",
        "EHLO": " (in reply to EHLO command)",
    }.get(one.command, "")
    verb = "refused to talk to me:" if one.command == "CONN" else "said:"
    words = (
        "This is the mail system at host mx.house.test.\n\nI'm sorry to have to inform you that your message could "
        "not\nbe delivered to one or more recipients. It's attached below.\n\n                   The mail system\n\n"
        f"<{WHO}>: host mx.lumen.test[192.0.2.9] {verb} {one.said}{answered}"
    )
    return _report(words, _fields(one, status, f"smtp; {one.said}"))


def _postfix_local(one: Reported, status: str) -> str:
    words = f"This is the mail system at host mx.house.test.\n\n<{WHO}>: {one.said}"
    return _report(words, _fields(one, status, f"X-Postfix; {one.said}"))


_EXIM = (
    "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
    "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
)


def _exim(one: Reported, _status: str) -> str:
    words = (
        f"{_EXIM}  {WHO}\n    host mx.lumen.test [192.0.2.9]\n    SMTP error from remote mail server after "
        f"{_AFTER[one.command]}:\n    {one.said}"
    )
    status = "4.0.0" if one.is_passing else "5.0.0"
    return _report(words, _fields(one, status, f"smtp; {one.said}"), subject="Mail delivery failed: returning message")


def _exim_local(one: Reported, _status: str) -> str:
    words = f"{_EXIM}  {WHO}\n    {one.said}\n\n------ This is a copy of the message, including all the headers. ------"
    return _text(f"{words}\n\n{_LETTER}", subject="Mail delivery failed: returning message to sender")


def _sendmail(one: Reported, status: str) -> str:
    said = one.command
    talk = f"... while talking to mx.lumen.test.:\n>>> {said}\n<<< {one.said}\n" if said else f"{one.said}\n"
    words = (
        "The original message was received at Mon, 6 May 2013 11:00:00 +0200\nfrom localhost [127.0.0.1]\n\n"
        f"   ----- The following addresses had permanent fatal errors -----\n<{WHO}>\n    (reason: {one.said})\n\n"
        f"   ----- Transcript of session follows -----\n{talk}"
    )
    return _report(
        words, _fields(one, status, f"SMTP; {one.said}"), subject="Returned mail: see transcript for details"
    )


_QMAIL = (
    "Hi. This is the qmail-send program at mx.house.test.\nI'm afraid I wasn't able to deliver your message to the "
    "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
)


def _qmail(one: Reported, _status: str) -> str:
    whom = "sender was rejected" if one.command == "MAIL" else "does not like recipient"
    words = f"192.0.2.9 {whom}.\nRemote host said: {one.said}\nGiving up on 192.0.2.9."
    return _text(f"{_QMAIL}<{WHO}>:\n{words}\n\n--- Below this line is a copy of the message.\n\n{_LETTER}")


def _qmail_local(one: Reported, _status: str) -> str:
    return _text(f"{_QMAIL}<{WHO}>:\n{one.said}\n\n--- Below this line is a copy of the message.\n\n{_LETTER}")


def _exchange(one: Reported, status: str) -> str:
    words = (
        f"Delivery has failed to these recipients or groups:\n\n{WHO}\nYour message couldn't be delivered.\n\n"
        f"Diagnostic information for administrators:\n\nGenerating server: mx.house.test\n\n{WHO}\n"
        f"mx.lumen.test\nRemote Server returned '{one.said}'"
    )
    return _report(words, _fields(one, status, f"smtp;{one.said}"), subject="Undeliverable: Your parcel")


def _gmail(one: Reported, _status: str) -> str:
    words = (
        f"Delivery to the following recipient failed permanently:\n\n     {WHO}\n\nTechnical details of permanent "
        "failure:\nGoogle tried to deliver your message, but it was rejected by the server for the recipient domain "
        f"lumen.test by mx.lumen.test. [192.0.2.9].\n\nThe error that the other server returned was:\n{one.said}\n\n"
        f"----- Original message -----\n\n{_LETTER}"
    )
    return _text(
        words,
        sender="Mail Delivery Subsystem <mailer-daemon@mail.test>",
        subject="Delivery Status Notification (Failure)",
    )


def _courier(one: Reported, _status: str) -> str:
    words = (
        "This is a delivery status notification from mx.house.test,\nrunning the Courier mail server.\n\nUNDELIVERABLE "
        f"MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<{WHO}>:\n    mx.lumen.test "
        f"[192.0.2.9]:\n    >>> RCPT TO:<{WHO}>\n    <<< {one.said}"
    )
    return _report(words, _fields(one, "5.0.0", f"smtp; {one.said}"), subject="NOTICE: mail delivery status.")


def _opensmtpd(one: Reported, _status: str) -> str:
    words = (
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred "
        "while attempting to deliver a message for\n    the following list of recipients:\n\n"
        f"{WHO}: {one.said}\n\n    Below is a copy of the original message:\n\n{_LETTER}"
    )
    return _text(words, subject="Delivery status notification: error")


def _ses(one: Reported, status: str) -> str:
    bounced = {"emailAddress": WHO, "action": "failed", "status": status, "diagnosticCode": one.said}
    notice = {"notificationType": "Bounce", "bounce": {"bounceType": "Permanent", "bouncedRecipients": [bounced]}}
    return _text(json.dumps(notice), sender="no-reply@sns.amazonaws.test", subject="AWS Notification Message")


def _plain(one: Reported, _status: str) -> str:
    return _text(one.said, sender="postmaster@mx.house.test", subject="Undeliverable: Your parcel")


_WRITERS = {
    "postfix": _postfix,
    "postfix-local": _postfix_local,
    "exim": _exim,
    "exim-local": _exim_local,
    "sendmail": _sendmail,
    "qmail": _qmail,
    "qmail-local": _qmail_local,
    "exchange": _exchange,
    "gmail": _gmail,
    "courier": _courier,
    "opensmtpd": _opensmtpd,
    "ses": _ses,
    "plain": _plain,
}
