"""Answers of the past, written in bulk as the single actions would have taken them; nobody reacts to them now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from clientela.kernel.journal import FactToRecord, record_many, thing
from clientela.kernel.rows import write_rows
from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.surveys.answering import voices_of_answer
from clientela.voice.actions.surveys.audiences import audience_of
from clientela.voice.actions.surveys.boxes import seal
from clientela.voice.actions.surveys.budget import asking_budget
from clientela.voice.actions.surveys.inviting import ANSWER_WITHIN, ToAsk
from clientela.voice.models import SurveyAnswer, SurveyInvitation, SurveyRound
from clientela.voice.rules.releasing import SealedAnswer
from clientela.voice.rules.surveys import SurveyDefinition, checked_answers, from_json


@dataclass(frozen=True)
class PastAnswer:
    """Somebody who was asked in a round, and what they answered; `answered_at` None if they never did."""

    person_id: int
    side: str
    language: str
    asked_at: datetime
    about: str = ""
    supplier_id: int | None = None
    rater_id: int | None = None
    service_id: int | None = None
    answered_at: datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def write_survey_history(*, survey_key: str, past: Sequence[PastAnswer]) -> list[int | None]:
    """Write who was asked in a survey's open round and what they answered; return the main voice of each, or None.

    Of an anonymous round the answers go into its sealed boxes and of each invitation only the day is kept; there are no
    voices until the round ends. Named answers are heard, but nobody is told that they were. Letters are not written,
    and what an answer would keep on the customer's record is not noted. Raises ValueError for what the survey refuses.
    """
    asking = _open_round(survey_key)
    definition = from_json(asking.version.definition)
    answered = [one for one in past if one.answered_at is not None]
    if any(checked_answers(definition, one.values).faults for one in answered):
        raise ValueError("An answer of the past is none that this survey takes.")
    invitations = _invitations(asking, past)
    write_rows(invitations)
    if asking.survey.is_anonymous:
        for one in answered:
            seal(asking.pk, _sealed(asking.version_id, one))
        facts = _asked(asking, past)
        voices: list[int | None] = [None] * len(past)
    else:
        rows = {
            place: _row(asking, one, invitation)
            for place, (one, invitation) in enumerate(zip(past, invitations, strict=True))
            if one.answered_at is not None
        }
        write_rows(list(rows.values()))
        facts = _asked(asking, past) + [_answered(asking, row) for row in rows.values()]
        voices = _heard(asking, definition, rows, count=len(past))
    record_many(sorted(facts, key=lambda fact: fact.at))
    return voices


def audience_of_survey(*, survey_key: str, at: datetime) -> list[ToAsk]:
    """Whom a survey that is asked by schedule would have asked at a moment of the past."""
    return audience_of(_open_round(survey_key).survey, at=at)


def _open_round(survey_key: str) -> SurveyRound:
    rounds = SurveyRound.objects.select_related("survey", "version")
    return rounds.get(survey__key=survey_key, released_at__isnull=True)


def _invitations(asking: SurveyRound, past: Sequence[PastAnswer]) -> list[SurveyInvitation]:
    days = asking_budget().remind_after_days
    rows = []
    for one in past:
        ends = one.asked_at + ANSWER_WITHIN
        reminded_at = one.asked_at + timedelta(days=days)
        is_late = one.answered_at is None or one.answered_at > reminded_at
        rows.append(
            SurveyInvitation(
                round=asking,
                person_id=one.person_id,
                about=one.about,
                supplier_id=one.supplier_id,
                rater_id=one.rater_id,
                service_id=one.service_id,
                side=one.side,
                language=one.language,
                asked_at=one.asked_at,
                expires_at=min(ends, asking.closes_at) if asking.closes_at else ends,
                # Who kept silent was reminded in the past too: nobody is reminded of it now.
                reminded_at=reminded_at if days and is_late and not asking.survey.is_anonymous else None,
                spent_on=None if one.answered_at is None else one.answered_at.astimezone(UTC).date(),
            )
        )
    return rows


def _sealed(version_id: int, one: PastAnswer) -> SealedAnswer:
    cuts = {
        "supplier": one.supplier_id,
        "rater": one.rater_id,
        "service": one.service_id,
        "side": one.side,
        "language": one.language,
    }
    return SealedAnswer(version_id, dict(one.values), cuts, one.language)


def _row(asking: SurveyRound, one: PastAnswer, invitation: SurveyInvitation) -> SurveyAnswer:
    return SurveyAnswer(
        round=asking,
        version_id=asking.version_id,
        invitation_id=invitation.pk,
        person_id=one.person_id,
        about=one.about,
        supplier_id=one.supplier_id,
        rater_id=one.rater_id,
        service_id=one.service_id,
        side=one.side,
        language=one.language,
        values=dict(one.values),
        is_complete=True,
        saved_at=one.answered_at,
        answered_at=one.answered_at,
    )


def _heard(
    asking: SurveyRound, definition: SurveyDefinition, rows: Mapping[int, SurveyAnswer], *, count: int
) -> list[int | None]:
    voices: list[VoiceToHear] = []
    first: dict[int, int] = {}
    for place, row in rows.items():
        said = voices_of_answer(row, owner_id=asking.survey.owner_id, definition=definition)
        if said:
            first[place] = len(voices)
        voices += said
    ids = hear(at=max((voice.said_at for voice in voices), default=asking.opens_at), voices=voices, is_told=False)
    return [ids[first[place]] if place in first else None for place in range(count)]


def _asked(asking: SurveyRound, past: Sequence[PastAnswer]) -> list[FactToRecord]:
    """One fact for all who were asked at the same moment, with how many people they were."""
    people: dict[datetime, set[int]] = defaultdict(set)
    for one in past:
        people[one.asked_at].add(one.person_id)
    about = (thing("survey_round", asking.pk), thing("survey", asking.survey_id))
    return [
        FactToRecord("survey_asked", None, at, about, {"people": len(some), "left_out": {}})
        for at, some in people.items()
    ]


def _answered(asking: SurveyRound, row: SurveyAnswer) -> FactToRecord:
    about = [thing("survey_round", asking.pk), thing("survey", asking.survey_id), thing("party", row.person_id or 0)]
    about += [row.about] if row.about else []
    return FactToRecord(
        "survey_answered", row.person_id, row.answered_at or asking.opens_at, tuple(about), {"answer": str(row.pk)}
    )
