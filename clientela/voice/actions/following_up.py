"""Going back to who said it: by a request of its own, so that it has promises, a holder and a conversation."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, transaction
from django.utils.translation import gettext, override

from clientela.catalogue import queries as catalogue
from clientela.catalogue.queries import ServiceToAsk
from clientela.directory import queries as directory
from clientela.directory.policies import HOUSE, Viewer
from clientela.kernel.journal import facts_about_any, record, thing
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, require
from clientela.requests import actions as requests
from clientela.requests import queries as asked
from clientela.voice.models import FollowUp, ListeningPolicy, Voice
from clientela.voice.policies.heard import may_see_speaker
from clientela.voice.policies.improving import may_follow_up
from clientela.voice.rules.figures.scales import CSAT
from clientela.voice.rules.low_scores import FOLLOWED_UP, is_low

logger = logging.getLogger(__name__)

Reason = FollowUp.Reason
OPENED, PASSED_ON = "follow_up_opened", "words_passed_on"


class NobodyToAnswerError(Exception):
    """The person is not known, or no department offers a service by which they could be answered."""


@dataclass(frozen=True)
class _Asked:
    """Whose request the words are about: to whom one goes back, and what it was called."""

    customer_id: int
    asker_id: int
    side: str
    title: str
    reference: str


@transaction.atomic
def follow_up(*, by: Viewer, at: datetime, voice_id: int) -> int:
    """Go back to the person who said this because a colleague thinks it right. Return the request's id.

    Raises HiddenError, NotAllowedError, NobodyToAnswerError.
    """
    # Two colleagues at once take turns on this lock; the second is led to the first one's request.
    voice = Voice.objects.select_for_update().filter(pk=voice_id).first()
    if voice is None:
        raise HiddenError
    require(may_follow_up(by, voice))
    known = FollowUp.objects.filter(voice=voice).values_list("request_id", flat=True).first()
    if known is not None:
        return known
    request_id = _open(voice, reason=Reason.CHOSEN, by=by, at=at)
    if request_id is None:
        raise NobodyToAnswerError
    return request_id


@transaction.atomic
def follow_up_what_hurts(*, at: datetime, voice_ids: Sequence[int]) -> list[int]:
    """Go back to who gave a low score or complained, once for each voice. Return the requests, without repeats.

    A complaint is a request already: it is its own follow-up. What is said about a follow-up opens no other one, so
    that nobody is asked in circles; a second low score of the same person goes to the follow-up that is still open.
    """
    limit = _limit()
    voices = list(
        Voice.objects.select_for_update(of=("self",))
        .filter(pk__in=voice_ids, speaker__isnull=False, provider__isnull=False, follow_up__isnull=True)
        .order_by("pk")
    )
    opened: dict[int, None] = {}
    for voice in voices:
        try:
            with transaction.atomic():
                request_id = _go_back(voice, limit=limit, at=at)
        except OperationalError:
            raise  # the database's trouble, not this voice's: all of them are tried again
        except Exception:
            # One voice that cannot be followed up must not keep everybody behind it waiting.
            logger.exception("Voice %s could not be followed up.", voice.pk)
            continue
        if request_id is not None:
            opened[request_id] = None
    return list(opened)


@transaction.atomic
def pass_words_on(*, at: datetime, about: str, speaker_id: int, fact_id: int | None = None) -> None:
    """Hand words that a person added to their score about a thing to those who follow it up, as a note.

    `fact_id`: the fact that the words came. If somebody was told of the voice after it, they have read them already.
    """
    rows = FollowUp.objects.filter(
        voice__about=about, voice__speaker=speaker_id, voice__kind=Voice.Kind.RATING, reason=Reason.LOW_RATING
    ).select_related("voice")
    told = facts_about_any([thing("voice", row.voice_id) for row in rows], verbs=[OPENED, PASSED_ON])
    for row in rows:
        name = thing("voice", row.voice_id)
        is_known = fact_id is not None and any(fact.id > fact_id for fact in told if name in fact.about)
        if row.voice.text and not is_known:
            record(verb=PASSED_ON, by=None, at=at, about=[name, thing("request", row.request_id)])
            requests.write_note(
                by=HOUSE,
                at=at,
                request_id=row.request_id,
                text=row.voice.text,
                language=product_language(row.voice.language),
            )


def _go_back(voice: Voice, *, limit: int, at: datetime) -> int | None:
    if voice.kind == Voice.Kind.COMPLAINT and voice.about.startswith("request:"):
        _keep(voice, request_id=_number(voice.about), reason=Reason.COMPLAINT, by=HOUSE, at=at)
        return None
    if not is_low(voice.measure, voice.score, at_or_below=limit) or _is_about_a_follow_up(voice):
        return None
    # A request in the person's name would tell the department which colleague said it.
    named = may_see_speaker(
        HOUSE,
        provider_id=voice.provider_id,
        side=voice.side,
        about=voice.about,
        is_anonymous=voice.is_anonymous,
    )
    if not named:
        return None
    return _open(voice, reason=Reason.LOW_RATING, by=HOUSE, at=at)


def _open(voice: Voice, *, reason: str, by: Viewer, at: datetime) -> int | None:
    if voice.speaker_id is None or voice.provider_id is None:
        return None
    known = _open_already(voice)
    if known is not None:
        requests.write_note(
            by=HOUSE, at=at, request_id=known, text=_words(voice), language=product_language(voice.language)
        )
        _keep(voice, request_id=known, reason=reason, by=by, at=at)
        return known
    whose = _whose(voice)
    if getattr(directory.party_cards({whose.asker_id}).get(whose.asker_id), "kind", "") != "person":
        return None  # erased meanwhile, or a talk with a whole department: there is nobody to go back to
    service = _service(voice, whose)
    if service is None:
        return None
    language = product_language(voice.language)
    with override(language):
        title = (
            gettext("We come back to you about “%(title)s”") % {"title": whose.title}
            if whose.title
            else gettext("We come back to you about what you told us")
        )
    opened = requests.open_request(
        by=HOUSE,
        at=at,
        service_version_id=service.version_id,
        customer_id=whose.customer_id,
        asker_id=whose.asker_id,
        channel="desk",
        title=title[:200],
        text=_words(voice),
        language=language,
        side=whose.side,
    )
    _keep(voice, request_id=opened.id, reason=reason, by=by, at=at)
    return opened.id


def _keep(voice: Voice, *, request_id: int, reason: str, by: Viewer, at: datetime) -> None:
    FollowUp.objects.create(voice=voice, reason=reason, request_id=request_id, opened_at=at)
    record(
        verb=OPENED,
        by=by.person_id,
        at=at,
        about=[thing("voice", voice.pk), thing("request", request_id), thing("party", voice.provider_id or 0)],
        reason=str(reason),
    )


def _open_already(voice: Voice) -> int | None:
    newest = FollowUp.objects.filter(
        voice__speaker=voice.speaker_id,
        voice__provider=voice.provider_id,
        reason__in=[Reason.LOW_RATING, Reason.CHOSEN],
    ).order_by("-pk")
    return max(asked.still_live_among(newest.values_list("request_id", flat=True)[:20]), default=None)


def _whose(voice: Voice) -> _Asked:
    speaker = voice.speaker_id or 0
    if voice.about.startswith("request:"):
        found = asked.requests_lately_resolved([_number(voice.about)]).get(_number(voice.about))
        if found is not None:
            return _Asked(found.customer_id, found.asker_id, found.side, found.title, found.reference)
    return _Asked(speaker, speaker, voice.side, "", "")


def _service(voice: Voice, whose: _Asked) -> ServiceToAsk | None:
    """The service of follow-ups that the house chose, else the one that mail opens, else the one it was about."""
    chosen = ListeningPolicy.objects.values_list("follow_up_service", flat=True).first()
    services = [one for one in (chosen, voice.service_id) if one]
    versions = catalogue.newest_versions(services)
    wanted = [versions.get(chosen or 0), catalogue.mail_service_of(voice.provider_id or 0)]
    wanted.append(versions.get(voice.service_id or 0))
    for version_id in wanted:
        if version_id is None:
            continue
        service = catalogue.service_to_ask(version_id, customer_id=whose.customer_id, asker_id=whose.asker_id)
        verdict = service.may_ask_from_inside if whose.side == "inside" else service.may_ask_from_outside
        if verdict.is_allowed:
            return service
    return None


def _words(voice: Voice) -> str:
    highest = FOLLOWED_UP.get(voice.measure, CSAT).highest
    with override(product_language(voice.language)):
        score = (
            gettext("Rated %(score)s of %(highest)s.") % {"score": voice.score, "highest": highest}
            if voice.score is not None
            else ""
        )
    return "\n\n".join(part for part in (score, voice.text) if part)


def _limit() -> int:
    chosen = ListeningPolicy.objects.values_list("follow_up_at_or_below", flat=True).first()
    return int(ListeningPolicy._meta.get_field("follow_up_at_or_below").default if chosen is None else chosen)  # noqa: SLF001 - the field's default is the house's until it chooses


def _is_about_a_follow_up(voice: Voice) -> bool:
    return (
        voice.about.startswith("request:")
        and FollowUp.objects.filter(
            request=_number(voice.about), reason__in=[Reason.LOW_RATING, Reason.CHOSEN]
        ).exists()
    )


def _number(name: str) -> int:
    return int(name.partition(":")[2])
