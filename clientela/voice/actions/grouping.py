"""Grouping: people who said the same of a department, in whatever language; and new subjects that nothing explains.

Anonymous voices are left out: whose words are like whose is nobody's business.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from clientela.kernel.analytics.apart import run_apart
from clientela.kernel.journal import record, thing
from clientela.voice.actions.hearing import text_key
from clientela.voice.actions.readers import rows_of
from clientela.voice.actions.reading import Reader, TextToRead, kept_vectors, readings_of
from clientela.voice.meaning.alike import ProposedSubject, best_sentence, kinds_beside, meaning_groups
from clientela.voice.meaning.alike.neighbours import directions
from clientela.voice.meaning.personal import masked, personal_data
from clientela.voice.meaning.sentences import sentences_in
from clientela.voice.meaning.shipped import language_means
from clientela.voice.models import Subject, Voice, VoiceGroup, VoiceSubject

WITHIN = timedelta(days=90)
MOST_GROUPED = 5_000  # the newest of a department
MOST_LOOKED_THROUGH = 20_000  # for new subjects, of the house
FEWEST_PROPOSED = 8  # voices, by at least FEWEST_SPEAKERS
FEWEST_SPEAKERS = 5
MOST_MEMBERS_CUT = 8  # of a group; their sentences are held against each other
MOST_SENTENCES_CUT = 5  # of each of them
LONGEST_SENTENCE = 300
# Named, not imported: it loads what only this needs.
FIND_SUBJECTS = "clientela.voice.meaning.alike.proposals:proposed_subjects"
_SAME_SUBJECT = 0.6  # from this likeness on, what is proposed was proposed before
_OPPOSITE = {
    Voice.Feeling.POSITIVE.value: Voice.Feeling.NEGATIVE.value,
    Voice.Feeling.NEGATIVE.value: Voice.Feeling.POSITIVE.value,
}

_RECENT = """
    SELECT voice.id, voice.text, voice.text_key, voice.language, voice.feeling, voice.said_at, voice.group_id,
        voice.speaker_id, kept.vector
    FROM (
        SELECT * FROM voice_voice
        WHERE {provider} said_at >= %(since)s AND text_key IS NOT NULL AND NOT is_anonymous
        ORDER BY said_at DESC, id DESC LIMIT %(most)s
    ) AS voice
    JOIN voice_textvector AS kept ON kept.text_key = voice.text_key AND kept.encoder = %(encoder)s
    WHERE kept.vector IS NOT NULL
    ORDER BY voice.said_at DESC, voice.id DESC
"""
_PUT = """
    UPDATE voice_voice SET group_id = found.group_id
    FROM unnest(%s::bigint[], %s::bigint[]) AS found (id, group_id)
    WHERE voice_voice.id = found.id AND voice_voice.group_id IS DISTINCT FROM found.group_id
