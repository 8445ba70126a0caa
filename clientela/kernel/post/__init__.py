"""The post: letters are written into an outbox with the action that causes them, and handed over by a job.

What is guaranteed, for each letter:

- It exists exactly if its action was committed. From then on it waits, is held, kept, sent, failed or perhaps sent: one
  of these, always visible, and no crash of a worker, the database or the mail server loses it.
- Without a person asking for it again, the end of its text (the final dot of SMTP) is given to a mail server at most
  once after which the server did not say no. So a reader never gets it twice because of us.
- Whatever happens before that moment (no connection, a worker killed, "try later") is tried again with growing pauses,
  and given up with its reason after the last. A "never" of the mail server is given up at once.
- If no answer is known after that moment, because the line broke or the worker died, the letter is "perhaps sent". It
  is shown and never sent again by itself: a person decides with "send again".

Not guaranteed: that the mail server, having taken a letter, delivers it.
"""

from clientela.kernel.post.drafts import LetterAttachment, LetterDraft
from clientela.kernel.post.handing_over import hand_over_due_letters, hand_over_letter
from clientela.kernel.post.queries import (
    AttemptSeen,
    LetterRow,
    LetterSeen,
    LettersPage,
    LetterState,
    letter_seen,
    letters_about,
    letters_page,
)
from clientela.kernel.post.writing import LetterCannotBeSentAgainError, post_letter, send_letter_again

__all__ = [
    "AttemptSeen",
    "LetterAttachment",
    "LetterCannotBeSentAgainError",
    "LetterDraft",
    "LetterRow",
    "LetterSeen",
    "LetterState",
    "LettersPage",
    "hand_over_due_letters",
    "hand_over_letter",
    "letter_seen",
    "letters_about",
    "letters_page",
    "post_letter",
    "send_letter_again",
]
