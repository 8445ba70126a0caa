"""Which column of a file of cases seems to be what, by the names that such files usually use. Nothing heavy here."""

from collections.abc import Sequence
from typing import Final

from clientela.impact.reading.roles import ROLES_OF
from clientela.network.discovery.naming import plain, plain_names

# The surest name first; compared without case, spaces and signs. In the four languages where a shop would use them.
USUAL: Final[dict[str, tuple[str, ...]]] = {
    "case": ("case", "case id", "ticket", "ticket id", "order id", "request id", "incident id", "order", "id"),
    "period": (
        "period", "month", "week", "date", "day", "created at", "opened at", "moment", "timestamp", "quarter", "year",
        "lună", "luna", "data", "trimestrul", "anul", "miesiąc", "tydzień", "kwartał", "rok", "mes", "fecha", "semana",
        "trimestre", "año",
    ),
    "unit": ("unit", "shop", "store", "branch", "front", "site", "magazin", "sklep", "tienda"),
    "type": ("type", "case type", "kind", "category", "service", "product category", "tip", "typ", "tipo"),
    "supplier": (
        "supplier", "department", "dept", "team", "group", "support team", "furnizor", "departament", "dział",
        "proveedor", "departamento",
    ),
    "weight": ("weight", "share", "part", "w", "pondere", "waga", "peso"),
    "quality": ("quality", "quality1", "quality 1", "q1", "pulse", "calitate", "jakość", "calidad"),
    "quality2": ("quality2", "quality 2", "q2"),
    "load": ("load", "workload", "busy", "încărcare", "obciążenie", "carga"),
    "answers": ("answers", "responses", "n", "răspunsuri", "odpowiedzi", "respuestas"),
    "unaffected": ("unaffected", "before", "visit before", "score before"),
    "queue": ("queue", "queue length", "waiting before", "coadă", "kolejka", "cola"),
    "served": ("served", "served well", "own quality"),
    "urgency": ("urgency", "priority", "urgență", "pilność", "urgencia"),
}  # fmt: skip
USUAL_OUTCOMES: Final = (
    "outcome", "score", "rating", "satisfaction", "stars", "review score", "came back", "returned", "bought again",
    "repeat", "left", "left us", "churned", "churn", "notă", "ocena", "puntuación",
)  # fmt: skip


def guessed_roles(part: str, names: Sequence[str]) -> dict[str, str]:
    """Give every role of this part but the outcome its column by name, "" where none is called like it."""
    by_plain = plain_names(names)
    taken: set[str] = set()
    found = {}
    for role in ROLES_OF[part]:
        if role == "outcome":
            continue
        usual = (by_plain.get(plain(name), "") for name in USUAL[role])
        found[role] = next((name for name in usual if name and name not in taken), "")
        taken.add(found[role])
    return found


def guessed_outcomes(names: Sequence[str], *, taken: Sequence[str]) -> tuple[str, ...]:
    """The columns that are called like an outcome, in the order of the file."""
    usual = {plain(name) for name in USUAL_OUTCOMES}
    return tuple(name for name in names if name and name not in taken and plain(name) in usual)
