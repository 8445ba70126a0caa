"""Taking answers: saved as they are given where the person is known, sent once, declined if they would rather not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext, override

from clientela.directory.actions import WrongValueError, note_about_customer
from clientela.directory.policies import HOUSE
from clientela.kernel.journal import record, thing
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, denied, require
from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.surveys.boxes import seal
from clientela.voice.models import SurveyAnswer, SurveyInvitation, SurveyRound, Voice
from clientela.voice.policies.surveys import invitation_of_survey, may_answer_openly, may_answer_survey
from clientela.voice.rules.releasing import SealedAnswer
from clientela.voice.rules.survey_voices import voices_in
from clientela.voice.rules.surveys import (
    CheckedAnswers,
    Fault,
    FaultCode,
    KeepsAs,
    SurveyDefinition,
    checked_answers,
    from_json,
    in_language,
    visible_questions,
)

LONGEST_NOTE = 500
_AT_ONCE = 1000


class AnswersRefusedError(ValueError):
    """Some answers cannot be taken: `faults` says by question what is wrong. Nothing was sent."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        super().__init__(", ".join(f"{name}: {fault.code.value}" for name, fault in faults.items()))
        self.faults = dict(faults)


class PromiseChangedError(Exception):
    """The survey became anonymous, or ceased to be, since its page was opened: the person has to read that first."""


@dataclass(frozen=True)
class _From:
    """Whose answer it is, and what it is about."""

    invitation_id: int | None
    person_id: int | None
    about: str
    supplier_id: int | None
    rater_id: int | None
    service_id: int | None
    side: str
    language: str


@transaction.atomic
def save_answers(*, at: datetime, token: str, answers: Mapping[str, Any], language: str) -> CheckedAnswers:
    """Keep what somebody has answered so far, over what was kept before; faulty answers are left out, and told.

    Of an anonymous survey nothing is kept: it stays in the browser until it is sent.
    Raises HiddenError, NotAllowedError.
    """
    invitation = _locked(token)
    require(may_answer_survey(invitation, at=at))
    _wait_for_end(invitation.round_id)
    answer = SurveyAnswer.objects.select_related("version").filter(invitation=invitation).first()
    version = answer.version if answer is not None else invitation.round.version
    checked = checked_answers(from_json(version.definition), known_only(version.definition, answers), is_final=False)
    if invitation.round.survey.is_anonymous or (answer is None and not checked.answers):
        return checked
    _keep(answer, invitation.round, _from(invitation, language), version.pk, checked.answers, at=at)
    if invitation.declined_on is not None:
        SurveyInvitation.objects.filter(pk=invitation.pk).update(declined_on=None)
    return checked


@transaction.atomic
def send_answers(
    *, at: datetime, token: str, answers: Mapping[str, Any], language: str, is_anonymous: bool
) -> UUID | None:
    """Take somebody's whole answer, once. Return its id; None of an anonymous survey, whose answers have none yet.

    `is_anonymous` is what the page promised. A named answer is heard at once. An anonymous one goes into a sealed box,
    and of the invitation only the day is kept: between the two there is no common key, and no fact is written.
    Raises HiddenError, NotAllowedError, AnswersRefusedError, PromiseChangedError, AnswerTooLargeError.
    """
    # Two clicks at once take turns on this lock; the second finds the invitation spent.
    invitation = _locked(token)
    require(may_answer_survey(invitation, at=at))
    _wait_for_end(invitation.round_id)
    survey = invitation.round.survey
    if survey.is_anonymous is not is_anonymous:
        raise PromiseChangedError
    answer = SurveyAnswer.objects.select_related("version").filter(invitation=invitation).first()
    version = answer.version if answer is not None else invitation.round.version
    definition = from_json(version.definition)
    checked = _final(definition, known_only(version.definition, answers))
    source = _from(invitation, language)
    _spend(invitation, at=at)
    if survey.is_anonymous:
        seal(invitation.round_id, _sealed(version.pk, checked, source))
        return None
    row = _keep(answer, invitation.round, source, version.pk, checked, at=at, is_complete=True)
    _hear(row, invitation.round, definition, at=at)
    return row.pk


