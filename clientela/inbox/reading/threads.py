"""What a mail answers, and its subject without the marks of answering.

Whether an identifier is one that we signed, `clientela.kernel.signing` says.
"""

import re

from clientela.inbox.reading.read import ReadMessage

# "Re:" and "Fwd:" as mail programs write them, some with a count: Re[2]:, AW(3):, Odp.:
_PREFIX = re.compile(
    r"^\s*(?:re|fwd?|fw|aw|wg|antw|antwort|tr|rv|res|resp|enc|odp|odpowiedź|pd|przekazano|r[ăa]sp|r[ăa]spuns|redir"
    r"|sv|vs|vb|vl|vá|továbbítás|ynt|ilt|i̇lt|доп|отв|ответ|atb|atsakyta|απ|σχετ|πρθ|回复|回覆|答复|转发|轉寄|返信|転送|회신|전달)"
    r"\s*\.?(?:\s*[\[(]\d{1,3}[\])]|\^\d{1,3})?\s*[:：]\s*",
    re.IGNORECASE,
)


def referenced_ids(message: ReadMessage) -> tuple[str, ...]:
    """What the mail answers, in the order to try: In-Reply-To, then References from the last to the first."""
    return tuple(dict.fromkeys([*message.in_reply_to, *reversed(message.references)]))


def plain_subject(subject: str) -> str:
    """The subject without "Re:", "Fwd:", "Odp:", "Răsp:" and their like in front; nothing else is taken away.

    A subject that consists of nothing else comes back as it is.
    """
    plain = " ".join(subject.split())
    while match := _PREFIX.match(plain):
        plain = plain[match.end() :]
    return plain or " ".join(subject.split())
