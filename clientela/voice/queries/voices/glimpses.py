"""A voice in a line: what every page shows of it, with the names around it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.languages import product_language
from clientela.requests import queries as requests
from clientela.voice.models import Subject, Voice, VoiceSubject
from clientela.voice.policies.heard import may_see_speaker


@dataclass(frozen=True)
class Named:
    """A department, a person or an organisation, by name in the reader's language."""

    id: int
    name: str


@dataclass(frozen=True)
class SubjectGlimpse:
    """A subject by name in the reader's language."""

    id: int
    key: str
    name: str


@dataclass(frozen=True)
class SubjectOfVoice:
    """What a voice is about. `by`: "model", "words" or "person"; the probability is None by words and persons."""

    subject: SubjectGlimpse
    by: str
    probability: float | None


@dataclass(frozen=True)
class VoiceGlimpse:
    """One thing that was said, as this viewer may see it.

    `speaker` and `rater` are None where a voice is without a name. The score of an anonymous voice is never shown.
    `feeling` "" has not been read yet. `reference` and `title` are those of the request that it is `about`, if any.
    `same_count`: how many others said the same, 0 when nobody did.
    """

    id: int
    kind: str
    side: str
    provider: Named | None
    service: str
    about: str
    reference: str
    title: str
    speaker: Named | None
    rater: Named | None
    is_anonymous: bool
    measure: str
    score: int | None
    text: str
    language: str
    said_at: datetime
    is_masked: bool
    feeling: str
    feeling_probability: float | None
    feeling_by: str
    subjects: tuple[SubjectOfVoice, ...]
    group_id: int | None
    same_count: int


def subject_glimpse(subject: Subject, *, language: str) -> SubjectGlimpse:
    """Return the subject by its name in a language, else in English, else by its key."""
    names = subject.names
    return SubjectGlimpse(subject.pk, subject.key, names.get(language) or names.get("en") or subject.key)


def voice_glimpses(viewer: Viewer, ids: Sequence[int]) -> tuple[VoiceGlimpse, ...]:
    """Return these voices in this order. Whether the viewer may read them has been asked. Six statements at most."""
    rows = {row.pk: row for row in Voice.objects.filter(pk__in=ids).select_related("group")}
    language = product_language(viewer.language)
    about = _subjects(list(rows), language=language)
    origins = requests.request_origins({_request_of(row.about) for row in rows.values()} - {0})
    services = _services({row.service_id for row in rows.values() if row.service_id}, language=language)
    shown_speakers = {row.speaker_id for row in rows.values() if row.speaker_id and _is_named(viewer, row)}
    departments = {number for row in rows.values() for number in (row.provider_id, row.rater_id) if number}
    names = names_of(shown_speakers | departments, language=language)
    return tuple(
        _glimpse(
            row,
            names=names,
            service=services.get(row.service_id or 0, ""),
            origin=origins.get(_request_of(row.about)),
            subjects=about.get(row.pk, ()),
            is_named=row.speaker_id in shown_speakers and _is_named(viewer, row),
        )
        for row in (rows[number] for number in ids if number in rows)
    )


def names_of(ids: Collection[int], *, language: str) -> dict[int, Named]:
    """Return parties by name, departments in the language; the erased are left out. One or two statements."""
    if not ids:
        return {}
    ours = {card.id: Named(card.id, card.name_in(language)) for card in directory.departments()}
    others = set(ids) - set(ours)
    named = {number: Named(number, card.name) for number, card in directory.party_cards(others).items()}
    return {number: name for number, name in (ours | named).items() if number in set(ids)}


def _is_named(viewer: Viewer, row: Voice) -> bool:
    return may_see_speaker(
        viewer, provider_id=row.provider_id, side=row.side, about=row.about, is_anonymous=row.is_anonymous
    ).is_allowed


def _request_of(about: str) -> int:
    kind, _colon, number = about.partition(":")
    return int(number) if kind == "request" and number.isdecimal() else 0


def _services(ids: Collection[int], *, language: str) -> dict[int, str]:
    if not ids:
        return {}
    versions = catalogue.newest_versions(ids)
    glimpses = catalogue.service_glimpses(set(versions.values()), language=language)
    return {service_id: glimpses[version].title for service_id, version in versions.items() if version in glimpses}


def _subjects(ids: Collection[int], *, language: str) -> Mapping[int, tuple[SubjectOfVoice, ...]]:
    found: dict[int, list[SubjectOfVoice]] = defaultdict(list)
    rows = VoiceSubject.objects.filter(voice__in=ids, is_about=True).select_related("subject")
    for row in rows.order_by("voice_id", "-probability", "subject_id"):
        subject = subject_glimpse(row.subject, language=language)
        found[row.voice_id].append(SubjectOfVoice(subject, row.by, row.probability))
    return {number: tuple(some) for number, some in found.items()}


def _glimpse(
    row: Voice,
    *,
    names: Mapping[int, Named],
    service: str,
    origin: requests.RequestOrigin | None,
    subjects: tuple[SubjectOfVoice, ...],
    is_named: bool,
) -> VoiceGlimpse:
    return VoiceGlimpse(
        id=row.pk,
        kind=row.kind,
        side=row.side,
        provider=names.get(row.provider_id or 0),
        service=service,
        about=row.about,
        reference=origin.reference if origin else "",
        title=origin.title if origin else "",
        speaker=names.get(row.speaker_id or 0) if is_named else None,
        rater=names.get(row.rater_id or 0) if is_named else None,  # of three people, one is known by two hints
        is_anonymous=row.is_anonymous,
        measure="" if row.is_anonymous else row.measure,
        score=None if row.is_anonymous else row.score,
        text=row.text,
        language=row.language,
        said_at=row.said_at,
        is_masked=row.masked_at is not None,
        feeling=row.feeling,
        feeling_probability=row.feeling_probability,
        feeling_by=row.feeling_by,
        subjects=subjects,
        group_id=row.group_id,
        same_count=max(row.group.n - 1, 0) if row.group else 0,
    )
