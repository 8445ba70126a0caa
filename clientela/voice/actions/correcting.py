"""Correcting: what a person says of a voice counts at once, wins over every model, and is learned from."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require_seen
from clientela.voice.actions.meanings import meanings_of
from clientela.voice.actions.tallies import count_meanings
from clientela.voice.models import ScoredText, Subject, Voice, VoiceSubject
from clientela.voice.models.meaning import FEELINGS
from clientela.voice.policies.heard import may_correct_voice


class CorrectionError(ValueError):
    """A feeling that there is not, or a voice without words. The message says which, in the viewer's words."""


@transaction.atomic
def say_feeling(*, by: Viewer, at: datetime, voice_id: int, feeling: str) -> None:
    """Say how the words of a voice feel: negative, mixed, neutral or positive. It counts at once, and is learned from.

    Raises HiddenError and CorrectionError.
    """
    voice = held_voice(by, voice_id)
    if feeling not in FEELINGS:
        raise CorrectionError(_("Say whether it is negative, mixed, neutral or positive."))
    before = meanings_of([voice])[voice.pk]
    was = voice.feeling
    voice.feeling, voice.feeling_by, voice.feeling_probability = feeling, Voice.By.PERSON, None
    voice.save(update_fields=["feeling", "feeling_by", "feeling_probability"])
    count_meanings([(voice, before, meanings_of([voice])[voice.pk])])
    _learn(voice, by=by, at=at, feeling=feeling)
    _tell("feeling_said", voice, by=by, at=at, feeling=feeling, was=was)


def say_subject(*, by: Viewer, at: datetime, voice_id: int, subject_id: int) -> None:
    """Say that a voice is about a subject. Raises HiddenError and CorrectionError."""
    _say_subject(by=by, at=at, voice_id=voice_id, subject_id=subject_id, is_about=True)


def unsay_subject(*, by: Viewer, at: datetime, voice_id: int, subject_id: int) -> None:
    """Say that a voice is not about a subject; the No is kept and learned from. Raises HiddenError, CorrectionError."""
    _say_subject(by=by, at=at, voice_id=voice_id, subject_id=subject_id, is_about=False)


@transaction.atomic
def _say_subject(*, by: Viewer, at: datetime, voice_id: int, subject_id: int, is_about: bool) -> None:
    voice = held_voice(by, voice_id)
    subject = Subject.objects.filter(pk=subject_id, state=Subject.State.USED).first()
    if subject is None:
        raise HiddenError(f"There is no subject {subject_id}.")
    before = meanings_of([voice])[voice.pk]
    VoiceSubject.objects.update_or_create(
        voice=voice,
        subject=subject,
        defaults={
            "is_about": is_about,
            "by": Voice.By.PERSON,
            "probability": None,
            "said_at": voice.said_at,
            "provider_id": voice.provider_id,
        },
    )
    count_meanings([(voice, before, meanings_of([voice])[voice.pk])])
    about = VoiceSubject.objects.filter(voice=voice, is_about=True).order_by("subject__key")
    _learn(voice, by=by, at=at, subjects=list(about.values_list("subject__key", flat=True)))
    verb = "subject_said" if is_about else "subject_unsaid"
    _tell(verb, voice, by=by, at=at, subject=subject.key)


def held_voice(by: Viewer, voice_id: int) -> Voice:
    """Return the voice, held until the transaction ends. Raises HiddenError, and CorrectionError without words."""
    # The job that reads passes a held voice by, so what a person says is never overwritten by what was read before.
    voice = Voice.objects.select_for_update(of=("self",)).filter(pk=voice_id).first()
    if voice is None:
        raise HiddenError(f"There is no voice {voice_id}.")
    require_seen(may_correct_voice(by, voice.provider_id))
    if not voice.text:
        raise CorrectionError(_("There are no words here to say anything of."))
    return voice


def _learn(voice: Voice, *, by: Viewer, at: datetime, feeling: str = "", subjects: list[str] | None = None) -> None:
    """Keep the text with what was said of it. What is said of anonymous words is learned from like any other."""
    if voice.text_key is None:
        return
    said: Mapping[str, object] = {"feeling": feeling} if feeling else {"subjects": subjects}
    ScoredText.objects.update_or_create(
        text_key=bytes(voice.text_key),
        defaults={"said_by_id": by.person_id, "said_at": at, **said},
        create_defaults={
            "text": voice.text,
            "language": voice.language,
            "said_by_id": by.person_id,
            "said_at": at,
            **said,
        },
    )


def _tell(verb: str, voice: Voice, *, by: Viewer, at: datetime, **data: object) -> None:
    about = [thing("voice", voice.pk), *([thing("party", voice.provider_id)] if voice.provider_id else [])]
    record(verb=verb, by=by.person_id, at=at, about=about, **data)
