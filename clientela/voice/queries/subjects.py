"""The list of subjects, and what the machine has learned: for those who keep the one and teach the other."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from clientela.directory.policies import Viewer
from clientela.kernel.alphabet import alphabetical
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, require_seen
from clientela.voice.actions.tallies import week_of
from clientela.voice.meaning.encoder import is_available
from clientela.voice.meaning.training import FEWEST_TO_LEARN
from clientela.voice.models import LearnedModel, ScoredText, Subject, SubjectTally, Voice
from clientela.voice.policies.heard import may_keep_subjects, may_teach, reads_everything, voices_read_by
from clientela.voice.queries.voices.glimpses import subject_glimpse
from clientela.voice.queries.voices.summary import Waiting, voices_waiting

WEEKS = 12


@dataclass(frozen=True)
class SubjectSeen:
    """A subject, to be kept. `count`: how often it was spoken of in the last WEEKS, in the whole house."""

    id: int
    key: str
    name: str
    names: Mapping[str, str]
    sentences: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]
    state: str
    count: int
    changed_at: datetime


@dataclass(frozen=True)
class SubjectList:
    """The list: what is used by name, what the machine proposes, what was dropped; and what waits to be read."""

    used: tuple[SubjectSeen, ...]
    proposed: tuple[SubjectSeen, ...]
    dropped: tuple[SubjectSeen, ...]
    since: date
    waiting: Waiting
    has_encoder: bool


@dataclass(frozen=True)
class LanguageFigure:
    """How well texts of one language are told, "" of all: `right` of `n` that were not learned from, with interval.

    `right_before`: how many of the same were right before anything was learned.
    """

    group: str
    right: int
    n: int
    low: float
    high: float
    right_before: int

    @property
    def share(self) -> float:
        """The share that was right."""
        return self.right / self.n if self.n else 0.0

    @property
    def share_before(self) -> float:
        """The share that was right before."""
        return self.right_before / self.n if self.n else 0.0


@dataclass(frozen=True)
class LearnedSeen:
    """What was learned last of feelings, or of subjects, and whether it is used: only if it is not worse."""

    name: str
    is_used: bool
    made_at: datetime
    figures: tuple[LanguageFigure, ...]
    calibration_error: float | None


@dataclass(frozen=True)
class ScoredSeen:
    """A text that was scored, the newest first."""

    id: int
    text: str
    language: str
    feeling: str
    subjects: tuple[str, ...] | None
    said_at: datetime


@dataclass(frozen=True)
class LearningPage:
    """What the machine has learned. `counts`: scored texts by language; `fewest`: needed to learn at all."""

    has_encoder: bool
    feelings: LearnedSeen | None
    subjects: LearnedSeen | None
    counts: tuple[tuple[str, int], ...]
    total: int
    fewest: int
    newest: tuple[ScoredSeen, ...]
    waiting: Waiting


def subject_list(viewer: Viewer, *, at: datetime) -> SubjectList:
    """Return the list. Three statements. Raises HiddenError for who does not keep it."""
    require_seen(may_keep_subjects(viewer))
    since = week_of(at) - timedelta(weeks=WEEKS - 1)
    language = product_language(viewer.language)
    counts = dict(
        SubjectTally.objects.filter(week_on__gte=since).values_list("subject_id").annotate(total=Sum("n")).order_by()
    )
    rows = [_seen(row, counts.get(row.pk, 0), language=language) for row in Subject.objects.all()]
    rows.sort(key=lambda row: (alphabetical(row.name, language=language), row.id))
    by_state = {state: tuple(row for row in rows if row.state == state) for state in Subject.State.values}
    return SubjectList(
        used=by_state["used"],
        proposed=by_state["proposed"],
        dropped=by_state["dropped"],
        since=since,
        waiting=voices_waiting(),
        has_encoder=is_available(),
    )


def subject_seen(viewer: Viewer, subject_id: int, *, at: datetime) -> SubjectSeen:
    """Return one subject. Two statements. Raises HiddenError."""
    require_seen(may_keep_subjects(viewer))
    row = Subject.objects.filter(pk=subject_id).first()
    if row is None:
        raise HiddenError(f"There is no subject {subject_id}.")
    since = week_of(at) - timedelta(weeks=WEEKS - 1)
    tallies = SubjectTally.objects.filter(subject=row, week_on__gte=since)
    count = tallies.aggregate(total=Sum("n"))["total"] or 0
    return _seen(row, count, language=product_language(viewer.language))


def learning_page(viewer: Viewer, *, newest: int = 20) -> LearningPage:
    """Return what was learned and from what; of the texts only those that the viewer may read. Five statements.

    Raises HiddenError for who does not teach it.
    """
    require_seen(may_teach(viewer))
    last = {row.kind: row for row in LearnedModel.objects.defer("content").order_by("pk")}
    counts = Counter(dict(ScoredText.objects.values_list("language").annotate(total=Count("pk")).order_by()))
    scored = _readable(viewer).order_by("-said_at", "-pk")[:newest]
    return LearningPage(
        has_encoder=is_available(),
        feelings=_learned(last.get(LearnedModel.Kind.FEELING)),
        subjects=_learned(last.get(LearnedModel.Kind.SUBJECTS)),
        counts=tuple(counts.most_common()),
        total=counts.total(),
        fewest=FEWEST_TO_LEARN,
        newest=tuple(
            ScoredSeen(
                row.pk,
                row.text,
                row.language,
                row.feeling,
                None if row.subjects is None else tuple(row.subjects),
                row.said_at,
            )
            for row in scored
        ),
        waiting=voices_waiting(),
    )


def _readable(viewer: Viewer) -> QuerySet[ScoredText]:
    """The scored texts whose words the viewer may read: of a file that was given, or of a voice that they read."""
    same_words = Voice.objects.filter(text_key=OuterRef("text_key"))
    if reads_everything(viewer):
        return ScoredText.objects.all()
    return ScoredText.objects.filter(Exists(same_words.filter(voices_read_by(viewer))) | ~Exists(same_words))


def _seen(row: Subject, count: int, *, language: str) -> SubjectSeen:
    return SubjectSeen(
        id=row.pk,
        key=row.key,
        name=subject_glimpse(row, language=language).name,
        names=row.names,
        sentences={code: tuple(told) for code, told in row.sentences.items()},
        words={code: tuple(told) for code, told in row.words.items()},
        state=row.state,
        count=count,
        changed_at=row.changed_at,
    )


def _learned(row: LearnedModel | None) -> LearnedSeen | None:
    if row is None:
        return None
    figures = dict(row.figures)
    error = figures.pop("calibration_error", None)
    return LearnedSeen(
        name=row.name,
        is_used=row.is_used,
        made_at=row.made_at,
        figures=tuple(LanguageFigure(group, **figure) for group, figure in sorted(figures.items())),
        calibration_error=error,
    )
