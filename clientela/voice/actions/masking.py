"""Blotting out personal data in what was said, and forgetting who said it: in the voice and wherever its words stand.

What stands on a request stays on the request, for those who read it there; the voice of a complaint is a copy of it.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.journal import FactToRecord, record, record_many, thing
from clientela.voice.actions.correcting import CorrectionError, held_voice
from clientela.voice.actions.hearing import text_key
from clientela.voice.actions.surveys.counting import forget_counts
from clientela.voice.meaning.personal import BLOT
from clientela.voice.models import Rating, Review, ScoredText, SurveyAnswer, Talk, TextVector, Voice, VoiceGroup

Change = Callable[[str], str]


@transaction.atomic
def mask_voice(*, by: Viewer, at: datetime, voice_id: int, spans: Collection[tuple[int, int]], seen_key: bytes) -> None:
    """Blot out passages of a voice's words, each from a sign to before another, for good and for everybody.

    `seen_key`: the text_key of the words that the passages were chosen in. What was understood stays; nothing of the
    blotted words is written down anywhere. Raises HiddenError, and CorrectionError for other words or no passage.
    """
    voice = held_voice(by, voice_id)
    if voice.text_key is None or bytes(voice.text_key) != seen_key:
        raise CorrectionError(_("These words have changed meanwhile. Look at them again."))
    chosen = sorted({(start, end) for start, end in spans if 0 <= start < end <= len(voice.text)})
    if not chosen:
        raise CorrectionError(_("Choose what is to be blotted out."))
    was, words = voice.text, _blotted(voice.text, chosen)
    passages = sorted({was[start:end] for start, end in chosen}, key=len, reverse=True)

    def without(text: str) -> str:
        if text == was:
            return words
        for passage in passages:
            text = text.replace(passage, BLOT)
        return text

    voice.text, voice.text_key, voice.masked_at = words, text_key(words), at
    voice.save(update_fields=["text", "text_key", "masked_at"])
    _change_source(voice.source, without)
    _change_copies(seen_key, without)
    for group in VoiceGroup.objects.filter(best_voice=voice):
        group.sentence = without(group.sentence)
        group.save(update_fields=["sentence"])
    about = [thing("voice", voice.pk), *([thing("party", voice.provider_id)] if voice.provider_id else [])]
    record(verb="voice_masked", by=by.person_id, at=at, about=about, count=len(chosen))


@transaction.atomic
def forget_speaker(*, at: datetime, person_id: int) -> int:
    """Forget that a person said anything: the words, the name and what it was about go, the figures stay.

    Return how many voices. Public reviews keep their words, which are public, and lose the name.
    """
    voices = list(Voice.objects.select_for_update().filter(speaker=person_id).order_by("pk"))
    for voice in voices:
        key = bytes(voice.text_key) if voice.text_key is not None else None
        voice.speaker, voice.about = None, ""
        if voice.kind != Voice.Kind.REVIEW:
            was = voice.text
            voice.text, voice.text_key = "", None
            # A talk's words are its notes and what matters most, each in a place of its own: all of them go.
            is_all = voice.kind == Voice.Kind.TALK
            _change_source(
                voice.source,
                lambda text, was=was, is_all=is_all: "" if is_all or text == was else text,  # type: ignore[misc]
            )
        voice.group = None
        voice.save(update_fields=["speaker", "about", "text", "text_key", "group"])
        if key is not None and voice.text_key is None:
            _change_copies(key, lambda _text: "")
    VoiceGroup.objects.filter(best_voice__in=[voice.pk for voice in voices]).delete()
    Review.objects.filter(party=person_id).update(party=None, consent="")
    SurveyAnswer.objects.filter(person=person_id).update(person=None)
    Talk.objects.filter(with_person=person_id).update(with_person=None)
    record_many([FactToRecord("speaker_forgotten", None, at, (thing("voice", voice.pk),)) for voice in voices])
    return len(voices)


def _blotted(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in spans:
        if end <= at:
            continue
        # Passages that touch or overlap become one blot.
        parts += [text[at:start], BLOT] if start > at or not parts else []
        at = end
    return "".join([*parts, text[at:]])


def _change_source(source: str, change: Change) -> None:
    """Change the words in the row that the voice was heard from."""
    kind, _colon, rest = source.partition(":")
    number, _colon, _question = rest.partition(":")
    if kind == "rating":
        for rating in Rating.objects.select_for_update().filter(pk=number):
            rating.comment = change(rating.comment)
            rating.save(update_fields=["comment"])
    elif kind == "review":
        for review in Review.objects.select_for_update().filter(pk=number):
            review.text = change(review.text)
            review.save(update_fields=["text"])
    elif kind == "talk":
        for talk in Talk.objects.select_for_update().filter(pk=number):
            talk.notes = change(talk.notes)
            matters = [one | {"text": change(one["text"])} for one in talk.matters_most]
            talk.matters_most = [one for one in matters if one["text"]]
            talk.save(update_fields=["notes", "matters_most"])
    elif kind == "answer":
        for answer in SurveyAnswer.objects.select_for_update().filter(pk=number):
            answer.values = _changed(answer.values, change)
            answer.save(update_fields=["values"])
            forget_counts(answer.round_id)


def _changed(value: object, change: Change) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _changed(one, change) for key, one in value.items()}
    return [_changed(one, change) for one in value] if isinstance(value, list) else value


def _change_copies(key: bytes, change: Change) -> None:
    """Change what was kept of the words by their content, unless somebody else said the very same."""
    if Voice.objects.filter(text_key=key).exists():
        return
    TextVector.objects.filter(text_key=key).delete()
    for scored in ScoredText.objects.filter(text_key=key):
        words = change(scored.text)
        new = text_key(words)
        if new is None or ScoredText.objects.filter(text_key=new).exists():
            scored.delete()
        else:
            scored.text, scored.text_key = words, new
            scored.save(update_fields=["text", "text_key"])
