"""One voice: its very words, what it was taken for and by whom, who said the same, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.alphabet import alphabetical
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, require_seen
from clientela.voice.actions.grouping import WITHIN
from clientela.voice.actions.readers import rows_of
from clientela.voice.meaning.alike import Neighbours
from clientela.voice.meaning.alike.groups import LEAST_ALIKE
from clientela.voice.meaning.personal import Span, personal_data
from clientela.voice.models import Evidence, FollowUp, Subject, TextVector, Voice
from clientela.voice.policies.heard import may_see_voices_of
from clientela.voice.queries.voices.filtering import VoiceFilters
from clientela.voice.queries.voices.glimpses import SubjectGlimpse, VoiceGlimpse, subject_glimpse, voice_glimpses
from clientela.voice.queries.voices.lists import voices_page

MOST_SAME = 10
MOST_ALIKE = 5
MOST_COMPARED = 1_000  # the newest of the department

# The texts themselves stay where they are: they are many times larger than what is compared.
_RECENT = """
    SELECT voice.id, voice.language, voice.group_id, kept.vector
    FROM (
        SELECT id, said_at, text_key, language, group_id FROM voice_voice
        WHERE {provider} AND said_at >= %(since)s AND text_key IS NOT NULL AND NOT is_anonymous
        ORDER BY said_at DESC, id DESC LIMIT %(most)s
    ) AS voice
    JOIN voice_textvector AS kept ON kept.text_key = voice.text_key AND kept.encoder = %(encoder)s
    WHERE kept.vector IS NOT NULL
    ORDER BY voice.said_at DESC, voice.id DESC
"""


@dataclass(frozen=True)
class _Recent:
    """A voice as it is compared."""

    id: int
    language: str
    group_id: int | None
    vector: bytes


@dataclass(frozen=True)
class SameSaid:
    """Those who said the same. `sentence` says it best; `voices` are the newest others, `count` all of the group."""

    sentence: str
    language: str
    count: int
    first_said_at: datetime
    last_said_at: datetime
    voices: tuple[VoiceGlimpse, ...]


@dataclass(frozen=True)
class FollowUpOfVoice:
    """The request by which somebody goes back to who said it."""

    request_id: int
    reason: str
    opened_at: datetime


@dataclass(frozen=True)
class ImprovementOfVoice:
    """An improvement that the voice speaks for."""

    id: int
    title: str
    state: str


@dataclass(frozen=True)
class AlikeVoice:
    """Somebody who said something like it. `likeness`: up to 1, the same."""

    voice: VoiceGlimpse
    likeness: float


@dataclass(frozen=True)
class VoicePage:
    """Everything about one voice. `choices`: the subjects that it can be said to be about, by name.

    `alike`: people like this also said, in whatever language; those of its group are in `same`. `personal`: what looks
    like personal data in its words, offered for masking, with `text_key` to say which words were looked at.
    """

    voice: VoiceGlimpse
    choices: tuple[SubjectGlimpse, ...]
    same: SameSaid | None
    follow_up: FollowUpOfVoice | None
    improvements: tuple[ImprovementOfVoice, ...]
    alike: tuple[AlikeVoice, ...]
    personal: tuple[Span, ...]
    text_key: bytes | None


def voice_page(viewer: Viewer, voice_id: int, *, at: datetime) -> VoicePage:
    """Return one voice. A fixed number of statements. Raises HiddenError, also for a voice that there is not."""
    row = Voice.objects.select_related("group").filter(pk=voice_id).first()
    if row is None:
        raise HiddenError(f"There is no voice {voice_id}.")
    require_seen(may_see_voices_of(viewer, row.provider_id))
    (glimpse,) = voice_glimpses(viewer, [voice_id])
    language = product_language(viewer.language)
    used = [subject_glimpse(subject, language=language) for subject in Subject.objects.filter(state=Subject.State.USED)]
    follow_up = FollowUp.objects.filter(voice=voice_id).first()
    evidence = Evidence.objects.filter(voice=voice_id).order_by("improvement_id")
    return VoicePage(
        voice=glimpse,
        choices=tuple(sorted(used, key=lambda subject: alphabetical(subject.name, language=language))),
        same=_same(viewer, row),
        follow_up=FollowUpOfVoice(follow_up.request_id, follow_up.reason, follow_up.opened_at) if follow_up else None,
        improvements=tuple(
            ImprovementOfVoice(*one)
            for one in evidence.values_list("improvement_id", "improvement__title", "improvement__state")
        ),
        alike=_alike(viewer, row, at=at),
        personal=personal_data(row.text, names=_colleagues(row.provider_id, at=at)) if row.text else (),
        text_key=bytes(row.text_key) if row.text_key is not None else None,
    )


def _colleagues(department_id: int | None, *, at: datetime) -> list[str]:
    if department_id is None:
        return []
    return [colleague.name for colleague in directory.colleagues_of(department_id, at)]


def _alike(viewer: Viewer, row: Voice, *, at: datetime) -> tuple[AlikeVoice, ...]:
    """The nearest of the newest voices of the same department. Anonymous words are compared with nobody's."""
    if row.text_key is None or row.is_anonymous:
        return ()
    kept = TextVector.objects.filter(text_key=row.text_key).first()
    if kept is None or kept.vector is None:
        return ()
    others = [
        one
        for one in _recent(row.provider_id, encoder=kept.encoder, at=at)
        if one.id != row.pk and (one.group_id is None or one.group_id != row.group_id)
    ]
    if not others:
        return ()
    near = Neighbours(rows_of([one.vector for one in others]), [one.language for one in others])
    (found,) = near.nearest(rows_of([bytes(kept.vector)]), [row.language], count=MOST_ALIKE, least=LEAST_ALIKE)
    glimpses = voice_glimpses(viewer, [others[one.place].id for one in found])
    return tuple(AlikeVoice(glimpse, one.likeness) for glimpse, one in zip(glimpses, found, strict=False))


def _recent(provider_id: int | None, *, encoder: str, at: datetime) -> list[_Recent]:
    provider = "provider_id IS NULL" if provider_id is None else "provider_id = %(provider)s"
    given = {"provider": provider_id, "since": at - WITHIN, "most": MOST_COMPARED, "encoder": encoder}
    with connection.cursor() as cursor:
        cursor.execute(_RECENT.format(provider=provider), given)
        return [_Recent(number, language, group, bytes(vector)) for number, language, group, vector in cursor]


def _same(viewer: Viewer, row: Voice) -> SameSaid | None:
    if row.group is None:
        return None
    page = voices_page(viewer, VoiceFilters(group_id=row.group_id), limit=MOST_SAME + 1)
    return SameSaid(
        sentence=row.group.sentence,
        language=row.group.language,
        count=row.group.n,
        first_said_at=row.group.first_said_at,
        last_said_at=row.group.last_said_at,
        voices=tuple(voice for voice in page.voices if voice.id != row.pk)[:MOST_SAME],
    )