@transaction.atomic
def send_open_answers(
    *, at: datetime, link_key: str, answers: Mapping[str, Any], language: str, person_id: int | None, side: str
) -> UUID:
    """Take an answer from whoever has the open link; `person_id` if we know who it is. Return its id.

    Raises HiddenError, NotAllowedError, AnswersRefusedError.
    """
    asking = SurveyRound.objects.select_related("survey", "version").filter(
        survey__link_key=link_key, released_at__isnull=True
    )
    found = asking.first()
    if found is None:
        raise HiddenError
    _wait_for_end(found.pk)
    require(may_answer_openly(found, at=at))
    definition = from_json(found.version.definition)
    checked = _final(definition, known_only(found.version.definition, answers))
    source = _From(None, person_id, "", None, None, None, side, language)
    row = _keep(None, found, source, found.version_id, checked, at=at, is_complete=True)
    _hear(row, found, definition, at=at)
    return row.pk


@transaction.atomic
def count_what_was_left(*, at: datetime, round_id: int | None = None) -> int:
    """Count the answers that somebody gave and never sent, once nothing can be added to them; return how many.

    Those of expired invitations, or all of a round that ends. What lacks an answer that is required stays as it is.
    """
    begun = SurveyInvitation.objects.filter(answer__is_complete=False, spent_on__isnull=True)
    begun = begun.filter(expires_at__lte=at) if round_id is None else begun.filter(round=round_id)
    # One that somebody is just sending is theirs: they are in before the end, or told that it has come.
    rows = list(
        begun.select_for_update(of=("self",), skip_locked=True)
        .select_related("answer__version", "answer__round__survey")
        .order_by("pk")[: _AT_ONCE if round_id is None else None]
    )
    counted = 0
    for invitation in rows:
        row = invitation.answer
        definition = from_json(row.version.definition)
        if checked_answers(definition, row.values).faults:
            continue
        _spend(invitation, at=at)
        row.is_complete, row.answered_at = True, row.saved_at
        row.save(update_fields=["is_complete", "answered_at"])
        _hear(row, row.round, definition, at=at)
        counted += 1
    return counted


@transaction.atomic
def decline_survey(*, at: datetime, token: str) -> None:
    """Say that one would rather not answer: no reminder comes. What was saved is thrown away.

    Raises HiddenError, NotAllowedError once answered or over.
    """
    invitation = _locked(token)
    require(may_answer_survey(invitation, at=at))
    SurveyAnswer.objects.filter(invitation=invitation).delete()
    SurveyInvitation.objects.filter(pk=invitation.pk).update(declined_on=at.astimezone(UTC).date())


