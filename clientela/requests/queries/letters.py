"""The post as people look at it: who may see which letter, and how much of it.

The post itself knows no viewers. Letters about a request are seen by who may read that request. Those who look after
the post, administrators and owners, see of every letter how it stands; its words they read only where they may read the
request, or where letters end here because no mail server is set, so that this page is everybody's mailbox.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel import post
from clientela.kernel.identifiers import normal_reference, reference_of
from clientela.kernel.journal import thing
from clientela.kernel.policies import ALLOWED, HiddenError, Verdict, denied, require, require_seen
from clientela.kernel.post import LetterRow, LetterSeen, LettersPage, LetterState
from clientela.requests.models import Request
from clientela.requests.policies import readable_by, sees_everything, served_by
from clientela.requests.rules import without_keys

_ABOUT_REQUEST = re.compile(r"request:(\d{1,18})")


@dataclass(frozen=True)
class LetterPage:
    """A letter as this viewer sees it. `text` and `html` are "" unless `is_readable`.

    `request_references` name the requests it is about that the viewer may read. `has_living_links`: the links in it
    work; otherwise those that let its reader in have been taken out, because they are for the reader alone.
    `names` are those of who wrote it, sent it again or saw to it, by party.
    """

    letter: LetterSeen
    text: str
    html: str
    request_references: tuple[str, ...]
    is_readable: bool
    has_living_links: bool
    may_send_again: Verdict
    names: Mapping[int, str]


def may_look_after_post(viewer: Viewer) -> Verdict:
    """Administrators and owners see how every letter stands."""
    if viewer.is_house or viewer.is_administrator or viewer.is_owner:
        return ALLOWED
    return denied(_("The post is looked after by administrators and owners."))


def post_page(
    viewer: Viewer,
    *,
    state: LetterState | str = "all",
    kind: str = "",
    search: str = "",
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> LettersPage:
    """Every letter, newest first, without its words. One statement. Raises HiddenError for who does not look after it.

    A `state` that there is not means all. `search`: an address, "@" and a domain, a request's reference, or a part of
    the reader's name or the subject.
    """
    require_seen(may_look_after_post(viewer))
    known = {"waiting", "held", "kept", "sent", "bounced", "failed", "perhaps"}
    reference = normal_reference(search)
    about = ""
    if reference is not None:
        number = Request.objects.filter(reference=reference).values_list("pk", flat=True).first()
        if number is None:
            return LettersPage((), None)
        about, search = thing("request", number), ""
    return post.letters_page(
        state=state if state in known else "all",  # type: ignore[arg-type]  # checked in this line
        kind=kind,
        search=search,
        about=about,
        before=before,
        limit=limit,
    )


def letter_page(viewer: Viewer, letter_id: int) -> LetterPage:
    """One letter with its attempts. At most seven statements. Raises HiddenError where none exists for the viewer."""
    letter = post.letter_seen(letter_id)
    if letter is None:
        raise HiddenError(f"There is no letter {letter_id}.")
    readable = _readable(viewer, letter.row)
    looks_after = bool(may_look_after_post(viewer))
    if not readable and not looks_after:
        raise HiddenError(f"There is no letter {letter_id} for this viewer.")
    ends_here = not settings.MAIL_SERVER
    is_readable = bool(readable) or ends_here or sees_everything(viewer)
    text, html = (letter.text, letter.html) if is_readable else ("", "")
    if not ends_here:
        text, html = without_keys(text), without_keys(html)
    return LetterPage(
        letter=letter,
        text=text,
        html=html,
        request_references=tuple(reference_of(number) for number in readable),
        is_readable=is_readable,
        has_living_links=ends_here,
        may_send_again=_may_send_again(viewer, letter),
        names=_names(letter),
    )


def _names(letter: LetterSeen) -> Mapping[int, str]:
    parties = {step.by_party_id for step in letter.time_line if step.by_party_id is not None}
    return (
        {card.id: card.name_in(get_language()) for card in directory.party_cards(parties).values()} if parties else {}
    )


def require_sending_again(viewer: Viewer, letter_id: int) -> None:
    """Raise HiddenError or NotAllowedError unless the viewer may have this letter sent again."""
    require(letter_page(viewer, letter_id).may_send_again)


def _may_send_again(viewer: Viewer, letter: LetterSeen) -> Verdict:
    if not letter.can_be_sent_again:
        return denied(_("This letter stands where sending it again would be wrong."))
    if viewer.is_house or viewer.is_administrator:
        return ALLOWED
    served = Request.objects.filter(served_by(viewer), pk__in=_request_ids(letter.row))
    if not viewer.is_owner and served.exists():
        return ALLOWED
    return denied(_("Only those who serve the request, or an administrator, may send this letter again."))


def _readable(viewer: Viewer, row: LetterRow) -> Sequence[int]:
    """The requests a letter is about that the viewer may read."""
    wanted = _request_ids(row)
    if not wanted:
        return []
    rows = Request.objects.filter(readable_by(viewer), pk__in=wanted).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _request_ids(row: LetterRow) -> list[int]:
    return [int(found[1]) for about in row.about if (found := _ABOUT_REQUEST.fullmatch(about))]
