"""Subjects: the one list of what people talk about, kept by people, with what the machine proposes."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.languages import LANGUAGES
from clientela.kernel.policies import HiddenError, require
from clientela.voice.actions.refusing import FieldRefusedError
from clientela.voice.actions.tallies import stand_in_line
from clientela.voice.meaning.shipped import ready_made_subjects
from clientela.voice.models import ScoredText, Subject, SubjectTally, VoiceSubject
from clientela.voice.policies.heard import may_keep_subjects

LONGEST_NAME = 60
LONGEST_SENTENCE = 300
LONGEST_WORD = 60
MOST_SENTENCES = 40  # a language
MOST_WORDS = 100
LONGEST_KEY = 60
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")

# What is spoken of is counted anew from the voices: all of it or nothing is right, whatever was moved.
_COUNT_ANEW = """
    INSERT INTO voice_subjecttally (week_on, subject_id, provider_id, side, feeling, n)
    SELECT date_trunc('week', voice.said_at AT TIME ZONE 'UTC')::date, link.subject_id, voice.provider_id, voice.side,
        voice.feeling, count(*)
    FROM voice_voicesubject AS link JOIN voice_voice AS voice ON voice.id = link.voice_id
    WHERE link.subject_id = ANY(%s) AND link.is_about AND NOT voice.is_anonymous
    GROUP BY 1, 2, 3, 4, 5
