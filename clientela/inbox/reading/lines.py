"""What was read of a mail, as `clientela receive --json` tells it."""

from hashlib import sha256

from clientela.inbox.reading.mail import ReadMail


def reading_as_json(mail: ReadMail) -> dict[str, object]:
    """What was read of a mail, from its bytes and envelope alone.

    `text`: what was said this time; `quoted_chars`: how long what it carried along is, in characters. `bounce`: who was
    not reached, with the status of RFC 3463, our reason, and whether writing there again will never work.
    """
    return {
        "from": mail.address or None,
        "subject": mail.read.subject,
        "text": mail.said,
        "attachments": [
            {"name": file.name, "bytes": len(file.content), "sha256": sha256(file.content).hexdigest()}
            for file in mail.read.attachments
        ],
        "bounce": [
            {"recipient": one.recipient, "status": one.status, "reason": str(one.reason), "hard": one.hard}
            for one in mail.bounces
        ],
        "automatic": mail.kind.kind != "person",
        "quoted_chars": len(mail.quoted),
    }
