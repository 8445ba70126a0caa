"""What the map says: which lines are calm, which shade a figure gets, and each line in a sentence."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from clientela.network.queries.service_map import ASKED, DECLARED, DISCOVERED, LOG, MAIL, Edge, Mean, Trace
from clientela.web.map.calm import calm, surprises
from clientela.web.map.choosing import Chosen, chosen_in, monday_of, week_number
from clientela.web.map.sentences import (
    gap_sentence,
    line_sentence,
    mean_words,
    origin_sentence,
    share_words,
    trace_sentence,
    volume_words,
)
from clientela.web.map.shades import SHADINGS, SIZINGS, sizing_for
from clientela.web.map.showing import map_shown
from tests.maps.made import edge, share, silent, small_map

NAMES = {"provider": "IT", "customer": "Care"}


def mean(value: float) -> Mean:
    return Mean(value, value - 0.5, value + 0.5, 8)


# --- which lines are drawn at first


def test_a_small_map_is_drawn_whole() -> None:
    edges = [edge(f"d{place}", "care", 30 - place) for place in range(20)]
    found = calm(edges, nodes=21, is_whole=False)
    assert (len(found.edges), found.at_least, found.hidden_count) == (20, None, 0)


def test_the_busiest_are_drawn_and_everybody_may_ask_for_the_rest() -> None:
    edges = [edge(f"d{place:02}", "care", 100 - place) for place in range(50)]
    found = calm(edges, nodes=20, is_whole=False)
    assert (len(found.edges), found.at_least, found.busy_count, found.hidden_count) == (20, 81, 20, 30)
    assert calm(edges, nodes=20, is_whole=True).edges == tuple(edges)
    assert calm(edges, nodes=300, is_whole=False).hidden_count == 0  # of many nodes more lines are drawn


def test_lines_that_are_equally_busy_are_drawn_or_left_together() -> None:
    edges = [edge(f"a{place:02}", "care", 9) for place in range(10)]
    edges += [edge(f"b{place:02}", "care", 2) for place in range(200)]
    found = calm(edges, nodes=20, is_whole=False)
    assert (len(found.edges), found.at_least) == (10, 3)
    tied = calm([edge(f"b{place:02}", "care", 2) for place in range(70)], nodes=20, is_whole=False)
    assert (len(tied.edges), tied.at_least) == (70, None)


def test_a_few_surprising_and_silent_lines_are_drawn_however_quiet() -> None:
    edges = [edge(f"d{place:02}", "care", 100 - place) for place in range(40)]
    odd = [edge(f"s{place}", "it", 2, is_surprise=True) for place in range(9)]
    never = [silent(f"n{place}", "it") for place in range(9)]
    found = calm([*edges, *odd, *never], nodes=20, is_whole=False)
    assert (found.busy_count, len(found.edges)) == (20, 32)
    assert sum(one.is_surprise for one in found.edges) == 6
    assert sum(one.is_silent for one in found.edges) == 6


def test_the_line_that_is_told_of_is_drawn_however_quiet() -> None:
    edges = [edge(f"d{place:02}", "care", 100 - place) for place in range(50)]
    found = calm(edges, nodes=20, is_whole=False, also=("d49", "care"))
    assert (len(found.edges), found.busy_count, found.hidden_count) == (21, 20, 29)
    assert found.edges[-1] == edges[49]
    assert calm(edges, nodes=20, is_whole=False, also=("nobody", "care")).hidden_count == 30


def test_what_is_told_of_at_first_is_the_most_surely_late_of_the_lines_in_the_picture() -> None:
    found = small_map()
    quiet = edge("it", "hr", 21, 21)  # every one of them late, and still quieter than those that are drawn
    rest = [one for one in found.edges if (one.provider, one.customer) != ("it", "hr")]
    asked = [one for one in rest if not one.is_silent]
    never = [one for one in rest if one.is_silent]
    edges = (*sorted([*asked, quiet], key=lambda one: -one.asked), *never)
    shown = map_shown(replace(found, edges=edges), Chosen())
    assert quiet not in [line.edge for line in shown.drawn]
    assert shown.selected is not None
    assert shown.selected.name == "Maintenance → Workshop"
    assert shown.drawn[-1] == shown.selected


def test_where_nothing_is_declared_nothing_is_surprising() -> None:
    edges = [edge("it", "care", 9, sources=frozenset({DISCOVERED}), is_surprise=True)]
    assert surprises(edges) == []
    assert surprises([*edges, silent("hr", "care")]) == edges


# --- shades


@pytest.mark.parametrize(
    ("late", "asked", "tone"),
    [(0, 4, "unknown"), (0, 40, "ok"), (3, 40, "ok"), (4, 40, "risk"), (10, 40, "risk"), (11, 40, "broken")],
)
def test_lateness_is_shaded_from_ten_and_above_twenty_five_percent(late: int, asked: int, tone: str) -> None:
    assert SHADINGS["late"].band_of(edge("it", "care", asked, late)).tone == tone


@pytest.mark.parametrize(
    ("key", "more", "tone"),
    [
        ("wait", {"median_wait_seconds": None}, "unknown"),
        ("wait", {"median_wait_seconds": 4 * 3600}, "t1"),
        ("wait", {"median_wait_seconds": 4 * 3600 + 1}, "t2"),
        ("wait", {"median_wait_seconds": 17 * 3600}, "t3"),
        ("satisfaction", {"satisfaction": None}, "unknown"),
        ("satisfaction", {"satisfaction": share(85, 100)}, "t1"),
        ("satisfaction", {"satisfaction": share(84, 100)}, "t2"),
        ("satisfaction", {"satisfaction": share(69, 100)}, "t3"),
        ("importance", {"importance": None}, "unknown"),
        ("importance", {"importance": mean(1.4)}, "t1"),
        ("importance", {"importance": mean(1.5)}, "t2"),
        ("importance", {"importance": mean(3.0)}, "t3"),
        ("gap", {"importance": mean(3.0), "importance_by_supplier": None}, "unknown"),
        ("gap", {"importance": mean(3.0), "importance_by_supplier": mean(2.5)}, "t1"),
        ("gap", {"importance": mean(3.0), "importance_by_supplier": mean(2.0)}, "t3"),
        ("gap", {"importance": mean(1.0), "importance_by_supplier": mean(2.0)}, "t2"),
        ("origin", {}, "t1"),
        ("origin", {"is_surprise": True}, "t3"),
        ("plain", {}, "t2"),
    ],
)
def test_every_measure_has_its_shades(key: str, more: dict[str, object], tone: str) -> None:
    assert SHADINGS[key].band_of(edge("it", "care", 40, 0, **more)).tone == tone


def test_a_silent_line_is_no_shade_of_those_that_happen() -> None:
    assert SHADINGS["origin"].band_of(silent("it", "care")).tone == "silent"
    assert SHADINGS["late"].band_of(silent("it", "care")).tone == "unknown"


def test_every_band_of_a_line_stands_in_the_legend() -> None:
    for found in small_map().edges:
        for one in SHADINGS.values():
            if not found.is_silent:
                assert one.band_of(found) in one.legend


def test_thickness_is_what_was_chosen() -> None:
    one = edge("it", "care", 40, 7, importance=mean(2.5))
    assert {key: size.weight_of(one) for key, size in SIZINGS.items()} == {
        "asked": 40.0,
        "traced": 0.0,
        "importance": 2.5,
        "late": 7.0,
        "same": 1.0,
    }


# --- sentences


def test_a_line_is_a_sentence() -> None:
    assert line_sentence(edge("it", "care", 64, 24), **NAMES) == "IT served Care: 64 requests, 24 were late."
    assert line_sentence(edge("it", "care", 1, 1), **NAMES) == "IT served Care: 1 request, 1 was late."
    handed = edge("it", "care", 0, handed_over=3)
    assert line_sentence(handed, **NAMES) == "Care handed over 3 requests to IT."
    assert line_sentence(silent("it", "care"), **NAMES) == (
        "IT should serve Care, and in these weeks it never happened."
    )
    assert line_sentence(silent("it", "care", ASKED), **NAMES) == (
        "People say that Care needs IT, and in these weeks nothing was asked."
    )


def test_where_a_line_is_known_from_is_a_sentence_too() -> None:
    both, said = frozenset({DECLARED, DISCOVERED}), frozenset({ASKED, DISCOVERED})
    told = [
        origin_sentence(one, **NAMES)
        for one in (
            edge("it", "care", 9, sources=both),
            edge("it", "care", 9, sources=both | said),
            edge("it", "care", 9, sources=said, is_surprise=True),
            edge("it", "care", 9, sources=frozenset({DISCOVERED}), is_surprise=True),
            silent("it", "care", ASKED),
        )
    ]
    assert told == [
        "It was declared, and it happens.",
        "It was declared, people say they need it, and it happens.",
        "It happens and people say they need it, and nobody declared it.",
        "It happens, and nobody declared it.",
        "Only people say so: nobody declared it, and in these weeks nobody asked for it.",
    ]


def test_a_gap_says_who_thinks_more_of_it() -> None:
    more = edge("it", "care", 9, importance=mean(3.5), importance_by_supplier=mean(2.0))
    less = edge("it", "care", 9, importance=mean(1.0), importance_by_supplier=mean(2.0))
    alike = edge("it", "care", 9, importance=mean(2.2), importance_by_supplier=mean(2.0))
    assert gap_sentence(more, **NAMES) == "It matters more to Care than IT thinks."
    assert gap_sentence(less, **NAMES) == "It matters less to Care than IT thinks."
    assert gap_sentence(alike, **NAMES) == "Both see alike how much it matters."
    assert gap_sentence(edge("it", "care", 9), **NAMES) == ""


def test_figures_say_their_interval_or_that_they_are_too_few() -> None:
    assert share_words(share(24, 64)) == "38% (27–50)"
    assert share_words(None) == "too few to say"
    assert mean_words(mean(2.5)) == "2.5 (2–3)"
    assert mean_words(None) == "too few to say"


# --- what was chosen


def test_a_choice_reads_back_what_it_writes() -> None:
    chosen = Chosen(
        colour="gap",
        size="same",
        is_whole=True,
        opened=frozenset({"care", "it"}),
        only="it",
        find="spare parts & more",
        week=2968,
        span=13,
        line="it~care",
        is_wide=True,
    )
    assert chosen_in(QueryDict(chosen.query())) == chosen
    assert Chosen().query() == ""
    assert chosen_in(QueryDict("")) == Chosen()


def test_weeks_are_counted_from_a_monday() -> None:
    assert week_number(date(1970, 1, 5)) == 0
    assert week_number(date(2026, 11, 16)) == 2967
    assert Chosen(week=2967).last_week == date(2026, 11, 16)
    assert monday_of(datetime(2026, 11, 22, 23, 59, tzinfo=UTC)) == date(2026, 11, 16)


def test_the_weeks_shown_end_with_the_chosen_one_and_never_after_the_newest() -> None:
    newest = date(2026, 11, 16)
    usual = datetime(2026, 10, 19, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
    assert Chosen().weeks(newest) == usual
    assert Chosen(week=9000).weeks(newest) == usual
    assert Chosen(week=2966, span=1).weeks(newest) == (
        datetime(2026, 11, 9, tzinfo=UTC),
        datetime(2026, 11, 16, tzinfo=UTC),
    )


# --- what event logs and mail show


def traced(provider: str, customer: str, source: str, asked: int) -> Edge:
    trace = Trace(source, asked, 0, None, None, None)
    return edge(provider, customer, 0, traces=(trace,), late_share=None, rework=None, satisfaction=None)


def test_a_line_that_only_traces_show_says_by_which() -> None:
    by_log, by_mail = traced("it", "care", LOG, 1), traced("it", "care", MAIL, 1200)
    assert line_sentence(by_log, **NAMES) == "By event logs, IT served Care 1 time."
    assert line_sentence(by_mail, **NAMES) == "By mail, Care asked IT 1,200 times."
    assert volume_words(by_log) == "from event logs: 1"
    assert volume_words(edge("it", "care", 3, traces=by_log.traces)) == "3 requests"
    said = origin_sentence(by_log, **NAMES)
    assert said.endswith("It is known from event logs; no request went this way in these weeks.")
    assert "known from mail" in origin_sentence(by_mail, **NAMES)
    assert "known from" not in origin_sentence(edge("it", "care", 3, traces=by_log.traces), **NAMES)


def test_a_trace_says_how_much_went_back_how_long_it_took_and_over_which_days() -> None:
    log = Trace(LOG, 12, 1, 5400, date(2026, 3, 2), date(2026, 4, 30))
    assert trace_sentence(log, **NAMES, days="2 Mar – 30 Apr") == (
        "By event logs, IT served Care 12 times. 1 more went back to who had had it before."
        " Half were taken over within 1 h 30 min, by the clock."
        " Counted over 2 Mar – 30 Apr, all of it, also where these weeks are only a part."
    )
    mail = Trace(MAIL, 2, 0, 86400, date(2026, 3, 2), date(2026, 3, 8))
    assert trace_sentence(mail, **NAMES, days="2 – 8 Mar") == (
        "By mail, Care asked IT 2 times. Half were answered within 24 h, by the clock, Mondays to Fridays."
        " Counted over 2 – 8 Mar."
    )


def test_the_busiest_that_only_traces_show_are_drawn_beside_the_busiest_that_were_asked() -> None:
    edges = [edge(f"d{place:02}", "care", 100 - place) for place in range(40)]
    edges += [traced(f"l{place}", "it", LOG, 50 - place) for place in range(9)]
    found = calm(edges, nodes=20, is_whole=False)
    assert (found.busy_count, found.is_traced) == (20, False)
    assert [one.provider for one in found.edges if one.is_only_traced] == ["l0", "l1", "l2", "l3", "l4", "l5"]


def test_where_nobody_asked_for_anything_traces_say_which_lines_are_busy_and_how_thick() -> None:
    edges = [traced(f"d{place:02}", "care", LOG, 100 - place) for place in range(50)]
    found = calm(edges, nodes=20, is_whole=False)
    assert (len(found.edges), found.is_traced) == (20, True)
    assert sizing_for("asked", edges).key == "traced"
    assert sizing_for("asked", edges).weight_of(edges[0]) == 100.0
    assert sizing_for("same", edges).key == "same"
    assert sizing_for("asked", [*edges, edge("it", "care", 1)]).key == "asked"
    assert sizing_for("asked", []).key == "asked"
