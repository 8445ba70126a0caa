"""Questions of the kind "what if": the newest first, and one with everything about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from clientela.catalogue import queries as catalogue
from clientela.catalogue.queries import ServiceInBrief
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.kernel.policies import HiddenError, Verdict, require_seen
from clientela.network.models import WhatIf
from clientela.network.policies import (
    WhatIfSeen,
    departments_below,
    may_ask_what_if,
    may_cancel_what_if,
    may_see_what_if,
    what_ifs_seen_by,
)

Place = tuple[datetime, int]  # (asked_at, id) of the last row of a page
OPEN_STATES = frozenset({WhatIf.State.WAITING, WhatIf.State.RUNNING})


@dataclass(frozen=True)
class WhatIfLine:
    """A question in a list. `state`: waiting, running, done, cancelled, failed."""

    id: int
    title: str
    question: Mapping[str, Any]
    state: str
    progress: float
    asked_by: str  # "" for the house
    asked_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class WhatIfsPage:
    """A page of questions. `before` continues; None: that was all."""

    lines: tuple[WhatIfLine, ...]
    before: Place | None


@dataclass(frozen=True)
class WhatIfPage:
    """One question, and its answer when there is one."""

    line: WhatIfLine
    started_at: datetime | None
    error: str  # a code and its figures; "" while all is well
    result: Mapping[str, Any] | None
    may_cancel: Verdict
    is_open: bool
    is_stopping: bool


@dataclass(frozen=True)
class Names:
    """What the numbers of a question and its answer are called."""

    departments: Mapping[int, DepartmentCard]
    services: Mapping[int, ServiceInBrief]


def what_ifs_page(viewer: Viewer, *, before: Place | None = None, limit: int = 20) -> WhatIfsPage:
    """Return the questions that this viewer sees, the newest first. Two statements."""
    rows = WhatIf.objects.filter(what_ifs_seen_by(viewer)).defer("partial", "result")
    if before is not None:
        rows = rows.filter(Q(asked_at__lt=before[0]) | Q(asked_at=before[0], pk__lt=before[1]))
    found = list(rows.order_by("-asked_at", "-pk")[: limit + 1])
    shown = found[:limit]
    cards = directory.party_cards({row.asked_by_id for row in shown if row.asked_by_id is not None})
    return WhatIfsPage(
        lines=tuple(_line(row, cards) for row in shown),
        before=(shown[-1].asked_at, shown[-1].pk) if len(found) > limit else None,
    )


def what_if_page(viewer: Viewer, what_if_id: int) -> WhatIfPage:
    """Return one question. Raises HiddenError if there is none, or not for this viewer."""
    row = WhatIf.objects.defer("partial").filter(pk=what_if_id).first()
    if row is None:
        raise HiddenError(f"There is no question {what_if_id}.")
    seen = WhatIfSeen(row.asked_by_id, frozenset(row.department_ids), is_house_wide=row.is_house_wide)
    require_seen(may_see_what_if(viewer, seen))
    cards = directory.party_cards([row.asked_by_id] if row.asked_by_id is not None else [])
    return WhatIfPage(
        line=_line(row, cards),
        started_at=row.started_at,
        error=row.error,
        result=row.result,
        may_cancel=may_cancel_what_if(viewer, seen, headed=headed_by(viewer)),
        is_open=row.state in OPEN_STATES,
        is_stopping=row.is_cancel_wished and row.state in OPEN_STATES,
    )


def headed_by(viewer: Viewer) -> frozenset[int]:
    """Return the departments that the viewer heads, and those below them. One statement."""
    if not viewer.headed_department_ids:
        return frozenset()
    return departments_below(viewer.headed_department_ids, directory.departments())


def departments_to_ask_about(viewer: Viewer) -> list[DepartmentCard]:
    """Return the departments about which the viewer may ask what if, by name."""
    headed = headed_by(viewer)
    return [
        card
        for card in directory.departments()
        if may_ask_what_if(viewer, department_ids=frozenset({card.id}), is_house_wide=False, headed=headed)
    ]


def names_for_what_ifs(*, language: str) -> Names:
    """Return what departments and services are called. Two statements."""
    return Names(
        departments={card.id: card for card in directory.departments()},
        services={service.service_id: service for service in catalogue.services_in_brief(language=language)},
    )


def _line(row: WhatIf, cards: Mapping[int, directory.PartyCard]) -> WhatIfLine:
    return WhatIfLine(
        id=row.pk,
        title=row.title,
        question=row.question,
        state=row.state,
        progress=row.progress,
        asked_by=cards[row.asked_by_id].name if row.asked_by_id is not None and row.asked_by_id in cards else "",
        asked_at=row.asked_at,
        finished_at=row.finished_at,
    )
