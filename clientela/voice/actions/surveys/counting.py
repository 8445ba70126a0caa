"""Counting very many answers, some at a time: what was counted is kept, and a killed job goes on from there."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from clientela.voice.models import SurveyRound, SurveyTally, SurveyVersion
from clientela.voice.queries.survey_results.counting import Parts, counted_parts, next_answers
from clientela.voice.queries.survey_results.kept import reached
from clientela.voice.rules.surveys import SurveyDefinition, from_json
from clientela.voice.rules.tallying import Counts
from clientela.voice.rules.tallying import from_json as counts_from
from clientela.voice.rules.tallying import to_json as counts_to

COUNT_JOB: Final = "clientela.voice.jobs.count_answers"
STEP: Final = 5_000  # answers in one transaction
# An answer of a moment ago may still be on its way into the database behind one that is later: it waits to be counted.
SETTLED_AFTER: Final = timedelta(seconds=30)


def ask_for_counts(*, round_ids: Sequence[int], version_id: int, cuts: Sequence[str]) -> None:
    """Let a job count these rounds, unless one waits to do it already. Who is asked for what is for the caller."""
    for cut in cuts:
        name = f"{COUNT_JOB}:{version_id}:{cut}:{max(round_ids)}:{len(round_ids)}"
        job = app.configure_task(COUNT_JOB, queueing_lock=name)
        try:
            with transaction.atomic():
                job.defer(round_ids=list(round_ids), version_id=version_id, cut=cut)
        except AlreadyEnqueued:
            continue


def count_answers(*, at: datetime, round_ids: Sequence[int], version_id: int, cut: str) -> int:
    """Count what is left of the answers of some rounds, with a version's questions, by a cut; return how many.

    Each step is a transaction of its own: what was counted stays counted. An anonymous round is counted once it ended.
    """
    version = SurveyVersion.objects.get(pk=version_id)
    definition = from_json(version.definition)
    asked = SurveyRound.objects.filter(pk__in=list(round_ids), survey=version.survey_id)
    return sum(
        _count_round(number, definition, version_id, cut, at=at) for number in asked.values_list("pk", flat=True)
    )


def forget_counts(round_id: int) -> None:
    """Throw away what was counted of a round, because one of its answers is changed in this transaction.

    Its row is locked, as counting locks it: whoever counts either has not read the answer yet, or is thrown away.
    """
    _lock(round_id)
    SurveyTally.objects.filter(round=round_id).delete()


def _count_round(round_id: int, definition: SurveyDefinition, version_id: int, cut: str, *, at: datetime) -> int:
    found = counted = _count_step(round_id, definition, version_id, cut, at=at, is_first=True)
    while found == STEP:
        found = _count_step(round_id, definition, version_id, cut, at=at)
        counted += found
    return counted


@transaction.atomic
def _count_step(
    round_id: int, definition: SurveyDefinition, version_id: int, cut: str, *, at: datetime, is_first: bool = False
) -> int:
    """Count some more answers of a round; return how many rows were read."""
    asked = _lock(round_id)
    is_anonymous = asked.survey.is_anonymous
    if is_anonymous and asked.released_at is None:
        return 0  # nobody sees, nor counts, what lies in sealed boxes
    tally, _made = SurveyTally.objects.get_or_create(
        round_id=round_id, version_id=version_id, cut=cut, defaults={"counted_at": at}
    )
    if is_first and not is_anonymous and tally.last_id and reached([tally]).get(round_id) != tally.answer_count:
        tally.content, tally.answer_count, tally.last_at, tally.last_id, tally.caught_up_at = {}, 0, None, None, None
    place = None if tally.last_id is None else (tally.last_at, tally.last_id)
    read = next_answers(round_id, place, is_anonymous=is_anonymous, until=at - SETTLED_AFTER, limit=STEP)
    tally.content = _with(tally.content, counted_parts(read, definition, cut=cut).get(round_id, {}))
    tally.answer_count += sum(one.is_complete for one in read)
    if read:
        tally.last_at, tally.last_id = read[-1].answered_at, read[-1].id
    tally.counted_at = at
    if len(read) < STEP and tally.caught_up_at is None:
        tally.caught_up_at = at
    tally.save()
    return len(read)


def _with(content: Mapping[str, Mapping[str, Any]], more: Parts) -> dict[str, dict[str, Any]]:
    """What is kept, with the counts of more answers put to it."""
    found = {side: dict(values) for side, values in content.items()}
    for (side, value), counts in more.items():
        values = found.setdefault(side, {})
        together = counts_from(values[value]) if value in values else Counts()
        together.add(counts)
        values[value] = counts_to(together)
    return found


def _lock(round_id: int) -> SurveyRound:
    """Lock a round against whoever counts it or changes its answers; who sends one does not wait for this."""
    rounds = SurveyRound.objects.select_for_update(of=("self",), no_key=True).select_related("survey", "version")
    return rounds.get(pk=round_id)
