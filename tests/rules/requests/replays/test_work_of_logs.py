"""What a log says about work and waiting, for each of the three ways in which logs tell of it."""

import numpy as np
import pytest

from clientela.requests.rules.replays import WorkingTime, idle_months, seen_working_time
from clientela.requests.rules.replays.states import Standing, standing_of
from tests.rules.requests.replays.logs import Row, seconds, told, work_in


def filler(activity: str, minutes: int, count: int, **more: str) -> list[Row]:
    """Cases of one sitting of so many minutes each, so that the usual length is known."""
    rows: list[Row] = []
    for number in range(count):
        case = f"z{activity}{number:03}"
        rows.append({"case": case, "activity": activity, "at": f"2024-03-04T09:{number % 10:02}:00", **more})
        end = 9 * 60 + number % 10 + minutes
        rows.append({"case": case, "activity": "Resolved", "at": f"2024-03-04T{end // 60:02}:{end % 60:02}:00", **more})
    return rows


@pytest.mark.parametrize(
    ("words", "standing"),
    [
        ("Accepted+In Progress", Standing.WORK),
        ("Queued+Awaiting Assignment", Standing.QUEUE),
        ("Accepted+Assigned", Standing.QUEUE),
        ("Accepted+Wait - User", Standing.HOLD),
        ("On hold", Standing.HOLD),
        ("Pending vendor", Standing.HOLD),
        ("Completed+Closed", Standing.END),
        ("Resolved", Standing.END),
        ("Take in charge ticket", Standing.UNKNOWN),
    ],
)
def test_a_state_is_told_by_its_words(words: str, standing: Standing) -> None:
    assert standing_of(words) is standing


def test_in_a_log_of_states_work_lasts_until_the_next_state_and_the_customers_wait_is_nobodys_work() -> None:
    rows: list[Row] = [
        {"case": "a", "activity": "Queued", "at": "2024-03-04T08:00:00", "team": "IT"},
        {"case": "a", "activity": "In Progress", "at": "2024-03-04T09:00:00", "team": "IT"},
        {"case": "a", "activity": "Wait - User", "at": "2024-03-04T09:30:00", "team": "IT"},
        {"case": "a", "activity": "In Progress", "at": "2024-03-04T12:30:00", "team": "IT"},
        {"case": "a", "activity": "In Progress", "at": "2024-03-04T13:00:00", "team": "HR"},
        {"case": "a", "activity": "Resolved", "at": "2024-03-04T13:12:00", "team": "HR"},
    ]
    work, _ = work_in([*rows, *filler("In Progress", 30, 20, team="IT")])
    assert work.manner == "states"
    assert told(work)[:3] == [("IT", 0.5, 0.0), ("IT", 0.5, 3.0), ("HR", 0.2, 0.0)]


def test_what_lasts_much_longer_than_usual_was_left_lying() -> None:
    rows: list[Row] = [
        {"case": "a", "activity": "In Progress", "at": "2024-03-04T08:00:00", "team": "IT"},
        {"case": "a", "activity": "Resolved", "at": "2024-03-09T08:00:00", "team": "IT"},
    ]
    work, _ = work_in([*rows, *filler("In Progress", 30, 40, team="IT")])
    assert told(work)[0] == ("IT", 0.5, 0.0)


def test_in_a_log_of_spans_each_activity_has_its_own_length() -> None:
    rows: list[Row] = []
    for number in range(12):
        case, day = f"c{number:02}", f"2024-03-{number + 4:02}"
        rows += [
            {
                "case": case,
                "activity": "Check",
                "at": f"{day}T09:00",
                "end": f"{day}T10:00",
                "team": "IT",
            },
            {
                "case": case,
                "activity": "Sign",
                "at": f"{day}T11:00",
                "end": f"{day}T11:30",
                "team": "HR",
            },
        ]
    work, notes = work_in(rows)
    assert (work.manner, notes) == ("spans", [])
    assert told(work)[:2] == [("IT", 1.0, 0.0), ("HR", 0.5, 0.0)]


def test_a_start_is_paired_with_its_end_and_one_without_an_end_counts_as_usual() -> None:
    rows: list[Row] = []
    for number in range(10):
        day = f"2024-03-{number + 4:02}"
        rows += [
            {"case": f"c{number}", "activity": "Check", "at": f"{day}T09:00", "transition": "start", "team": "IT"},
            {"case": f"c{number}", "activity": "Check", "at": f"{day}T10:00", "transition": "complete", "team": "IT"},
        ]
    rows.append({"case": "x", "activity": "Check", "at": "2024-03-20T09:00", "transition": "start", "team": "IT"})
    work, notes = work_in(rows)
    assert work.manner == "spans"
    assert told(work)[-1] == ("IT", 1.0, 0.0)
    assert [(note.code, note.count) for note in notes] == [("one_team", 0), ("missing_end", 1)]


