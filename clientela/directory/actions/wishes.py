"""What customers need, prefer and expect, and what they do not want."""

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clientela.directory import rules
from clientela.directory.actions.checking import (
    WrongValueError,
    locked_party,
    usable_language,
    usable_span,
)
from clientela.directory.models import Boundary, ContactPoint, CustomerNote, Party
from clientela.directory.policies import Viewer, may_note_about
from clientela.directory.queries.boundaries import hold_reason
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require_seen
from clientela.kernel.post import QuietHours, hold_letters_to, quieten_letters_to

LONGEST_NOTE = 500
LONGEST_SOURCE = 200


@transaction.atomic
def note_about_customer(
    *,
    by: Viewer,
    at: datetime,
    party_id: int,
    kind: str,
    text: str,
    source: str,
    language: str,
    noted_on: date | None = None,
) -> int:
    """Write down a "need", "preference", "expectation" or something "good_to_know"; return the note's id.

    `source` says how we know ("phone call"). Without `noted_on` it is today, by the customer's own calendar.
    Raises HiddenError, WrongValueError.
    """
    party, seen = locked_party(by, party_id, at=at)
    require_seen(may_note_about(by, seen))
    day = noted_on or rules.day_in_zone(at, party.zone)
    note = kept_note(party, kind=kind, text=text, source=source, language=language, noted_on=day, by=by)
    note.save(force_insert=True)
    about = [thing("party", party_id)]
    record(verb="customer_noted", by=by.person_id, at=at, about=about, kind=kind, note_id=note.pk)
    return note.pk


@transaction.atomic
def end_note(*, by: Viewer, at: datetime, note_id: int) -> None:
    """Say that a note no longer holds, from today on. It is kept with its days. Ending it twice changes nothing.

    Raises HiddenError.
    """
    note = CustomerNote.objects.filter(id=note_id).first()
    if note is None:
        raise HiddenError(f"There is no note {note_id}.")
    party, seen = locked_party(by, note.party_id, at=at)
    require_seen(may_note_about(by, seen))
    today = rules.day_in_zone(at, party.zone)
    if CustomerNote.objects.filter(id=note_id, ended_on__isnull=True).update(ended_on=today):
        record(verb="note_ended", by=by.person_id, at=at, about=[thing("party", party.pk)], note_id=note_id)


@transaction.atomic
def set_boundary(
    *,
    by: Viewer,
    at: datetime,
    party_id: int,
    kind: str,
    source: str,
    rule: Mapping[str, str] | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> int:
    """Write down what a customer does not want; return the boundary's id. The same wish is not written twice.

    `kind` and `rule` as in models.Boundary. Without `starts_on` it holds from today, by the customer's own calendar.
    Raises HiddenError, WrongValueError.
    """
    party, seen = locked_party(by, party_id, at=at)
    require_seen(may_note_about(by, seen))
    checked = kept_rule(kind, rule or {})
    first_day = starts_on or rules.day_in_zone(at, party.zone)
    usable_span(first_day, ends_on)
    # The party is locked, so two agents who hear the same wish at once write it down once.
    same = Boundary.objects.on(first_day).filter(
        party_id=party_id, kind=kind, rule=checked, lifted_at__isnull=True, ends_on=ends_on
    )
    known = same.values_list("id", flat=True).first()
    if known is not None:
        return known
    boundary = Boundary.objects.create(
        party_id=party_id,
        kind=kind,
        rule=checked,
        source=kept_source(source),
        starts_on=first_day,
        ends_on=ends_on,
    )
    about = [thing("party", party_id)]
    record(verb="boundary_set", by=by.person_id, at=at, about=about, kind=kind, rule=checked, boundary_id=boundary.pk)
    _reach_what_waits(boundary, party, at=at)
    return boundary.pk


@transaction.atomic
def lift_boundary(*, by: Viewer, at: datetime, boundary_id: int) -> None:
    """The customer no longer wishes it, from this moment on. Lifting it twice changes nothing.

    Letters that were held back stay held; the next ones go out. Raises HiddenError.
    """
    boundary = Boundary.objects.filter(id=boundary_id).first()
    if boundary is None:
        raise HiddenError(f"There is no boundary {boundary_id}.")
    party, seen = locked_party(by, boundary.party_id, at=at)
    require_seen(may_note_about(by, seen))
    if Boundary.objects.filter(id=boundary_id, lifted_at__isnull=True).update(lifted_at=at):
        about = [thing("party", party.pk)]
        record(verb="boundary_lifted", by=by.person_id, at=at, about=about, kind=boundary.kind, boundary_id=boundary_id)


def kept_note(
    party: Party, *, kind: str, text: str, source: str, language: str, noted_on: date, by: Viewer
) -> CustomerNote:
    """Return the note as it is kept, unsaved. Raises WrongValueError."""
    if kind not in CustomerNote.Kind.values:
        raise WrongValueError("kind", _("“%(kind)s” is not a kind of note.") % {"kind": kind})
    return CustomerNote(
        party=party,
        kind=kind,
        text=_said("text", text, LONGEST_NOTE),
        language=usable_language(language),
        source=kept_source(source),
        noted_on=noted_on,
        noted_by_id=by.person_id,
    )


def kept_rule(kind: str, rule: Mapping[str, str]) -> dict[str, str]:
    """Return the rule of a boundary as it is kept. Raises WrongValueError."""
    checked = rules.checked_rule(kind, dict(rule))
    if isinstance(checked, rules.WrongRule):
        sentence = _("This can be one of: %(allowed)s.") % {"allowed": ", ".join(checked.allowed)}
        raise WrongValueError(checked.part, sentence)
    return checked


def kept_source(source: str) -> str:
    """Return how we know of a wish or a need, as it is kept. Raises WrongValueError."""
    return _said("source", source, LONGEST_SOURCE)


def _reach_what_waits(boundary: Boundary, party: Party, *, at: datetime) -> None:
    """Let the wish count for the letters that wait already, if it holds today; one for later is asked for later."""
    wish = rules.BoundaryInForce(
        boundary.kind, dict(boundary.rule), boundary.source, boundary.starts_on, boundary.ends_on
    )
    if not rules.is_in_force(wish, on=rules.day_in_zone(at, party.zone)):
        return
    points = ContactPoint.objects.filter(party_id=party.pk, kind=ContactPoint.Kind.EMAIL)
    addresses = list(points.values_list("value", flat=True))
    if wish.kind == "quiet_hours":
        hours = QuietHours(wish.rule["from"], wish.rule["to"], party.zone)
        quieten_letters_to(party_id=party.pk, addresses=addresses, hours=hours)
        return
    topic = rules.refused_subject(wish)
    if rules.delivery([wish], at=at, zone=party.zone, subject=topic or "service").held_by is not None:
        with translation.override(settings.LANGUAGE_CODE):  # for agents, as every reason why a letter is held
            reason = hold_reason(party.name, wish)
        hold_letters_to(at=at, party_id=party.pk, addresses=addresses, reason=reason, topic=topic)


def _said(field: str, text: str, longest: int) -> str:
    """The words as they are kept. Raises WrongValueError if there are none or too many."""
    cleaned = text.strip().replace("\0", "")
    if not cleaned:
        raise WrongValueError(field, _("Please write something here."))
    if len(cleaned) > longest:
        raise WrongValueError(field, _("This is longer than %(limit)d letters.") % {"limit": longest})
    return cleaned
