"""Proposing improvements: by a person who sees what to change, or by the house, when a subject grows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.policies import HOUSE, Viewer
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.languages import product_language
from clientela.kernel.policies import require
from clientela.voice.actions.refusing import FieldRefusedError
from clientela.voice.actions.tallies import FEELING, HURTS, week_of
from clientela.voice.models import Evidence, Improvement, Subject, SubjectTally, Tally, Voice, VoiceSubject
from clientela.voice.policies.improving import may_propose_improvement
from clientela.voice.rules.growing import Spoken, growing

WEEKS_NOW, WEEKS_BEFORE = 4, 12
MOST_EVIDENCE = 200
LONGEST_TITLE = 160


class ImprovementError(FieldRefusedError):
    """An improvement that cannot be kept so. `field` names the field, the message the reason and the remedy."""


@transaction.atomic
def propose_improvement(
    *,
    by: Viewer,
    at: datetime,
    department_id: int,
    title: str,
    what: str = "",
    subject_id: int | None = None,
    side: str = "",
    expected: str = "",
    voice_ids: Sequence[int] = (),
    because: Mapping[str, int] | None = None,
) -> int:
    """Propose something that a department could do better, with the voices that speak for it. Return its id.

    With a subject it is measured on how often the subject is spoken of, else on the share of satisfied customers;
    `side` "inside" or "outside" measures only theirs. Raises NotAllowedError, ImprovementError.
    """
    require(may_propose_improvement(by, department_id))
    words = title.replace("\0", "").strip()
    if not words:
        raise ImprovementError("title", _("Say in a few words what should become better."))
    if len(words) > LONGEST_TITLE:
        raise ImprovementError("title", _("Keep it to %(n)s characters.") % {"n": LONGEST_TITLE})
    taken = _("An improvement on this subject is open already. Add your reasons there.")
    with refusals_as({"one_open_improvement_a_subject": ImprovementError("subject", taken)}):
        improvement = Improvement.objects.create(
            state=Improvement.State.PROPOSED,
            title=words,
            what=what.replace("\0", "").strip(),
            department_id=department_id,
            subject_id=subject_id,
            side=side,
            measure=Improvement.Measure.SUBJECT if subject_id else Improvement.Measure.SATISFIED,
            expected=expected.replace("\0", "").strip(),
            proposed_because=dict(because or {}),
            proposed_at=at,
            proposed_by_id=by.person_id,
        )
    add_voices(improvement, voice_ids)
    about = [thing("improvement", improvement.pk), thing("party", department_id)]
    record(verb="improvement_proposed", by=by.person_id, at=at, about=about, title=words)
    return improvement.pk


def add_voices(improvement: Improvement, voice_ids: Sequence[int]) -> None:
    """Let these voices, as far as they were said of the department, speak for an improvement; each once."""
    known = Voice.objects.filter(pk__in=voice_ids, provider=improvement.department_id).values_list("pk", flat=True)
    Evidence.objects.bulk_create(
        [Evidence(improvement=improvement, voice_id=number) for number in known], ignore_conflicts=True
    )


def propose_what_grows(*, at: datetime) -> int:
    """Propose an improvement for each subject that a department hears of clearly more often, with complaint.

    The last four weeks against the twelve before; see `rules.growing`. Run twice it proposes once: a subject with an
    open improvement is passed over, and one that was dropped or done within the twelve weeks too. Return how many.
    """
    now_on = week_of(at) - timedelta(weeks=WEEKS_NOW - 1)
    before_on = now_on - timedelta(weeks=WEEKS_BEFORE)
    spoken = _spoken(before_on=before_on, now_on=now_on)
    busy = set(
        Improvement.objects.filter(subject__isnull=False)
        .exclude(state__in=[Improvement.State.DONE, Improvement.State.DROPPED], proposed_at__lt=_start(before_on))
        .values_list("department", "subject")
    )
    fresh = {key: counts for key, counts in spoken.items() if key not in busy}
    subjects = Subject.objects.in_bulk({subject for _department, subject in fresh})
    languages = {card.id: product_language(card.language) for card in directory.departments()}
    for department_id, subject_id in (found := growing(fresh)):
        counts = fresh[department_id, subject_id]
        with transaction.atomic():
            propose_improvement(
                by=HOUSE,
                at=at,
                department_id=department_id,
                title=_name(subjects[subject_id], languages[department_id])[:LONGEST_TITLE],
                subject_id=subject_id,
                voice_ids=_who_said(department_id, subject_id, since=_start(now_on)),
                because={
                    "before": counts.before,
                    "before_of": counts.before_of,
                    "now": counts.now,
                    "now_of": counts.now_of,
                    "weeks_before": WEEKS_BEFORE,
                    "weeks_now": WEEKS_NOW,
                },
            )
    return len(found)


def _name(subject: Subject, language: str) -> str:
    return str(subject.names.get(language) or subject.names.get("en") or subject.key)


def _spoken(*, before_on: date, now_on: date) -> dict[tuple[int, int], Spoken]:
    """Voices with complaint about each subject, of all that were read, of each department: before, and now.

    A score without words speaks of nothing, and what is not read yet may speak of anything: neither is counted.
    """
    were_read: Counter[tuple[int, bool]] = Counter()
    rows = Tally.objects.filter(measure=FEELING, cut="", week_on__gte=before_on, provider__isnull=False)
    for provider, week_on, n in rows.values_list("provider", "week_on").annotate(Sum("n")).order_by():
        were_read[provider, week_on >= now_on] += n
    about: Counter[tuple[int, int, bool]] = Counter()
    hurts = SubjectTally.objects.filter(week_on__gte=before_on, provider__isnull=False, feeling__in=HURTS)
    used = hurts.filter(subject__state=Subject.State.USED)
    for provider, subject, week_on, n in (
        used.values_list("provider", "subject", "week_on").annotate(Sum("n")).order_by()
    ):
        about[provider, subject, week_on >= now_on] += n
    return {
        (provider, subject): Spoken(
            before=about[provider, subject, False],
            before_of=were_read[provider, False],
            now=about[provider, subject, True],
            now_of=were_read[provider, True],
        )
        for provider, subject in {(provider, subject) for provider, subject, _is_now in about}
    }


def _who_said(department_id: int, subject_id: int, *, since: datetime) -> list[int]:
    rows = VoiceSubject.objects.filter(
        provider=department_id, subject=subject_id, is_about=True, said_at__gte=since, voice__feeling__in=HURTS
    )
    return list(rows.order_by("-said_at").values_list("voice", flat=True)[:MOST_EVIDENCE])


def _start(week_on: date) -> datetime:
    return datetime.combine(week_on, time(), UTC)