"""


@dataclass(frozen=True)
class RecentVoice:
    """A voice with its vector."""

    id: int
    text: str
    text_key: bytes
    language: str
    feeling: str
    said_at: datetime
    group_id: int | None
    speaker_id: int | None
    vector: bytes


def recent_voices(
    *, at: datetime, encoder: str, provider_id: int | None, everywhere: bool = False, most: int = MOST_GROUPED
) -> list[RecentVoice]:
    """Return the newest voices of the last ninety days that have a vector, of one department, or `everywhere`."""
    provider = "" if everywhere else "provider_id IS NOT DISTINCT FROM %(provider)s AND"
    if not everywhere and provider_id is not None:
        provider = "provider_id = %(provider)s AND"  # so that the index is used
    with connection.cursor() as cursor:
        cursor.execute(
            _RECENT.format(provider=provider),
            {"provider": provider_id, "since": at - WITHIN, "most": most, "encoder": encoder},
        )
        rows = cursor.fetchall()
    return [
        RecentVoice(number, text, bytes(key), language, feeling, said_at, group_id, speaker_id, bytes(vector))
        for number, text, key, language, feeling, said_at, group_id, speaker_id, vector in rows
    ]


def group_voices(*, at: datetime, reader: Reader, provider_id: int | None) -> int:
    """Put together those who said the same of a department in the last ninety days; return how many groups.

    Praise and blame of one matter do not come together. Whoever's feeling cannot be told goes with the voice nearest to
    it, unless its own words lean to the other side; what is said of its feeling stays. A group that goes on keeps its
    number. Older voices stay where they were.
    """
    voices = recent_voices(at=at, encoder=reader.encoder, provider_id=provider_id)
    vectors, languages = rows_of([voice.vector for voice in voices]), [voice.language for voice in voices]
    kinds = kinds_beside(
        vectors,
        languages,
        [voice.feeling for voice in voices],
        open_kind=Voice.Feeling.CANT_TELL,
        never=_opposites(voices, reader=reader),
    )
    found = meaning_groups(vectors, languages, kinds=kinds)
    groups = [[voices[place] for place in places] for places in found]
    sentences = [_best_sentence(members, reader=reader, at=at) for members in groups]
    _write_groups(voices, groups, sentences, provider_id=provider_id, at=at)
    return len(groups)


def _opposites(voices: Sequence[RecentVoice], *, reader: Reader) -> list[str]:
    """For each voice whose feeling cannot be told the one that it leans away from; "" for the others."""
    told = [
        TextToRead(voice.text, voice.language, voice.vector)
        for voice in voices
        if voice.feeling == Voice.Feeling.CANT_TELL
    ]
    readings = iter(readings_of(reader, told))
    return [
        _OPPOSITE.get(next(readings).leans, "") if voice.feeling == Voice.Feeling.CANT_TELL else "" for voice in voices
    ]


@transaction.atomic
def _write_groups(
    voices: Sequence[RecentVoice],
    groups: Sequence[Sequence[RecentVoice]],
    sentences: Sequence[tuple[str, RecentVoice]],
    *,
    provider_id: int | None,
    at: datetime,
) -> None:
    kept = {row.pk: row for row in VoiceGroup.objects.select_for_update().filter(provider=provider_id).order_by("pk")}
    free = set(kept)
    placed: list[tuple[int, int | None]] = []
    for members, (sentence, best) in zip(groups, sentences, strict=True):
        was = Counter(voice.group_id for voice in members if voice.group_id in free)
        number = was.most_common(1)[0][0] if was else None
        group = kept[number] if number is not None else VoiceGroup(provider_id=provider_id)
        free.discard(group.pk)
        group.best_voice_id, group.sentence, group.language = best.id, sentence, best.language
        group.n = len(members)
        group.first_said_at = min(voice.said_at for voice in members)
        group.last_said_at = max(voice.said_at for voice in members)
        group.made_at = at
        group.save()
        placed += [(voice.id, group.pk) for voice in members]
    grouped = {number for number, _group in placed}
    placed += [(voice.id, None) for voice in voices if voice.id not in grouped and voice.group_id is not None]
    placed.sort()
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [[number for number, _group in placed], [group for _number, group in placed]])
    # Whose voices have all gone elsewhere; one with older voices in it stays as it was.
    lost = VoiceGroup.objects.filter(pk__in=free, voices__isnull=True)
    lost.delete()


def _best_sentence(members: Sequence[RecentVoice], *, reader: Reader, at: datetime) -> tuple[str, RecentVoice]:
    """Return the sentence that says best what all of them say, without personal data, and whose it is."""
    told = [
        (sentence, voice)
        for voice in members[:MOST_MEMBERS_CUT]
        for sentence in sentences_in(voice.text)[:MOST_SENTENCES_CUT]
    ]
    keys = [text_key(sentence) for sentence, _voice in told]
    wanted = {key: sentence for key, (sentence, _voice) in zip(keys, told, strict=True) if key is not None}
    kept = kept_vectors(at=at, reader=reader, texts=wanted)
    rows = rows_of([kept.get(key) if key is not None else None for key in keys])
    best = best_sentence([sentence for sentence, _voice in told], rows, [voice.language for _s, voice in told])
    sentence, voice = told[best] if best is not None else (members[0].text, members[0])
    return masked(sentence, personal_data(sentence))[:LONGEST_SENTENCE], voice


def departments_spoken_of(*, newest: int) -> set[int | None]:
    """Return the departments that the newest so many voices were said of."""
    return set(Voice.objects.order_by("-pk").values_list("provider_id", flat=True)[:newest])


def propose_subjects(*, at: datetime, reader: Reader) -> int:
    """Propose subjects that people spoke of and that nothing in the list explains; return how many are proposed now.

    What was proposed and not yet looked at is proposed anew by what is known now; what was dropped is not proposed
    again. The examples of a proposal are without personal data.
    """
    voices = recent_voices(at=at, encoder=reader.encoder, provider_id=None, everywhere=True, most=MOST_LOOKED_THROUGH)
    explained = _explained([voice.id for voice in voices])
    found: list[ProposedSubject] = run_apart(
        FIND_SUBJECTS,
        {
            "texts": [voice.text for voice in voices],
            "vectors": rows_of([voice.vector for voice in voices]),
            "languages": [voice.language for voice in voices],
            "is_explained": np.array([voice.id in explained for voice in voices], np.bool_),
            "fewest": FEWEST_PROPOSED,
        },
        memory_limit_mb=1024,
    )
    enough = [
        one for one in found if len({voices[place].speaker_id for place in one.places} - {None}) >= FEWEST_SPEAKERS
    ]
    known = _known_before(reader=reader, at=at)
    fresh = [one for one in enough if not _is_near(one, known, reader=reader, at=at)]
    _write_proposals(fresh, at=at)
    return len(fresh)


def _explained(ids: Sequence[int]) -> set[int]:
    rows = VoiceSubject.objects.filter(voice__in=ids, is_about=True, subject__state=Subject.State.USED)
    return set(rows.values_list("voice_id", flat=True))


def _known_before(*, reader: Reader, at: datetime) -> NDArray[np.float32]:
    """The directions of what the dropped subjects said."""
    told: dict[str, list[str]] = defaultdict(list)
    for row in Subject.objects.filter(state=Subject.State.DROPPED):
        for language, sentences in row.sentences.items():
            told[language] += sentences
    return _directions([(text, language) for language, texts in told.items() for text in texts], reader=reader, at=at)


def _directions(told: Collection[tuple[str, str]], *, reader: Reader, at: datetime) -> NDArray[np.float32]:
    keys = {text: key for text, _language in told if (key := text_key(text)) is not None}
    kept = kept_vectors(at=at, reader=reader, texts={key: text for text, key in keys.items()})
    rows = rows_of([kept.get(keys[text]) if text in keys else None for text, _language in told])
    return directions(rows, [language for _text, language in told], language_means())


def _is_near(one: ProposedSubject, known: NDArray[np.float32], *, reader: Reader, at: datetime) -> bool:
    if not len(known):
        return False
    (row,) = _directions([(one.sentence, one.language)], reader=reader, at=at)
    return bool((known @ row).max() >= _SAME_SUBJECT)


@transaction.atomic
def _write_proposals(found: Sequence[ProposedSubject], *, at: datetime) -> None:
    Subject.objects.filter(state=Subject.State.PROPOSED).delete()
    for one in found:
        sentence = masked(one.sentence, personal_data(one.sentence))[:LONGEST_SENTENCE]
        key = one.key.replace("_", "-")[:60]
        subject, is_new = Subject.objects.get_or_create(
            key=key,
            defaults={
                "names": {one.language: one.name[:60]},
                "sentences": {one.language: [sentence]},
                "words": {one.language: list(one.words)},
                "state": Subject.State.PROPOSED,
                "made_at": at,
                "changed_at": at,
            },
        )
        if is_new:
            record(verb="subject_proposed", by=None, at=at, about=[thing("subject", subject.pk)], key=key)
