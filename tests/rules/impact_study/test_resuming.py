"""The study can be stopped at any moment and goes on where it was; its tables count what they say."""

import json
from pathlib import Path

import pytest

from tests.bench.impact_study import Study, cells_named, study_lines
from tests.bench.impact_tables import tables
from tests.worlds.trying import Told, Trial

CELL = (6, 12, 10.0)


def answer(effect: float, interval: tuple[float, float] | None, verdict: str, *, leads: bool | None = None) -> Told:
    checks: dict[str, bool | None] = {} if leads is None else {"leads": leads}
    return Told(effect, interval, effect, 0.3, verdict, checks, correlation=0.01, panel=0.5, seconds=0.1)


def test_what_was_kept_is_not_tried_again_and_a_line_that_was_cut_off_is(tmp_path: Path) -> None:
    kept = tmp_path / "worlds.jsonl"
    study = Study(worlds=2, cells=(CELL,), situations=("load measured",), effects=(0.0,), results=kept)
    first = list(study_lines(study))
    lines = kept.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["trial"]["seed"] for line in sorted(lines)] == [0, 1]
    marked = [line.replace('"seconds": ', '"seconds": 100') for line in lines]
    kept.write_text(f"{marked[0]}\n{marked[1][:40]}", encoding="utf-8")  # stopped while it wrote
    again = list(study_lines(study))
    after = kept.read_text(encoding="utf-8").splitlines()
    assert after[0] == marked[0]  # not tried again
    assert len(after) == 2
    assert json.loads(after[1])["trial"] == json.loads(lines[1])["trial"]
    assert [line for line in first if "seconds" not in line] == [line for line in again if "seconds" not in line]


def test_cells_are_read_from_words_and_nonsense_is_refused() -> None:
    assert cells_named(["12x24x30", "20×52×5"]) == ((12, 24, 30.0), (20, 52, 5.0))
    with pytest.raises(ValueError, match="not enough values"):
        cells_named(["12x24"])


def test_tables_count_hits_and_tell_how_sure_they_are() -> None:
    told = {
        Trial(CELL, "load measured", 0.0, 0): answer(0.0, (-0.1, 0.1), "not_enough_data", leads=False),
        Trial(CELL, "load measured", 0.0, 1): answer(0.0, (0.02, 0.1), "supported", leads=True),
        Trial(CELL, "load measured", 0.0, 2): answer(0.0, None, "quality_is_all_noise"),
        Trial(CELL, "load measured", 0.0, 4): answer(0.0, (-0.2, 0.1), "not_enough_data", leads=True),
    }
    lines = list(tables(told, [CELL]))

    def row(title: str, name: str) -> str:
        start = next(at for at, line in enumerate(lines) if title in line)
        return next(line for line in lines[start:] if line.startswith(f"| {name} |"))

    assert row("hold the truth", "load measured") == "| load measured | 66.7 (27.2) | 66.7 (27.2) |"
    assert row("true zero comes out", "load measured") == "| load measured | 25.0 (21.7) | 25.0 (21.7) |"
    assert row("not enough data", "load measured, 0") == "| load measured, 0 | 75.0 (21.7) | 75.0 (21.7) |"
    assert (
        row("interval alone", "load measured: above zero")
        == "| load measured: above zero | 33.3 (27.2) | 33.3 (27.2) |"
    )
    # Only worlds 0 and 4 were checked whatever came out; world 1 was because its interval misled.
    assert row("Checks that fail", "load measured: leads") == "| load measured: leads | 50.0 (35.4) | 50.0 (35.4) |"