def known_only(definition: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to questions that the version has: a page that was open while it changed may send others."""
    names = {question["name"] for page in definition["pages"] for question in page["questions"]}
    return {name: value for name, value in answers.items() if name.partition(".")[0] in names}


def voices_of_answer(row: SurveyAnswer, *, owner_id: int, definition: SurveyDefinition) -> list[VoiceToHear]:
    """What a named answer that is complete says, the main voice first. `owner_id`: whose survey it is."""
    if row.answered_at is None:
        return []
    return [
        VoiceToHear(
            kind=Voice.Kind.SURVEY,
            source=f"answer:{row.pk}:{voice.part}" if voice.part else f"answer:{row.pk}",
            side=row.side,
            provider_id=row.supplier_id or owner_id,
            service_id=row.service_id,
            about=row.about,
            speaker_id=row.person_id,
            rater_id=row.rater_id,
            measure=voice.measure,
            score=voice.score,
            text=voice.text,
            language=row.language,
            said_at=row.answered_at,
        )
        for voice in voices_in(definition, row.values)
    ]


def _locked(token: str) -> SurveyInvitation:
    invitation = (
        SurveyInvitation.objects.select_for_update(of=("self",))
        .select_related("round__survey", "round__version")
        .filter(pk=invitation_of_survey(token) or 0)
        .first()
    )
    if invitation is None:
        raise HiddenError
    return invitation


def _wait_for_end(round_id: int) -> None:
    """Hold the round open until this answer is in; raises NotAllowedError if it ended meanwhile.

    Whoever ends the round locks its row first, and takes what is in the boxes then.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT released_at IS NULL FROM voice_surveyround WHERE id = %s FOR KEY SHARE", [round_id])
        (is_open,) = cursor.fetchone()
    if not is_open:
        require(denied(gettext("These questions have ended. Thank you for coming all the same.")))


def _spend(invitation: SurveyInvitation, *, at: datetime) -> None:
    """Keep that it was answered: the day, never the moment."""
    SurveyInvitation.objects.filter(pk=invitation.pk).update(spent_on=at.astimezone(UTC).date(), declined_on=None)


def _final(definition: SurveyDefinition, answers: Mapping[str, Any]) -> dict[str, Any]:
    checked = checked_answers(definition, answers)
    if checked.faults:
        raise AnswersRefusedError(checked.faults)
    if not checked.answers:
        raise AnswersRefusedError({"": Fault(FaultCode.MISSING)})
    return checked.answers


def _from(invitation: SurveyInvitation, language: str) -> _From:
    return _From(
        invitation_id=invitation.pk,
        person_id=invitation.person_id,
        about=invitation.about,
        supplier_id=invitation.supplier_id,
        rater_id=invitation.rater_id,
        service_id=invitation.service_id,
        side=invitation.side,
        language=language,
    )


def _sealed(version_id: int, answers: Mapping[str, Any], source: _From) -> SealedAnswer:
    cuts = {
        "supplier": source.supplier_id,
        "rater": source.rater_id,
        "service": source.service_id,
        "side": source.side,
        "language": source.language,
    }
    return SealedAnswer(version_id, answers, cuts, source.language)


def _keep(
    answer: SurveyAnswer | None,
    asking: SurveyRound,
    source: _From,
    version_id: int,
    values: Mapping[str, Any],
    *,
    at: datetime,
    is_complete: bool = False,
) -> SurveyAnswer:
    row = answer or SurveyAnswer(
        round=asking,
        version_id=version_id,
        invitation_id=source.invitation_id,
        person_id=source.person_id,
        about=source.about,
        supplier_id=source.supplier_id,
        rater_id=source.rater_id,
        service_id=source.service_id,
        side=source.side,
    )
    row.language, row.values, row.saved_at = source.language, dict(values), at
    row.is_complete, row.answered_at = is_complete, at if is_complete else None
    row.save(force_insert=answer is None)
    return row


def _hear(row: SurveyAnswer, asking: SurveyRound, definition: SurveyDefinition, *, at: datetime) -> None:
    """Hear what a named answer says, note what it says of the customer's needs, and tell the journal."""
    about = [thing("survey_round", asking.pk), thing("survey", asking.survey_id)]
    about += [thing("party", row.person_id)] if row.person_id else []
    about += [row.about] if row.about else []
    record(verb="survey_answered", by=row.person_id, at=at, about=about, answer=str(row.pk))
    hear(at=at, voices=voices_of_answer(row, owner_id=asking.survey.owner_id, definition=definition))
    if row.person_id:
        _note(row, definition, at=at)


def _note(row: SurveyAnswer, definition: SurveyDefinition, *, at: datetime) -> None:
    for question in visible_questions(definition, row.values):
        words = _words_of(question.name, definition, row)
        if question.keeps_as is KeepsAs.NOTHING or not words or row.person_id is None:
            continue
        with override(product_language(row.language)):
            source = gettext("survey “%(title)s”") % {"title": in_language(definition.titles, row.language)}
        try:
            note_about_customer(
                by=HOUSE,
                at=at,
                party_id=row.person_id,
                kind=question.keeps_as.value,
                text=words[:LONGEST_NOTE],
                source=source[:200],
                language=product_language(row.language),
            )
        except (WrongValueError, HiddenError):
            continue  # erased meanwhile, or nothing that can be noted: the answer itself counts all the same


def _words_of(name: str, definition: SurveyDefinition, row: SurveyAnswer) -> str:
    """An answer in words: a text as it stands, options by their labels."""
    question = next(one for one in definition.questions if one.name == name)
    answer = row.values.get(name)
    labels = {option.key: in_language(option.labels, row.language) for option in question.options}
    if isinstance(answer, list):
        return ", ".join(labels.get(key, str(key)) for key in answer)
    if isinstance(answer, str):
        return labels.get(answer, answer)
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return ""
    return f"{in_language(question.titles, row.language)}: {answer}"