def test_in_a_log_of_marks_work_is_the_time_since_the_mark_before() -> None:
    rows: list[Row] = []
    for number in range(20):
        day = f"2024-03-{number + 4:02}"
        rows += [
            {"case": f"c{number:02}", "activity": "Repair", "at": f"{day}T09:00", "team": "IT"},
            {"case": f"c{number:02}", "activity": "Test", "at": f"{day}T09:30", "team": "IT"},
            {"case": f"c{number:02}", "activity": "Pack", "at": f"{day}T09:50", "team": "HR"},
        ]
    work, _ = work_in(rows)
    assert work.manner == "marks"
    # The first mark has none before it and counts as a usual sitting: the middle of 30 and 20 minutes.
    assert told(work)[:2] == [
        ("IT", pytest.approx(25 / 60 + 0.5, abs=0.001), 0.0),
        ("HR", pytest.approx(1 / 3, abs=0.001), 0.0),
    ]


def test_one_team_is_said_and_many_people_without_a_team_too() -> None:
    rows = filler("In Progress", 30, 20, team="IT")
    assert [note.code for note in work_in(rows)[1]] == ["one_team"]
    rows = filler("In Progress", 30, 20, resource="Ana")
    assert [note.code for note in work_in(rows)[1]] == ["no_team"]


def test_an_event_without_a_team_belongs_to_the_team_that_had_the_case() -> None:
    rows: list[Row] = [
        {"case": "a", "activity": "In Progress", "at": "2024-03-04T09:00:00", "team": "IT"},
        {"case": "a", "activity": "In Progress", "at": "2024-03-04T09:30:00"},
        {"case": "a", "activity": "Resolved", "at": "2024-03-04T10:00:00"},
    ]
    work, notes = work_in([*rows, *filler("In Progress", 30, 20, team="HR")])
    assert told(work)[0] == ("IT", 1.0, 0.0)
    assert [(note.code, note.count) for note in notes] == [("team_missing", 2)]


def test_a_case_that_has_no_end_is_counted() -> None:
    rows = filler("In Progress", 30, 20, team="IT")[:-1]
    assert ("missing_end", 1) in [(note.code, note.count) for note in work_in(rows)[1]]


def test_who_asked_is_the_parent() -> None:
    rows: list[Row] = [
        {"case": "a", "activity": "In Progress", "at": "2024-03-04T08:00:00", "team": "IT"},
        {"case": "a", "activity": "Resolved", "at": "2024-03-04T12:00:00", "team": "IT"},
        {"case": "b", "activity": "In Progress", "at": "2024-03-04T08:30:00", "team": "HR", "parent": "a"},
        {"case": "b", "activity": "Resolved", "at": "2024-03-04T09:00:00", "team": "HR", "parent": "a"},
    ]
    assert work_in(rows)[0].parent.tolist() == [-1, 0]


def test_days_of_rest_and_working_hours_are_seen_and_the_line_stands_still_outside() -> None:
    # Monday 4 March 2024, eight hours a day, five days a week, for eight weeks.
    monday = seconds("2024-03-04T08:00:00")
    moments = np.array(
        [monday + day * 86_400 + minute * 300 for day in range(56) if day % 7 < 5 for minute in range(96)]
    )
    seen = seen_working_time(moments, "UTC")
    assert (seen.days, seen.opens, seen.closes) == ((0, 1, 2, 3, 4), 8, 16)
    friday, next_monday = seconds("2024-03-08T15:00:00"), seconds("2024-03-11T09:00:00")
    line = seen.hours_at(np.array([friday, next_monday, float("nan")]))
    assert line[1] - line[0] == pytest.approx(2.0)
    assert np.isnan(line[2])


def test_a_log_that_shows_no_week_counts_day_and_night() -> None:
    moments = np.array([seconds("2024-03-04T00:00:00") + hour * 3600 for hour in range(24 * 28)])
    assert seen_working_time(moments, "UTC").is_always


def test_the_hour_that_the_clocks_skip_or_repeat_is_no_working_time_twice() -> None:
    line = WorkingTime(zone="Europe/Bucharest", days=(0, 1, 2, 3, 4, 5, 6), opens=8, closes=16)
    # The night to 31 March 2024 is an hour shorter; the working day is not.
    noon = np.array([seconds("2024-03-30T10:00:00"), seconds("2024-03-31T09:00:00")])  # both at 12:00 in Bucharest
    hours = line.hours_at(noon)
    assert hours[1] - hours[0] == pytest.approx(8.0)


def test_a_month_without_work_is_found_and_the_clock_stands_still_in_it() -> None:
    moments = np.array([seconds("2024-01-31T12:00:00"), seconds("2024-03-01T12:00:00")])
    idle = idle_months(moments)
    assert idle == [(seconds("2024-02-01T00:00:00"), seconds("2024-03-01T00:00:00"))]
    line = WorkingTime(idle=tuple(idle)).hours_at(moments)
    assert line[1] - line[0] == pytest.approx(24.0)
