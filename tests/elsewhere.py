"""A file of cases as an old system might write it, with a known effect, for tests of pages and journeys."""

import csv
import io

import numpy as np

from tests.rules.impact.organisation import SUPPLIERS, organisation

TEAMS = ("Maintenance", "Warehouse", "Carrier North", "Carrier South", "Billing", "Spare parts", "Call centre")
SHOPS = ("Cluj", "Iași", "Kraków", "Sevilla")
KINDS = ("repair", "delivery", "complaint")
HEADING = (
    "case_no", "month", "shop", "kind", "team", "share", "inside_score", "inside_score_2", "open_jobs", "answers",
    "stars", "came_back", "left_us", "visit_before",
)  # fmt: skip
# The columns of the roles that no guess by name could find.
COLUMNS = {
    "case": "case_no", "period": "month", "unit": "shop", "type": "kind", "supplier": "team", "weight": "share",
    "quality": "inside_score", "quality2": "inside_score_2", "load": "open_jobs", "answers": "answers",
    "unaffected": "visit_before",
}  # fmt: skip
assert len(TEAMS) == SUPPLIERS


def cases_from_elsewhere(*, cases_each: int = 30, effect: float = 0.5) -> str:
    """One line for each case and team that helped in it: better service inside by one step lifts stars by `effect`."""
    cases, inside = organisation(cases_each=cases_each, effect=effect)
    assert inside.load is not None
    assert cases.unaffected is not None
    usual = float(np.median(cases.outcome))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADING)
    for row, team, share in zip(cases.rows, cases.suppliers, cases.weights, strict=True):
        period, stars = cases.period[row], cases.outcome[row]
        first, second = inside.quality[:, period, team]
        writer.writerow(
            [
                f"c{row}",
                f"2024-{period + 1:02d}",
                SHOPS[cases.unit[row]],
                KINDS[cases.case_type[row]],
                TEAMS[team],
                f"{share:.2f}",
                f"{first:.3f}",
                f"{second:.3f}",
                f"{inside.load[period, team]:.3f}",
                inside.answers[period, team],
                f"{3 + stars:.2f}",
                "yes" if stars > usual else "no",
                int(stars < usual - 1),
                f"{cases.unaffected[row]:.2f}",
            ]
        )
    return file.getvalue()
