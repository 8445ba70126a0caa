"""What is known of the answers of some rounds: what was counted before, and the few that came since, counted at once.

The page of results costs what it shows. Counting very many answers is a job's (`actions.surveys.counting`); while it
is at work, the page says how far it is, and shows the figures of the last time that all had been counted, if any.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from clientela.voice.models import SurveyTally
from clientela.voice.queries.survey_lists.single import RoundSeen
from clientela.voice.queries.survey_results.counting import Answers, Parts, answers_after, counted_parts
from clientela.voice.rules.surveys import SurveyDefinition
from clientela.voice.rules.tallying import Counts, from_json

AT_ONCE: Final = 3_000  # answers that a page counts itself: a tenth of a second, three with fifty questions


@dataclass(frozen=True)
class Progress:
    """How far counting is. `as_of`: when the figures shown were counted; None while none can be shown."""

    counted: int
    total: int
    as_of: datetime | None = None

    @property
    def percent(self) -> int:
        """In whole percent."""
        return 100 * self.counted // max(self.total, 1)


@dataclass(frozen=True)
class Counted:
    """What was answered, by round and value of a cut. With `progress` there are answers that wait to be counted."""

    by_round: Mapping[tuple[int, str], Counts]
    progress: Progress | None = None

    @property
    def is_known(self) -> bool:
        """Whether there are figures to show."""
        return self.progress is None or self.progress.as_of is not None


def counted_answers(
    answers: Answers, rounds: Sequence[RoundSeen], definition: SurveyDefinition, version_id: int, *, cut: str = ""
) -> Counted:
    """Count answers by round and by the value of a cut, with the questions of a version. Three statements at most.

    The value of a cut is its id or code as a text, "" where there is none. Of an anonymous survey all answers that
    are wanted were counted, or nothing is known: figures of some of them would be subtracted from those of all.
    """
    sizes = {one.id: one.answered for one in rounds if one.id in set(answers.rounds) and one.answered}
    # Who was on which side is in every count.
    stored_cut = "" if cut in {"side", "round"} else cut
    tallies = _kept(sizes, version_id, stored_cut, is_anonymous=answers.is_anonymous)
    left = {number: size - (tallies[number].answer_count if number in tallies else 0) for number, size in sizes.items()}
    waiting = sum(left.values())
    parts: dict[int, Parts] = {number: _parts(tally) for number, tally in tallies.items()}
    progress = None
    if waiting > AT_ONCE:
        is_shown = not answers.is_anonymous and all(
            number in tallies and tallies[number].caught_up_at for number in sizes
        )
        progress = Progress(
            counted=sum(sizes.values()) - waiting,
            total=sum(sizes.values()),
            as_of=min((one.counted_at for one in tallies.values()), default=None) if is_shown else None,
        )
    elif waiting or not answers.is_anonymous:
        places = {
            number: (tallies[number].last_at, tallies[number].last_id) if number in tallies else None
            for number in sizes
            if left[number] or not answers.is_anonymous
        }
        newer = answers_after(places, is_anonymous=answers.is_anonymous)  # type: ignore[arg-type]  # a place is whole
        for number, found in counted_parts(newer, definition, cut=stored_cut).items():
            _put(parts.setdefault(number, {}), found)
    return Counted(_by_round(parts, answers.side, cut), progress)


_REACHED: Final = """
    SELECT p.round_id, count(*)
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::uuid[]) p (round_id, last_at, last_id)
    JOIN voice_surveyanswer a ON a.round_id = p.round_id AND a.is_complete AND a.answered_at <= p.last_at
        AND (a.answered_at, a.id) <= (p.last_at, p.last_id)
    GROUP BY 1
"""


def reached(tallies: Sequence[SurveyTally]) -> dict[int, int]:
    """How many answers stand before the places up to which rounds with names were counted. One statement.

    It reads an index only. Where it is not what the tally counted, one came late, was counted in after it was left
    unsent, or went: the tally is no good any more.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _REACHED,
            [[one.round_id for one in tallies], [one.last_at for one in tallies], [one.last_id for one in tallies]],
        )
        return dict(cursor.fetchall())


def _kept(sizes: Mapping[int, int], version_id: int, cut: str, *, is_anonymous: bool) -> dict[int, SurveyTally]:
    """What was counted of rounds before, as far as it holds."""
    if not sizes:
        return {}
    found = list(SurveyTally.objects.filter(round__in=list(sizes), version=version_id, cut=cut, last_id__isnull=False))
    if is_anonymous:  # nothing joins a round that has ended, and nothing but all of it is shown
        return {one.round_id: one for one in found if one.caught_up_at and one.answer_count == sizes[one.round_id]}
    there = reached(found) if found else {}
    return {one.round_id: one for one in found if there.get(one.round_id) == one.answer_count}


def _parts(tally: SurveyTally) -> Parts:
    return {
        (side, value): from_json(counts) for side, values in tally.content.items() for value, counts in values.items()
    }


def _put(into: Parts, found: Parts) -> None:
    for part, counts in found.items():
        into.setdefault(part, Counts()).add(counts)


def _by_round(parts: Mapping[int, Parts], side: str, cut: str) -> dict[tuple[int, str], Counts]:
    whole: dict[tuple[int, str], Counts] = defaultdict(Counts)
    for number, found in parts.items():
        for (one_side, value), counts in found.items():
            if not side or one_side == side:
                whole[number, one_side if cut == "side" else value].add(counts)
    return dict(whole)
