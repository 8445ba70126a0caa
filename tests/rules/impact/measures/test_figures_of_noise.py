"""A house too small for any answer: what cannot be known is written as unknown, so that the database takes it."""

import json
from pathlib import Path

from clientela.impact.measures.figures import impact_figures
from tests.analytics_house import UNTIL, House, store_of


def test_an_interval_without_end_is_written_as_unknown(tmp_path: Path) -> None:
    house = House(seed=1, effect=0, weeks=8, cases_a_week=12)
    told = impact_figures(folder=str(store_of(house, tmp_path)), until=UNTIL, weeks=8)
    json.dumps(told, allow_nan=False)
    clocks = told["of"]["clocks"]
    assert clocks["verdict"]["answer"] == "not_enough_data"
    assert (clocks["satisfied"]["low"], clocks["satisfied"]["high"]) == (None, None)
