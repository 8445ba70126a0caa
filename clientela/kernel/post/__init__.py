"""The post: letters are written into an outbox with the action that causes them, and handed over by the worker.

What is guaranteed, for each letter:

- It exists exactly if its action was committed. From then on it waits, is held, kept, sent, failed or perhaps sent: one
  of these, always visible, and no crash of a worker, the database or the mail server loses it.
- Without a person asking for it again, the end of its text (the final dot of SMTP) is given to a mail server at most
  once after which the server did not say no. So a reader never gets it twice because of us.
- Whatever happens before that moment (no connection, a worker killed, "try later") is tried again with growing pauses,
  and given up with its reason after the last. A "never" of the mail server is given up at once.
- If no answer is known after that moment, because the line broke or the worker died, the letter is "perhaps sent". It
  is shown and never sent again by itself: a person decides with "send again".

These hold for each letter by itself, also where many go over one line: its two marks, "begun" and "the end is being
given", and its answer are committed before the next one begins.

Not guaranteed: that the mail server, having taken a letter, delivers it. If a report comes back, see `suppressing`.
"""

from clientela.kernel.post.drafts import LastWord, LetterAttachment, LetterDraft, QuietHours
from clientela.kernel.post.handing_over import hand_over_due_letters, hand_over_letter
from clientela.kernel.post.lately import written_about_lately, written_to_lately
from clientela.kernel.post.queries import (
    AttemptSeen,
    DomainSeen,
    LetterRow,
    LetterSeen,
    LettersPage,
    LetterState,
    LetterStep,
    letter_seen,
    letters_about,
    letters_in_trouble,
    letters_page,
)
from clientela.kernel.post.running import LANES, Lane, hand_over_lane
from clientela.kernel.post.suppressed import (
    SuppressedPage,
    SuppressedSeen,
    suppressed_page,
    suppressed_seen,
    suppression_of,
    suppression_reasons,
)
from clientela.kernel.post.suppressing import (
    NotedBounce,
    NotSuppressedError,
    lift_suppression,
    note_bounce,
    note_bounce_about,
    suppress_address,
)
from clientela.kernel.post.trouble import NoTroubleError, advice_about, settle_trouble, what_to_do
from clientela.kernel.post.waiting import hold_letters_to, quieten_letters_to
from clientela.kernel.post.writing import (
    CHANNEL,
    TO_MANY,
    LetterCannotBeSentAgainError,
    LetterToPost,
    post_letter,
    post_letters,
    send_letter_again,
)

__all__ = [
    "CHANNEL",
    "LANES",
    "TO_MANY",
    "AttemptSeen",
    "DomainSeen",
    "Lane",
    "LastWord",
    "LetterAttachment",
    "LetterCannotBeSentAgainError",
    "LetterDraft",
    "LetterRow",
    "LetterSeen",
    "LetterState",
    "LetterStep",
    "LetterToPost",
    "LettersPage",
    "NoTroubleError",
    "NotSuppressedError",
    "NotedBounce",
    "QuietHours",
    "SuppressedPage",
    "SuppressedSeen",
    "advice_about",
    "hand_over_due_letters",
    "hand_over_lane",
    "hand_over_letter",
    "hold_letters_to",
    "letter_seen",
    "letters_about",
    "letters_in_trouble",
    "letters_page",
    "lift_suppression",
    "note_bounce",
    "note_bounce_about",
    "post_letter",
    "post_letters",
    "quieten_letters_to",
    "send_letter_again",
    "settle_trouble",
    "suppress_address",
    "suppressed_page",
    "suppressed_seen",
    "suppression_of",
    "suppression_reasons",
    "what_to_do",
    "written_about_lately",
    "written_to_lately",
]
