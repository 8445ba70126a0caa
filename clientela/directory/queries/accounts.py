"""Who may log in, with which rights: for the administrator."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from clientela.directory import rules
from clientela.directory.models import Account, Membership
from clientela.directory.policies import Viewer, may_manage_directory
from clientela.directory.queries.people import Place
from clientela.kernel.policies import require


@dataclass(frozen=True)
class AccountRow:
    """An employee in the list of logins. `email` is "" for who has none."""

    person_id: int
    name: str
    email: str
    is_active: bool
    is_administrator: bool
    is_owner: bool
    last_login: datetime | None
    works_here: bool


@dataclass(frozen=True)
class AccountsPage:
    """Logins by name, and where the next page begins (None: this was the last)."""

    rows: tuple[AccountRow, ...]
    next_after: Place | None
    without_account_count: int


def accounts_page(
    viewer: Viewer, *, at: datetime, words: str = "", after: Place | None = None, limit: int = 50
) -> AccountsPage:
    """Every login by the person's name. Two statements. `words` are parts of the name, or of the address.

    Raises NotAllowedError for everybody but administrators.
    """
    require(may_manage_directory(viewer))
    today = rules.day_in_zone(at, viewer.zone)
    found = Account.objects.filter(person__party__erased_at__isnull=True)
    if words.strip():
        found = found.filter(
            Q(person__party__name_key__contains=rules.name_key(words)) | Q(email__contains=words.lower())
        )
    if after is not None:
        place = Q(person__party__name_key__gt=after.name_key)
        found = found.filter(place | Q(person__party__name_key=after.name_key, person_id__gt=after.id))
    here = Exists(Membership.objects.on(today).filter(person_id=OuterRef("person_id")))
    rows = list(
        found.annotate(works_here=here)
        .order_by("person__party__name_key", "person_id")
        .values_list(
            "person_id",
            "person__party__name",
            "email",
            "is_active",
            "is_administrator",
            "is_owner",
            "last_login",
            "works_here",
            "person__party__name_key",
        )[: limit + 1]
    )
    shown = rows[:limit]
    return AccountsPage(
        rows=tuple(AccountRow(*row[:8]) for row in shown),
        next_after=Place(shown[-1][8], shown[-1][0]) if len(rows) > limit else None,
        without_account_count=Membership.objects.on(today)
        .filter(person__account__isnull=True)
        .values("person_id")
        .distinct()
        .count(),
    )
