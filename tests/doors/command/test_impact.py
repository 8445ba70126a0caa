"""`clientela impact estimate`, as somebody runs it."""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clientela.impact.rules.cases import Cases, Inside
from tests.case_rows import COLUMNS, HEADING, MET, MONTHS, beside, long_rows, met_on_arrival
from tests.rules.impact.organisation import PERIODS, SUPPLIERS, organisation
from tests.shared_data import needs_shared_data, shared_data

CHECKOUT = Path(__file__).resolve().parents[3]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clientela.command.main", "impact", *map(str, words)],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def answer(*words: object) -> dict[str, Any]:
    done = run("estimate", *words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def problem(*words: object) -> str:
    done = run("estimate", *words)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def written(path: Path, heading: str, rows: list[list[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading.split(","))
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def small() -> tuple[Cases, Inside]:
    return organisation(cases_each=30)


@pytest.fixture(scope="module")
def long(small: tuple[Cases, Inside], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("cases") / "cases.csv", HEADING, long_rows(*small))


def test_a_file_that_is_not_there_or_lacks_a_column_says_so(long: Path, tmp_path: Path) -> None:
    assert "No such file" in problem(tmp_path / "nothing.csv")
    assert "there is no column “stars” for outcome" in problem(long, "--columns", "outcome=stars")
    said = problem(long)
    assert "no column was found for outcome and period and supplier and quality" in said
    assert "--columns outcome=…,period=…,supplier=…,quality=…" in said
    assert "there is no role “shop”" in problem(long, "--columns", "shop=shop")


def test_a_field_that_is_no_number_names_file_line_field_and_remedy(long: Path, tmp_path: Path) -> None:
    lines = long.read_text(encoding="utf-8").splitlines()
    fields = lines[41].split(",")
    fields[1] = "good"
    path = tmp_path / "cases.csv"
    path.write_text("\n".join([*lines[:41], ",".join(fields), *lines[42:]]), encoding="utf-8")
    said = problem(path, "--columns", COLUMNS)
    assert f"{path}, line 42, outcome (score): “good” is no number. Write a number, or nothing" in said
    path.write_text("\n".join([*lines[:41], "o20,4", *lines[42:]]), encoding="utf-8")
    assert f"{path}, line 42: there is no field for period (month)" in problem(path, "--columns", COLUMNS)


def test_rows_of_one_case_that_contradict_each_other_are_named(long: Path, tmp_path: Path) -> None:
    lines = long.read_text(encoding="utf-8").splitlines()
    fields = lines[2].split(",")
    fields[1] = "9.5"
    path = tmp_path / "cases.csv"
    path.write_text("\n".join([*lines[:2], ",".join(fields), *lines[3:]]), encoding="utf-8")
    assert "line 3, outcome (score): it is not what line 2 says of the same case" in problem(path, "--columns", COLUMNS)


def test_an_effect_is_told_with_its_interval_its_checks_and_a_sentence(long: Path) -> None:
    told = answer(long, "--columns", COLUMNS)
    assert told["answer"] == "supported"
    assert told["estimate"]["n_cases"] == 1890
    assert told["estimate"]["low"] < told["estimate"]["effect"] < told["estimate"]["high"]
    assert told["estimate"]["own_units"]["per_unit"] == pytest.approx(0.5, abs=0.1)
    assert {one["name"]: one["held"] for one in told["checks"]} == dict.fromkeys(
        (
            "leads",
            "reverse",
            "untouched",
            "unaffected",
            "shuffled",
            "one_left_out",
            "load",
            "confounder",
            "drawn_anew",
        ),
        True,
    )
    assert sorted(told["estimate"]["left_out"]) == [f"dept {number}" for number in range(SUPPLIERS)]
    assert sorted(one["supplier"] for one in told["suppliers"]) == [f"dept {number}" for number in range(SUPPLIERS)]
    assert told["sentence"].startswith("When a supplier serves colleagues one usual step better")
    assert told["notes"] == []


def test_the_same_is_printed_for_people(long: Path) -> None:
    done = run("estimate", long, "--columns", COLUMNS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Supported. When a supplier serves colleagues one usual step better")
    assert "Would it hold if we are wrong?" in done.stdout


def test_side_files_a_crosswalk_and_gzip_give_the_same_as_one_long_file(
    small: tuple[Cases, Inside], tmp_path: Path
) -> None:
    cases, inside = small
    assert inside.load is not None
    shares = np.random.default_rng(3).dirichlet(np.ones(3), 60).round(4)
    shares[:, 0] += 1 - shares.sum(axis=1)
    units = np.arange(cases.count) % 60
    linked = [[(unit + step) % SUPPLIERS for step in (0, 2, 3)] for unit in range(60)]
    effects = np.array([inside.quality.mean(axis=0)[:, linked[unit]] @ shares[unit] for unit in range(60)])
    outcome = effects[units, cases.period] + np.random.default_rng(4).standard_normal(cases.count)
    plain = [[outcome[at], MONTHS[cases.period[at]], f"u{units[at]}"] for at in range(cases.count)]
    path = written(tmp_path / "cases.csv", "outcome,period,unit", plain)
    quality = written(
        tmp_path / "inside.csv",
        "dept,month,quality,quality2,load",
        [
            [f"d{supplier}", MONTHS[period], *inside.quality[:, period, supplier], inside.load[period, supplier]]
            for period in range(PERIODS)
            for supplier in range(SUPPLIERS)
        ],
    )
    walk = written(
        tmp_path / "walk.csv",
        "unit,supplier,weight",
        [[f"u{unit}", f"d{d}", w] for unit in range(60) for d, w in zip(linked[unit], shares[unit], strict=True)],
    )
    by_walk = answer(path, "--inside", quality, "--inside-columns", "supplier=dept,period=month", "--crosswalk", walk)
    as_rows = [
        [f"c{at}", *plain[at], f"d{d}", w, *inside.quality[:, cases.period[at], d], inside.load[cases.period[at], d]]
        for at in range(cases.count)
        for d, w in zip(linked[units[at]], shares[units[at]], strict=True)
    ]
    packed = tmp_path / "long.csv.gz"
    heading = "case,outcome,period,unit,supplier,weight,quality,quality2,load"
    packed.write_bytes(gzip.compress(written(tmp_path / "long.csv", heading, as_rows).read_bytes()))
    by_rows = answer(packed)
    assert by_walk["answer"] == by_rows["answer"] == "supported"
    assert by_walk["estimate"]["effect"] == pytest.approx(by_rows["estimate"]["effect"], rel=1e-8)
    missing = written(tmp_path / "short.csv", "unit,supplier,weight", [["u1", "d1", 1.0], ["u2", "d2", 1.0]])
    refused = answer(
        path, "--inside", quality, "--inside-columns", "supplier=dept,period=month", "--crosswalk", missing
    )
    assert (refused["answer"], refused["refused"]["code"]) == ("not_enough_data", "unknown_units")
    assert "units that the crosswalk does not know (58, such as “u0”)" in refused["sentence"]
    short = written(tmp_path / "less.csv", "unit,supplier,weight", [[f"u{unit}", "d1", 0.8] for unit in range(60)])
    less = answer(path, "--inside", quality, "--inside-columns", "supplier=dept,period=month", "--crosswalk", short)
    assert less["refused"]["code"] == "weights_do_not_sum_to_one"


def test_bad_data_get_a_plain_answer_and_no_number(long: Path, tmp_path: Path) -> None:
    rows = list(csv.reader(long.open(encoding="utf-8")))[1:]

    def refusal(name: str, change: dict[int, object]) -> str:
        changed = [[change.get(place, value) for place, value in enumerate(row)] for row in rows]
        told = answer(written(tmp_path / f"{name}.csv", HEADING, changed), "--columns", COLUMNS)
        assert told["estimate"] is None
        assert told["answer"] == "not_enough_data"
        return str(told["refused"]["code"])

    assert refusal("one team", {5: "IT"}) == "one_supplier"
    assert refusal("weights", {6: 0.7}) == "weights_above_one"
    assert refusal("scores", {1: 4}) == "scores_all_equal"
    assert refusal("period", {2: "2024-03"}) == "one_period"
    assert refusal("quality", {7: 3, 8: 3}) == "quality_all_equal"
    assert refusal("people", {10: 3}) == "too_few_people"


def test_suppliers_with_few_answers_count_as_one_here_too(small: tuple[Cases, Inside], tmp_path: Path) -> None:
    few = {"dept 0", "dept 3"}
    rows = [[*row[:10], 4 if row[5] in few else 12, row[11]] for row in long_rows(*small)]
    path = written(tmp_path / "few.csv", HEADING, rows)
    told = answer(path, "--columns", COLUMNS)
    together = "with fewer than five answers, together"
    names = {one["supplier"] for one in told["suppliers"]} | set(told["estimate"]["left_out"])
    assert names == {together, "dept 1", "dept 2", "dept 4", "dept 5", "dept 6"}
    assert told["notes"][-1] == "2 suppliers with fewer than five answers count as one."
    done = run("estimate", path, "--columns", COLUMNS)
    words = " ".join(done.stdout.split())
    assert "- 2 suppliers with fewer than five answers count as one." in words
    assert "dept 0" not in words
    assert "dept 3" not in words


def test_columns_that_are_absent_are_said_and_load_is_never_guessed(long: Path) -> None:
    few = "case=order_id,outcome=score,period=month,supplier=dept,quality=q1"
    told = answer(long, "--columns", few)
    assert told["answer"] == "not_enough_data"
    assert told["sentence"] == (
        "Nothing can be concluded about score as long as the load of the suppliers is not measured."
    )
    assert {one["name"]: one["held"] for one in told["checks"]}["load"] is False
    assert [note.split(":")[0] for note in told["notes"]] == [
        "No column of weights", "One column of quality", "No column of units", "No column of types",
    ]  # fmt: skip
    assert told["answers_more"] is None


def test_moments_are_cut_into_weeks_or_months_and_other_words_are_refused(
    small: tuple[Cases, Inside], tmp_path: Path
) -> None:
    cases, inside = small
    rows = long_rows(cases, inside)
    for row in rows:
        row[2] = f"{row[2]}-{1 + int(str(row[0])[1:]) % 28:02d}T10:0{int(str(row[0])[1:]) % 10}:00Z"
    path = written(tmp_path / "moments.csv", HEADING, rows)
    assert answer(path, "--columns", COLUMNS, "--by", "month")["estimate"]["n_periods"] == PERIODS
    assert answer(path, "--columns", COLUMNS, "--by", "week")["estimate"]["n_periods"] == 39
    rows[7][2] = "spring"
    path = written(tmp_path / "moments.csv", HEADING, rows)
    assert "line 9, period (month): “spring” is no period." in problem(path, "--columns", COLUMNS)
    rows[7][2] = ""
    path = written(tmp_path / "moments.csv", HEADING, rows)
    assert "line 9, period (month): it is blank" in problem(path, "--columns", COLUMNS)


def test_what_is_worse_when_more_is_turned_round(long: Path) -> None:
    told = answer(long, "--columns", COLUMNS, "--worse", "outcome")
    assert (told["answer"], told["reasons"][0]["code"]) == ("not_supported", "opposite")
    assert "there is no “load”" in problem(long, "--columns", COLUMNS, "--worse", "load")


@needs_shared_data
def test_late_orders_of_a_real_shop_score_far_lower_and_without_load_nothing_is_concluded(tmp_path: Path) -> None:
    source = shared_data("reviews", "pt_olist_promise_score_half.csv")
    with source.open(encoding="utf-8") as file:
        rows: list[list[object]] = [
            [row["id"], row["review_score"], row["order_purchase_timestamp"], row["customer_state"],
             row["product_category_name"],
             int(row["order_delivered_customer_date"] <= row["order_estimated_delivery_date"])]
            for row in csv.DictReader(file)
            if row["order_delivered_customer_date"]
        ]  # fmt: skip
    path = written(tmp_path / "orders.csv", "case,outcome,period,supplier,type,quality", rows)
    told = answer(path, "--by", "month")
    late, on_time = told["case_by_case"]["groups"]
    assert (round(late["mean"], 1), round(on_time["mean"], 1)) == (2.1, 3.8)
    within = told["case_by_case"]["within"]
    assert 1.0 < within["low"] < within["effect"] < within["high"] < 2.5
    assert (told["answer"], told["reasons"][0]["code"]) == ("not_enough_data", "load_not_measured")
    held = {one["name"]: one["held"] for one in told["checks"]}
    assert held["load"] is False
    assert held["unaffected"] is None
    assert all(held[name] is not None for name in ("leads", "reverse", "untouched", "shuffled", "one_left_out"))


@needs_shared_data
def test_engaged_hospitals_are_not_said_to_lose_fewer_patients() -> None:
    path = shared_data("employees", "nhs_trusts_2012_2019.csv")
    columns = "outcome=SHMI.Index,period=Year.Index,supplier=Code,unit=Code,quality=Engagement.Index"
    told = answer(path, "--columns", columns, "--worse", "outcome", "--panel")
    assert (told["answer"], told["reasons"][0]["code"]) == ("not_enough_data", "load_not_measured")
    assert told["reasons"][1]["code"] == "not_linked"
    stressed = answer(path, "--columns", columns + ",load=WorkStress.Index", "--worse", "outcome", "--panel")
    assert stressed["answer"] != "supported"
    assert stressed["estimate"]["low"] < 0 < stressed["estimate"]["high"]


def test_answers_that_are_missing_for_a_reason_are_no_number(small: tuple[Cases, Inside], tmp_path: Path) -> None:
    cases, inside = small
    rows = long_rows(cases, inside)
    badly = inside.quality.mean(axis=0)[cases.period[cases.rows], cases.suppliers] < 3.0
    is_main = cases.weights > 0.5
    silent = set(cases.rows[badly & is_main].tolist()) - set(range(0, cases.count, 5))
    for place, row in enumerate(rows):
        if int(cases.rows[place]) in silent:
            row[1] = ""
    told = answer(written(tmp_path / "silent.csv", HEADING, rows), "--columns", COLUMNS)
    assert (told["answer"], told["refused"]["code"]) == ("not_enough_data", "missing_not_at_random")
    assert (
        "of the outside answers are missing, and not by chance: who answered goes with how well the suppliers served"
        in (told["sentence"])
    )


def test_days_of_cases_are_cut_as_coarsely_as_the_suppliers_quality_is_known(
    small: tuple[Cases, Inside], tmp_path: Path
) -> None:
    cases, inside = small
    rows = [
        [f"o{row}", cases.outcome[row], f"{2010 + cases.period[row]}-0{1 + row % 9}-05", f"d{supplier}", weight]
        for row, supplier, weight in zip(cases.rows, cases.suppliers, cases.weights, strict=True)
    ]
    path = written(tmp_path / "cases.csv", "case,outcome,period,supplier,weight", rows)
    quality = written(
        tmp_path / "inside.csv",
        "supplier,period,quality,quality2",
        [[f"d{d}", 2010 + t, *inside.quality[:, t, d]] for t in range(PERIODS) for d in range(SUPPLIERS)],
    )
    told = answer(path, "--inside", quality)
    assert told["estimate"]["n_periods"] == PERIODS
    assert told["estimate"]["own_units"]["per_unit"] == pytest.approx(0.5, abs=0.15)


def test_the_queue_that_cases_met_is_shown_among_the_checks(small: tuple[Cases, Inside], tmp_path: Path) -> None:
    met, arrivals = met_on_arrival(*small)
    path = written(tmp_path / "cases.csv", ",".join([HEADING, *MET]), beside(long_rows(met, small[1]), arrivals))
    columns = f"{COLUMNS},queue={MET[0]},served={MET[1]},urgency={MET[2]}"
    (check,) = [one for one in answer(path, "--columns", columns)["checks"] if one["name"] == "congestion"]
    assert (check["held"], check["is_gate"]) == (True, False)
    assert check["low"] < check["effect"] < check["high"]
    assert check["text"] == "The queue that a case happened to meet says the same."
    made = answer(path, "--columns", f"{COLUMNS},queue={MET[0]},served={MET[1]}")["checks"][-1]
    assert (made["held"], made["text"]) == (
        None, "The queue that a case happened to meet says the same. (how urgent cases were is not given)",
    )  # fmt: skip
