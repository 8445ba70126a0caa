"""Improvements, ready to show: what was said, what was done about it, and the counts that tell whether it helped."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard, PartyCard
from clientela.directory.rules import day_in_zone
from clientela.kernel.alphabet import alphabetical
from clientela.kernel.policies import HiddenError, Verdict, require_seen
from clientela.voice.actions.tallies import FEELING, HURTS, SATISFIED_SCORES, week_of
from clientela.voice.models import Evidence, Improvement, Subject, SubjectTally, Tally
from clientela.voice.policies.improving import (
    may_decide_improvement,
    may_propose_improvement,
    may_see_improvement,
)

WEEKS_BEFORE = 12
WEEKS_AFTER = 26  # no longer: by then other things have changed too
VOICES_SHOWN = 50

State = Improvement.State
Measure = Improvement.Measure


@dataclass(frozen=True)
class Counted:
    """So many of so many: voices about a subject of all whose words were read, or satisfied scores of all scores."""

    n: int
    of: int


@dataclass(frozen=True)
class CountsOfEffect:
    """What is compared: the weeks before it was done and those since, here and where nothing was changed.

    `weeks` is each whole or running week from the first one that counts: (Monday, count). The comparison is the same
    measure in all other departments together.
    """

    before: Counted
    since: Counted
    elsewhere_before: Counted
    elsewhere_since: Counted
    weeks: tuple[tuple[date, Counted], ...]
    before_on: date
    since_on: date


@dataclass(frozen=True)
class ImprovementSeen:
    """An improvement in a list. `subject_names` by language, {} without a subject."""

    id: int
    state: str
    title: str
    what: str
    department: DepartmentCard
    owner: PartyCard | None
    proposed_by: PartyCard | None  # None: the house
    subject_key: str
    subject_names: Mapping[str, str]
    side: str
    measure: str
    expected: str
    expected_points: float | None
    due_on: date | None
    is_overdue: bool
    proposed_at: datetime
    proposed_because: Mapping[str, int]
    done_on: date | None
    dropped_because: str
    told_at: datetime | None
    is_public: bool
    inside_count: int
    outside_count: int
    first_said_at: datetime | None
    last_said_at: datetime | None


@dataclass(frozen=True)
class VoiceOfEvidence:
    """A voice that speaks for an improvement, in its very words. `was_told`: its speaker was written to."""

    id: int
    text: str
    language: str
    side: str
    kind: str
    said_at: datetime
    is_known: bool
    was_told: bool


@dataclass(frozen=True)
class ImprovementPage:
    """One improvement with everything its page shows. `effect` is None until it is done."""

    seen: ImprovementSeen
    voices: tuple[VoiceOfEvidence, ...]
    effect: CountsOfEffect | None
    told_words: Mapping[str, str]
    told_count: int
    to_tell_count: int
    may_decide: Verdict
    may_finish: Verdict
    may_add: Verdict
    colleagues: tuple[tuple[int, str], ...]  # who could have it in hand; () for who may not decide


def improvements_to_see(
    viewer: Viewer,
    *,
    at: datetime,
    department_id: int | None = None,
    states: Collection[str] = (),
    subject_id: int | None = None,
    limit: int = 100,
) -> tuple[ImprovementSeen, ...]:
    """The improvements that the viewer may see: what waits for a decision first, then the newest. Five statements."""
    rows = Improvement.objects.filter(_visible_to(viewer)).select_related("subject")
    if department_id is not None:
        rows = rows.filter(department=department_id)
    if states:
        rows = rows.filter(state__in=list(states))
    if subject_id is not None:
        rows = rows.filter(subject=subject_id)
    return improvements_as_seen(
        list(rows.order_by(F("done_on").desc(nulls_first=True), "-proposed_at", "-pk")[:limit]),
        today=day_in_zone(at, viewer.zone),
    )


def improvement_page(viewer: Viewer, improvement_id: int, *, at: datetime) -> ImprovementPage:
    """Return one improvement. Raises HiddenError."""
    row = Improvement.objects.filter(pk=improvement_id).select_related("subject").first()
    if row is None:
        raise HiddenError
    require_seen(may_see_improvement(viewer, row))
    is_reader = may_propose_improvement(viewer, row.department_id).is_allowed
    evidence = Evidence.objects.filter(improvement=row)
    told = set(evidence.filter(told_letter__isnull=False).values_list("voice__speaker", flat=True))
    speakers = set(evidence.filter(voice__speaker__isnull=False).values_list("voice__speaker", flat=True))
    may_decide = may_decide_improvement(viewer, row.department_id)
    return ImprovementPage(
        seen=improvements_as_seen([row], today=day_in_zone(at, viewer.zone))[0],
        # The very words are for those who may read the department’s voices; others see how many spoke.
        voices=_voices(evidence, told=told) if is_reader else (),
        effect=effect_counts(row, at=at) if row.done_on else None,
        told_words=row.told_words,
        told_count=len(told - {None}),  # the erased are told nothing any more
        to_tell_count=len(speakers - told),
        may_decide=may_decide,
        may_finish=may_decide_improvement(viewer, row.department_id, owner_id=row.owner_id),
        may_add=may_propose_improvement(viewer, row.department_id),
        colleagues=_colleagues(row.department_id, at=at) if may_decide.is_allowed else (),
    )


def effect_counts(improvement: Improvement, *, at: datetime) -> CountsOfEffect:
    """What is compared: at most twelve weeks before the week in which it was done, and what came since its next week.

    The week itself counts for neither, unless it was done on its Monday. Two statements on the weeks' tallies.
    """
    done_on = improvement.done_on or at.date()
    monday = done_on - timedelta(days=done_on.weekday())
    since_on = monday if monday == done_on else monday + timedelta(weeks=1)
    before_on = monday - timedelta(weeks=WEEKS_BEFORE)
    until_on = min(week_of(at), since_on + timedelta(weeks=WEEKS_AFTER - 1))
    span = Q(week_on__gte=before_on, week_on__lte=until_on, provider__isnull=False)
    if improvement.side:
        span &= Q(side=improvement.side)
    hits, all_of = _counts(improvement, span)
    here = improvement.department_id
    weeks = sorted({week for provider, week in all_of if provider == here})

    def summed(*, is_here: bool, is_since: bool) -> Counted:
        def part(counts: Counter[tuple[int, date]]) -> int:
            return sum(
                n
                for (provider, week), n in counts.items()
                if (provider == here) is is_here and (week >= since_on if is_since else week < monday)
            )

        return Counted(part(hits), part(all_of))

    return CountsOfEffect(
        before=summed(is_here=True, is_since=False),
        since=summed(is_here=True, is_since=True),
        elsewhere_before=summed(is_here=False, is_since=False),
        elsewhere_since=summed(is_here=False, is_since=True),
        weeks=tuple((week, Counted(hits[here, week], all_of[here, week])) for week in weeks),
        before_on=before_on,
        since_on=since_on,
    )


def public_improvements(*, limit: int = 20) -> tuple[Improvement, ...]:
    """What the house shows to everybody: done, and chosen to be shown; the newest first."""
    rows = Improvement.objects.filter(state=State.DONE, is_public=True).select_related("subject")
    return tuple(rows.order_by("-done_on", "-pk")[:limit])


def _counts(improvement: Improvement, span: Q) -> tuple[Counter[tuple[int, date]], Counter[tuple[int, date]]]:
    hits: Counter[tuple[int, date]] = Counter()
    all_of: Counter[tuple[int, date]] = Counter()
    if improvement.measure == Improvement.Measure.SUBJECT:
        about = SubjectTally.objects.filter(span, subject=improvement.subject_id, feeling__in=HURTS)
        for provider, week, n in about.values_list("provider", "week_on").annotate(Sum("n")).order_by():
            hits[provider, week] = n
        # Not of all voices: one without words, or that waits to be read, would make the share look better.
        were_read = Tally.objects.filter(span, measure=FEELING, cut="")
        for provider, week, n in were_read.values_list("provider", "week_on").annotate(Sum("n")).order_by():
            all_of[provider, week] = n
    else:
        scores = Tally.objects.filter(span, measure="csat", cut="")
        for provider, week, n, satisfied in (
            scores.values_list("provider", "week_on")
            .annotate(n_all=Sum("n"), satisfied=Sum("n", filter=Q(value__in=SATISFIED_SCORES), default=0))
            .order_by()
        ):
            all_of[provider, week] = n
            hits[provider, week] = satisfied
    return hits, all_of


def _visible_to(viewer: Viewer) -> Q:
    if viewer.is_house or viewer.is_owner:
        return Q()
    shown = Q(state__in=[State.AGREED, State.DONE]) if viewer.is_employee else Q(pk__in=[])
    return shown | Q(department__in=viewer.department_ids)


def improvements_as_seen(rows: Sequence[Improvement], *, today: date) -> tuple[ImprovementSeen, ...]:
    """Return these improvements as lists show them on the reader's day `today`. Who may see them has been asked.

    Three statements.
    """
    departments = {card.id: card for card in directory.departments()}
    people = directory.party_cards(
        {number for row in rows for number in (row.owner_id, row.proposed_by_id) if number is not None}
    )
    spoke = {
        number: (inside, outside, first, last)
        for number, inside, outside, first, last in Evidence.objects.filter(improvement__in=rows)
        .values_list("improvement")
        .annotate(
            inside=Count("pk", filter=Q(voice__side="inside")),
            outside=Count("pk", filter=Q(voice__side="outside")),
            first=Min("voice__said_at"),
            last=Max("voice__said_at"),
        )
        .order_by()
    }
    return tuple(
        ImprovementSeen(
            id=row.pk,
            state=row.state,
            title=row.title,
            what=row.what,
            department=departments[row.department_id],
            owner=people.get(row.owner_id or 0),
            proposed_by=people.get(row.proposed_by_id or 0),
            subject_key=row.subject.key if row.subject else "",
            subject_names=row.subject.names if row.subject else {},
            side=row.side,
            measure=row.measure,
            expected=row.expected,
            expected_points=row.expected_points,
            due_on=row.due_on,
            is_overdue=row.state == State.AGREED and row.due_on is not None and row.due_on < today,
            proposed_at=row.proposed_at,
            proposed_because=row.proposed_because,
            done_on=row.done_on,
            dropped_because=row.dropped_because,
            told_at=row.told_at,
            is_public=row.is_public,
            inside_count=spoke.get(row.pk, (0, 0, None, None))[0],
            outside_count=spoke.get(row.pk, (0, 0, None, None))[1],
            first_said_at=spoke.get(row.pk, (0, 0, None, None))[2],
            last_said_at=spoke.get(row.pk, (0, 0, None, None))[3],
        )
        for row in rows
    )


def _voices(evidence: QuerySet[Evidence], *, told: Collection[int | None]) -> tuple[VoiceOfEvidence, ...]:
    rows = evidence.select_related("voice").order_by("-voice__said_at", "-voice_id")[:VOICES_SHOWN]
    return tuple(
        VoiceOfEvidence(
            id=row.voice_id,
            text=row.voice.text,
            language=row.voice.language,
            side=row.voice.side,
            kind=row.voice.kind,
            said_at=row.voice.said_at,
            is_known=row.voice.speaker_id is not None,
            was_told=row.voice.speaker_id is not None and row.voice.speaker_id in told,
        )
        for row in rows
    )


def _colleagues(department_id: int, *, at: datetime) -> tuple[tuple[int, str], ...]:
    return tuple((one.id, one.name) for one in directory.colleagues_of(department_id, at))


@dataclass(frozen=True)
class ImprovementChoices:
    """What a new improvement may be about: (id, name) of departments, and of subjects in the reader's language."""

    departments: tuple[tuple[int, str], ...]
    subjects: tuple[tuple[int, str], ...]


def improvement_choices(viewer: Viewer, *, language: str) -> ImprovementChoices:
    """Where the viewer may propose something, their own departments first, and the subjects in use. Two statements."""
    cards = [card for card in directory.departments() if may_propose_improvement(viewer, card.id).is_allowed]
    cards.sort(
        key=lambda card: (
            card.id not in viewer.own_department_ids,
            alphabetical(card.name_in(language), language=language),
        )
    )
    used = Subject.objects.filter(state=Subject.State.USED)
    subjects = sorted(
        (subject.names.get(language) or subject.names.get("en") or subject.key, subject.pk) for subject in used
    )
    return ImprovementChoices(
        tuple((card.id, card.name_in(language)) for card in cards),
        tuple((number, name) for name, number in subjects),
    )
