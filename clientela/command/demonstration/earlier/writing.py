"""The old cases as the files that a house would bring: one of cases, one of what colleagues said of each department."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan
from typing import Final

import numpy as np

from clientela.command.demonstration.earlier.drawing import EarlierCases, Floats, drawn_cases
from clientela.command.demonstration.earlier.story import EarlierStory

SEED: Final = 1
SCORE, CAME_BACK = "score", "came_back_within_90_days"
OUTCOMES: Final = (SCORE, CAME_BACK)
CASE_COLUMNS: Final[Mapping[str, str]] = {
    "case": "case",
    "period": "week",
    "unit": "shop",
    "type": "kind",
    "supplier": "department",
    "weight": "share",
    "unaffected": "score_of_the_visit_before",
    "queue": "waiting_when_it_came",
    "served": "served_inside",
    "urgency": "urgency",
}
INSIDE_COLUMNS: Final[Mapping[str, str]] = {
    "supplier": "department",
    "period": "week",
    "quality": "colleagues_said_first_half",
    "quality2": "colleagues_said_second_half",
    "answers": "answers",
    "load": "open_tasks_each",
}


@dataclass(frozen=True)
class EarlierFiles:
    """Both files, and which column is what, by part."""

    cases: bytes
    inside: bytes
    roles: Mapping[str, Mapping[str, str]]
    outcomes: tuple[str, ...]


def earlier_files(story: EarlierStory, *, until: date, seed: int = SEED) -> EarlierFiles:
    """Write them; the last week is the one before that of `until`. The same arguments give the same bytes."""
    drawn = drawn_cases(story, seed=seed)
    monday = until - timedelta(days=until.weekday())
    weeks = [_week(monday - timedelta(weeks=story.weeks - turn)) for turn in range(story.weeks)]
    return EarlierFiles(
        cases=_csv([*CASE_COLUMNS.values(), *OUTCOMES], _case_rows(story, drawn, weeks)),
        inside=_csv(list(INSIDE_COLUMNS.values()), _inside_rows(story, drawn, weeks)),
        roles={"cases": CASE_COLUMNS, "inside": INSIDE_COLUMNS},
        outcomes=OUTCOMES,
    )


def _case_rows(story: EarlierStory, drawn: EarlierCases, weeks: Sequence[str]) -> Iterable[list[object]]:
    """A row for each case and department behind it, the largest share first."""
    counters = sorted({one.counter for one in story.kinds})
    shops = [f"{counter}, {city}" for city in story.cities for counter in counters]
    kinds = [one.name for one in story.kinds]
    suppliers = [one.name for one in story.suppliers]
    order_of = np.argsort(-drawn.shares, kind="stable")
    cases = zip(
        drawn.week.tolist(), drawn.shop.tolist(), drawn.kind.tolist(), order_of.tolist(),
        drawn.shares.tolist(), _plain(drawn.before), drawn.queue.tolist(), drawn.served.tolist(),
        drawn.urgency.tolist(), _plain(drawn.score), drawn.came_back.tolist(), strict=True,
    )  # fmt: skip
    for number, (week, shop, kind, order, shares, *rest) in enumerate(cases, 1):
        before, queue, served, urgency, score, came_back = rest
        for supplier in order:
            if not shares[supplier]:
                break
            yield [
                number, weeks[week], shops[shop], kinds[kind], suppliers[supplier], shares[supplier], before, queue,
                served, urgency, score, came_back,
            ]  # fmt: skip


def _inside_rows(story: EarlierStory, drawn: EarlierCases, weeks: Sequence[str]) -> Iterable[list[object]]:
    for turn, week in enumerate(weeks):
        for place, supplier in enumerate(story.suppliers):
            first, second = ("" if isnan(half) else half for half in drawn.halves[:, turn, place].tolist())
            yield [supplier.name, week, first, second, int(drawn.answers[turn, place]), drawn.load[turn, place]]


def _plain(scores: Floats) -> list[object]:
    """Whole numbers, and nothing where a score is unknown."""
    return ["" if isnan(score) else int(score) for score in scores.tolist()]


def _week(monday: date) -> str:
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02}"


def _csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return text.getvalue().encode()
