"""Declaring by hand who should serve whom, and that it is no longer so."""

from datetime import UTC, date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require
from clientela.network.models import DeclaredLine
from clientela.network.policies import may_declare_lines
from clientela.network.queries.service_map import OUTSIDE

MOST_WORDS = 200
ALREADY = "declared_once_at_a_time"  # the constraint


class DeclarationError(Exception):
    """It cannot be declared. The message says why, in the viewer's words; `field` names what to mend."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@transaction.atomic
def declare_line(
    *,
    by: Viewer,
    at: datetime,
    provider_id: int,
    customer_id: int | None = None,
    segment: str = "",
    what: str,
    starts_on: date,
    ends_on: date | None = None,
) -> int:
    """Say that a department should serve another one, or customers outside of a segment; return the line's id.

    Both days are included; without an end it holds until it is ended. Raises NotAllowedError, HiddenError for a
    department that does not exist, DeclarationError.
    """
    require(may_declare_lines(by))
    if not {provider_id, customer_id} - {None} <= {card.id for card in directory.departments()}:
        raise HiddenError("There is no such department.")
    if (customer_id is None and segment not in OUTSIDE) or (customer_id is not None and segment):
        raise DeclarationError("customer", _("Choose who should be served."))
    if customer_id == provider_id:
        raise DeclarationError("customer", _("A department does not serve itself. Choose another one."))
    words = " ".join(what.split())[:MOST_WORDS]
    if not words:
        raise DeclarationError("what", _("Write what for, in a few words: “Laptops for new colleagues”."))
    if ends_on is not None and ends_on < starts_on:
        raise DeclarationError("ends_on", _("The last day is before the first. Choose a later one."))
    try:
        with transaction.atomic():
            line = DeclaredLine.objects.create(
                provider_id=provider_id,
                customer_id=customer_id,
                segment=segment,
                what=words,
                starts_on=starts_on,
                ends_on=ends_on,
                declared_by_id=by.person_id,
                declared_at=at,
            )
    except IntegrityError as error:
        if ALREADY not in str(error):
            raise
        raise DeclarationError("what", _("This is declared already for these days.")) from error
    _record("dependence_declared", line, by=by, at=at)
    return line.pk


@transaction.atomic
def end_line(*, by: Viewer, at: datetime, line_id: int) -> None:
    """Say that a line holds no longer, from the day of `at` (UTC) on; one that has not begun is taken away.

    Raises NotAllowedError, HiddenError if there is none that still holds.
    """
    require(may_declare_lines(by))
    line = DeclaredLine.objects.select_for_update().filter(pk=line_id).first()
    today = at.astimezone(UTC).date()
    if line is None or (line.ends_on is not None and line.ends_on < today):
        raise HiddenError(f"There is no line {line_id} that still holds.")
    _record("dependence_declaration_ended", line, by=by, at=at)
    if line.starts_on >= today:
        line.delete()
    else:
        line.ends_on = date.fromordinal(today.toordinal() - 1)
        line.save(update_fields=["ends_on"])


def _record(verb: str, line: DeclaredLine, *, by: Viewer, at: datetime) -> None:
    parties = [thing("party", number) for number in (line.provider_id, line.customer_id) if number is not None]
    record(verb=verb, by=by.person_id, at=at, about=[thing("declared_line", line.pk), *parties], what=line.what)
