"""What Impact estimates from: outside cases, what they depended on, and how suppliers served colleagues, by week.

Ibis expressions over the store, the same on every engine. A case is an outermost request from outside. Colleagues are
those who asked from inside for work that no outside case waits on: so the same work never stands on both sides.
"""

from collections.abc import Mapping
from typing import Final

import ibis
import ibis.expr.types as ir

from clientela.kernel.analytics.contracts import Measure
from clientela.network.measures.weeks import how_many, week_of

Tables = Mapping[str, ir.Table]

SCORES: Final = ("csat", "stars")  # of a case: one score a person and time
_INSIDE_SCORES: Final = (*SCORES, "isq:reliability", "isq:responsiveness", "isq:assurance", "isq:empathy")
PLACE: Final = ("week_on", "provider_id")


def outside_cases(tables: Tables) -> ir.Table:
    """Every outside case that was resolved: when it came, who met the customer, for which service, and its score.

    `score` is the mean share of the way from the worst to the best that its customer gave; null: nobody said.
    """
    requests, voices = tables["requests"], tables["voices"]
    told = voices.filter(
        voices.request_id.notnull(), voices.share.notnull(), voices.measure.isin(SCORES), voices.side == "outside"
    )
    said = told.group_by("request_id").agg(score=told.share.mean())
    cases = _cases(requests)
    known = cases.left_join(said, "request_id").drop("request_id_right")
    return known.select("request_id", "week_on", "provider_id", "service_id", "score")


def parts_of_cases(tables: Tables) -> ir.Table:
    """How many working seconds of its own each department had an outside case, or what was asked on behalf of it.

    Queue and work only: the time in which one department waited for another is the other's. `ended_on` is the Monday
    of the week in which the case was resolved.
    """
    requests, legs = tables["requests"], tables["legs"]
    cases = _cases(requests)
    cases = cases.select(root_id=cases.request_id, front_id=cases.provider_id, case_service_id=cases.service_id,
                         ended_on=week_of(cases.resolved_at))  # fmt: skip
    had = legs.group_by(["root_id", "provider_id"]).agg(seconds=(legs.queue_seconds + legs.work_seconds).sum())
    known = had.inner_join(cases, "root_id")
    return known.select("root_id", "provider_id", "front_id", "case_service_id", "ended_on", "seconds")


def said_of_suppliers(tables: Tables) -> ir.Table:
    """What colleagues said of who serves them, by week, in two halves: answers with an even and with an odd number."""
    voices = tables["voices"]
    said = voices.filter(
        voices.side == "inside",
        voices.provider_id.notnull(),
        voices.share.notnull(),
        voices.measure.isin(_INSIDE_SCORES),
    )
    said = said.mutate(week_on=week_of(said.said_at), half=said.voice_id.abs() % 2)
    return said.group_by([*PLACE, "half"]).agg(n=said.count(), total=said.share.sum())


def clocks_of_suppliers(tables: Tables) -> ir.Table:
    """Promises to colleagues kept, by the week in which they asked, in two halves as above; no case waits on these."""
    requests, clocks = tables["requests"], tables["clocks"]
    roots = requests.filter(requests.side == "outside").select(root_id=requests.request_id)
    inside = requests.filter(requests.side == "inside", requests.state != "cancelled")
    inside = inside.anti_join(roots, "root_id").select("request_id", "provider_id", week_on=week_of(inside.opened_at))
    promised = clocks.filter(clocks.request_id.notnull(), clocks.kind != "personal")
    promised = promised.filter(promised.broken_at.notnull() | promised.kept_at.notnull())
    promised = promised.select("request_id", is_kept=promised.broken_at.isnull())
    known = inside.inner_join(promised, "request_id")
    known = known.mutate(half=known.request_id % 2)
    return known.group_by([*PLACE, "half"]).agg(n=known.count(), total=how_many(known.is_kept))


def work_of_suppliers(tables: Tables) -> ir.Table:
    """How much came to a department in a week, of everything, and how many people worked there; none: unknown."""
    legs, staffing = tables["legs"], tables["staffing"]
    came = legs.mutate(week_on=week_of(legs.started_at)).group_by(list(PLACE)).agg(came=ibis._.count())
    there = staffing.select("week_on", "members", provider_id=staffing.department_id)
    known = came.left_join(there, ["week_on", "provider_id"])
    return known.select("week_on", "provider_id", "came", members=known.members)


def _cases(requests: ir.Table) -> ir.Table:
    cases = requests.filter(
        requests.side == "outside", requests.root_id == requests.request_id, requests.resolved_at.notnull(),
        requests.state != "cancelled",
    )  # fmt: skip
    return cases.select("request_id", "provider_id", "service_id", "resolved_at", week_on=week_of(cases.opened_at))


MEASURES: Final = (
    Measure("outside_cases", ("requests", "voices"), outside_cases, ("request_id",)),
    Measure("parts_of_cases", ("requests", "legs"), parts_of_cases, ("root_id", "provider_id")),
    Measure("said_of_suppliers", ("voices",), said_of_suppliers, (*PLACE, "half")),
    Measure("clocks_of_suppliers", ("requests", "clocks"), clocks_of_suppliers, (*PLACE, "half")),
    Measure("work_of_suppliers", ("legs", "staffing"), work_of_suppliers, PLACE),
)