"""


class SubjectError(FieldRefusedError):
    """A subject that cannot be kept so; `field` is what is wrong: names, sentences, words or key."""


def ensure_default_subjects(*, at: datetime) -> int:
    """Write the ready-made list where there is none yet; return how many. A list that people emptied stays empty."""
    if Subject.objects.exists():
        return 0
    rows = [
        Subject(
            key=one.key,
            names=dict(one.names),
            sentences={language: list(told) for language, told in one.sentences.items()},
            words={language: list(told) for language, told in one.words.items()},
            state=Subject.State.USED,
            made_at=at,
            changed_at=at,
        )
        for one in ready_made_subjects()
    ]
    # Two workers that begin at once both find none; the second passes over what the first has written.
    return len(Subject.objects.bulk_create(rows, ignore_conflicts=True))


@transaction.atomic
def add_subject(
    *,
    by: Viewer,
    at: datetime,
    names: Mapping[str, str],
    sentences: Mapping[str, Sequence[str]],
    words: Mapping[str, Sequence[str]],
) -> int:
    """Add a subject to the list; return its id. Everything is read again in the background.

    A name in at least one language, and a sentence or a word to compare with. Raises NotAllowedError, SubjectError.
    """
    require(may_keep_subjects(by))
    kept = _checked(names, sentences, words)
    name = str(kept["names"].get("en") or next(iter(kept["names"].values())))
    key = slugify(name)[:LONGEST_KEY] or "subject"
    taken = SubjectError("names", _("There is already a subject of this name."))
    with refusals_as({"voice_subject_key_key": taken}):
        subject = Subject.objects.create(key=key, state=Subject.State.USED, made_at=at, changed_at=at, **kept)
    _tell("subject_added", subject, by=by, at=at)
    return subject.pk


@transaction.atomic
def change_subject(
    *,
    by: Viewer,
    at: datetime,
    subject_id: int,
    names: Mapping[str, str],
    sentences: Mapping[str, Sequence[str]],
    words: Mapping[str, Sequence[str]],
) -> bool:
    """Describe a subject anew; return whether texts are to be read again. Raises as add_subject, and HiddenError."""
    subject = _held(by, subject_id)
    kept = _checked(names, sentences, words)
    was = {"names": subject.names, "sentences": subject.sentences, "words": subject.words}
    if kept == was:
        return False
    for field, value in kept.items():
        setattr(subject, field, value)
    subject.changed_at = at
    subject.save(update_fields=["names", "sentences", "words", "changed_at"])
    _tell("subject_changed", subject, by=by, at=at)
    return (kept["sentences"], kept["words"]) != (was["sentences"], was["words"])


@transaction.atomic
def drop_subject(*, by: Viewer, at: datetime, subject_id: int) -> None:
    """Use a subject, or a proposed one, no longer; what was said of it is kept. Raises NotAllowedError, HiddenError."""
    subject = _held(by, subject_id)
    if subject.state != Subject.State.DROPPED:
        subject.state, subject.changed_at = Subject.State.DROPPED, at
        subject.save(update_fields=["state", "changed_at"])
        _tell("subject_dropped", subject, by=by, at=at)


@transaction.atomic
def use_subject(*, by: Viewer, at: datetime, subject_id: int) -> None:
    """Accept a proposed subject, or use a dropped one again. Raises NotAllowedError, HiddenError."""
    subject = _held(by, subject_id)
    if subject.state != Subject.State.USED:
        subject.state, subject.changed_at = Subject.State.USED, at
        subject.save(update_fields=["state", "changed_at"])
        _tell("subject_used", subject, by=by, at=at)


@transaction.atomic
def merge_subjects(*, by: Viewer, at: datetime, subject_id: int, into_id: int) -> None:
    """Let one subject go into another: voices, counts, sentences, words, and what was learned from.

    Where a person said something of both for one voice, what was said of the other one counts. Raises NotAllowedError,
    HiddenError, and SubjectError for a subject and itself.
    """
    require(may_keep_subjects(by))
    if subject_id == into_id:
        raise SubjectError("into", _("Choose another subject to merge it into."))
    rows = {
        row.pk: row for row in Subject.objects.select_for_update().filter(pk__in=[subject_id, into_id]).order_by("pk")
    }
    if len(rows) != len({subject_id, into_id}):
        raise HiddenError("There are no such subjects.")
    gone, into = rows[subject_id], rows[into_id]
    stand_in_line()
    both = VoiceSubject.objects.filter(subject=gone, voice__subjects__subject=into)
    ours = both.filter(by="person").exclude(voice__subjects__in=VoiceSubject.objects.filter(subject=into, by="person"))
    stronger = list(ours.values_list("voice_id", flat=True))
    VoiceSubject.objects.filter(subject=into, voice__in=stronger).delete()
    VoiceSubject.objects.filter(pk__in=list(both.exclude(voice__in=stronger).values_list("pk", flat=True))).delete()
    VoiceSubject.objects.filter(subject=gone).update(subject=into)
    SubjectTally.objects.filter(subject__in=[gone, into]).delete()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_ANEW, [[gone.pk, into.pk]])
    into.sentences = _together(into.sentences, gone.sentences, MOST_SENTENCES)
    into.words = _together(into.words, gone.words, MOST_WORDS)
    into.changed_at = gone.changed_at = at
    into.state, gone.state = Subject.State.USED, Subject.State.DROPPED
    into.save(update_fields=["sentences", "words", "changed_at", "state"])
    gone.save(update_fields=["changed_at", "state"])
    for scored in ScoredText.objects.filter(Q(subjects__contains=[gone.key])):
        scored.subjects = sorted({into.key if key == gone.key else key for key in scored.subjects or ()})
        scored.save(update_fields=["subjects"])
    _tell("subjects_merged", into, by=by, at=at, other=gone.key)


def _together(mine: Mapping[str, list[str]], others: Mapping[str, list[str]], most: int) -> dict[str, list[str]]:
    return {
        language: list(dict.fromkeys([*mine.get(language, ()), *others.get(language, ())]))[:most]
        for language in sorted(mine.keys() | others.keys())
    }


def _held(by: Viewer, subject_id: int) -> Subject:
    require(may_keep_subjects(by))
    subject = Subject.objects.select_for_update().filter(pk=subject_id).first()
    if subject is None:
        raise HiddenError(f"There is no subject {subject_id}.")
    return subject


def _checked(
    names: Mapping[str, str], sentences: Mapping[str, Sequence[str]], words: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, str] | dict[str, list[str]]]:
    kept_names = {language: name for language in sorted(names) if (name := _line(names[language])[:LONGEST_NAME])}
    if not kept_names.keys() & set(LANGUAGES):
        raise SubjectError("names", _("Give it a name in at least one language."))
    kept_sentences = _lines("sentences", sentences, LONGEST_SENTENCE, MOST_SENTENCES)
    kept_words = _lines("words", words, LONGEST_WORD, MOST_WORDS)
    if not kept_sentences and not kept_words:
        raise SubjectError("sentences", _("Write at least one sentence as people say it, or one word."))
    return {"names": kept_names, "sentences": kept_sentences, "words": kept_words}


def _lines(field: str, told: Mapping[str, Sequence[str]], longest: int, most: int) -> dict[str, list[str]]:
    kept: dict[str, list[str]] = {}
    for language in sorted(told):
        lines = list(dict.fromkeys(line for one in told[language] if (line := _line(one))))
        if any(len(line) > longest for line in lines):
            raise SubjectError(
                field, _("Each is at most %(longest)s letters long; one of yours is longer.") % {"longest": longest}
            )
        if len(lines) > most:
            raise SubjectError(field, _("At most %(most)s a language.") % {"most": most})
        if lines:
            kept[language] = lines
    return kept


def _line(text: str) -> str:
    return " ".join(_UNSTORABLE.sub("", text).split())


def _tell(verb: str, subject: Subject, *, by: Viewer, at: datetime, **data: object) -> None:
    record(verb=verb, by=by.person_id, at=at, about=[thing("subject", subject.pk)], key=subject.key, **data)
