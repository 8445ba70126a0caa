"""What happens to the answers of a round when it ends. Those of an anonymous one are only now written as rows."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any, Final

from django.db.models import F, Func, JSONField, Value

from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.surveys.boxes import destroy, opened
from clientela.voice.models import SurveyAnswer, SurveyRound, SurveyVersion, Voice
from clientela.voice.rules.anonymity import LEAST_SHOWN
from clientela.voice.rules.anonymity.classes import edges_in, read
from clientela.voice.rules.anonymity.keeping import IN_CLASSES, values_kept
from clientela.voice.rules.releasing import SealedAnswer, released
from clientela.voice.rules.sealed_boxes import shuffled
from clientela.voice.rules.surveys import Question, QuestionKind, SurveyDefinition, from_json

KINDS_OF_CUTS = ("supplier", "rater", "service", "side", "language")
_AT_ONCE = 2000
_chance: Final = secrets.SystemRandom()


def release(ending: SurveyRound, *, at: datetime) -> dict[str, int]:
    """End a round whose row is locked, survey fetched; return its counts for the journal.

    The boxes of an anonymous one are opened, shuffled together and thrown away; what the publication rule leaves
    is written at once, in random order, without a moment, the words apart, of numbers their class alone. Fewer than
    five answers are destroyed unread. All of it is in the caller's transaction: a worker that dies leaves the boxes as
    they were.
    """
    if not ending.survey.is_anonymous:
        SurveyRound.objects.filter(pk=ending.pk).update(released_at=at)
        return {"answers": SurveyAnswer.objects.filter(round=ending, is_complete=True).count()}
    found = shuffled(list(opened(ending.pk)))
    definitions = _definitions(one.version_id for one in found)
    asked = [question for definition in definitions.values() for question in definition.questions]
    kept = released(
        found,
        cuts=[cut for cut in ending.survey.cuts if cut in KINDS_OF_CUTS],
        texts={question.name for question in asked if question.kind is QuestionKind.TEXT},
        never={question.name for question in asked if question.is_email},
    )
    values = values_kept(
        [one.values for one in kept.answers],
        list({question.name: question for question in asked}.values()),
        earlier=_earlier(ending, asked),
        chance=_chance,
    )
    answers = [replace(one, values=mine) for one, mine in zip(kept.answers, values, strict=True)]
    # What everybody shares says nothing about anybody.
    sides = {one.cuts.get("side") for one in found}
    side = str(sides.pop() or "") if len(sides) == 1 else ""
    # Shuffled each for itself: the order of the words says nothing about that of the scores.
    rows = [_row(ending, one, side=side) for one in shuffled(answers)]
    words = [_row(ending, one, side=side, is_words=True) for one in shuffled(kept.words)]
    SurveyAnswer.objects.bulk_create([*rows, *words], batch_size=_AT_ONCE)
    destroy(ending.pk)
    SurveyRound.objects.filter(pk=ending.pk).update(released_at=at)
    # All voices of a round are of one moment: its end, without the hour.
    said_at = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    # Of a department that too few spoke about nobody learns anything; words about no department are for who asked.
    about_nobody = None if any(one.cuts.get("supplier") for one in found) else ending.survey.owner_id
    voices = [
        _voice(row, provider_id=row.supplier_id or about_nobody, at=said_at)
        for row in words
        if set(row.values) <= _heard(definitions[row.version_id])
    ]
    hear(at=at, voices=voices)
    return {"answers": len(found), "destroyed": len(found) if len(found) < LEAST_SHOWN else 0}


def _earlier(ending: SurveyRound, asked: Iterable[Question]) -> dict[str, set[float]]:
    """The edges between the classes of numbers and days that earlier rounds kept, by question."""
    found: dict[str, set[float]] = {}
    rows = SurveyAnswer.objects.filter(round__survey=ending.survey_id, is_complete=True).order_by()
    for question in asked:
        if question.kind in IN_CLASSES:
            is_day = question.kind is QuestionKind.DATE
            # Asked by a function: a lookup would take "a__b" for a value within a value, and "2" for the third.
            value = Func(F("values"), Value(question.name), function="jsonb_extract_path", output_field=JSONField())
            given = rows.values_list(value, flat=True).distinct()
            found[question.name] = edges_in(one for kept in given if (one := read(kept, is_day=is_day)) is not None)
    return found


def _voice(row: SurveyAnswer, *, provider_id: int | None, at: datetime) -> VoiceToHear:
    """The voice of words that were released: it names nobody and no thing, and has no score."""
    ((name, text),) = row.values.items()
    return VoiceToHear(
        kind=Voice.Kind.SURVEY,
        source=f"answer:{row.pk}:{name}",
        side=row.side,
        provider_id=provider_id,
        service_id=row.service_id,
        rater_id=row.rater_id,
        is_anonymous=True,
        text=text,
        language=row.language or "en",
        said_at=at,
    )


def _heard(definition: SurveyDefinition) -> set[str]:
    """The questions whose words are voices."""
    return {one.name for one in definition.questions if one.kind is QuestionKind.TEXT and not one.is_email}


def _definitions(version_ids: Iterable[int]) -> Mapping[int, SurveyDefinition]:
    rows = SurveyVersion.objects.filter(pk__in=set(version_ids)).values_list("pk", "definition")
    return {number: from_json(definition) for number, definition in rows}


def _row(ending: SurveyRound, one: SealedAnswer, *, side: str, is_words: bool = False) -> SurveyAnswer:
    cuts: Mapping[str, Any] = one.cuts
    return SurveyAnswer(
        round=ending,
        version_id=one.version_id,
        supplier_id=cuts.get("supplier"),
        rater_id=cuts.get("rater"),
        service_id=cuts.get("service"),
        side=cuts.get("side") or side,
        language=one.language,
        values=dict(one.values),
        is_complete=not is_words,
    )
