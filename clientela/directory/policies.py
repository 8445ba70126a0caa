"""Who sees and does what in the directory. `Viewer` is who somebody is at a moment, for every policy of the product."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from clientela.directory.models import Membership, Party
from clientela.kernel.policies import ALLOWED, Verdict, denied


@dataclass(frozen=True)
class Viewer:
    """Who is looking or acting, with everything a policy may ask about them. Made by `queries.viewer_of`.

    A viewer made by `queries.customer_viewer_of` is the same person as a customer only: no departments, no rights of
    an employee. `person_id` is None only for `HOUSE`.
    """

    person_id: int | None
    name: str
    first_name: str
    language: str  # BCP 47, as the person reads; doors take kernel.languages.product_language of it
    zone: str  # IANA
    department_ids: frozenset[int] = frozenset()  # where they work today, and every department below
    own_department_ids: frozenset[int] = frozenset()  # where they work today
    headed_department_ids: frozenset[int] = frozenset()  # which they head today (without those below)
    organisation_ids: frozenset[int] = frozenset()  # which they may act for today
    is_employee: bool = False
    is_administrator: bool = False
    is_owner: bool = False
    serves_outside: bool = False  # one of `department_ids` serves outside customers
    is_house: bool = False

    @property
    def party_ids(self) -> frozenset[int]:
        """Every party this viewer is, or speaks for: the person, the own departments, the organisations."""
        own = frozenset() if self.person_id is None else frozenset({self.person_id})
        return own | self.own_department_ids | self.organisation_ids


# The house itself: what clocks, mail and schedules do. In the journal it is by=None.
HOUSE = Viewer(person_id=None, name="Clientela", first_name="Clientela", language="en", zone="UTC", is_house=True)


@dataclass(frozen=True)
class PartySeen:
    """What a policy must know of a party: which, of what kind, and whether the person works for us today."""

    id: int
    kind: str  # person, department or organisation
    is_employee: bool = False


def may_see_party(viewer: Viewer, party: PartySeen) -> Verdict:
    """Whether the party exists for this viewer at all. A refusal is to be answered with HiddenError.

    Employees see departments and colleagues. Outside people and organisations are seen by departments that serve
    outside, by the administrator and the owner. A customer sees themselves and the organisations they act for.
    """
    if viewer.is_house or viewer.is_administrator or viewer.is_owner:
        return ALLOWED
    if party.id == viewer.person_id or party.id in viewer.organisation_ids:
        return ALLOWED
    if viewer.is_employee and (party.kind == "department" or party.is_employee):
        return ALLOWED
    if viewer.is_employee and viewer.serves_outside:
        return ALLOWED
    return denied(_("There is nobody here that you could see."))


def visible_to(viewer: Viewer, *, today: date) -> Q:
    """The same as `may_see_party`, as a filter on Party; `today` decides who works for us."""
    if viewer.is_house or viewer.is_administrator or viewer.is_owner:
        return Q()
    if viewer.is_employee and viewer.serves_outside:
        return Q()
    own = Q(id__in=viewer.organisation_ids | ({viewer.person_id} - {None}))
    if not viewer.is_employee:
        return own
    return own | Q(kind=Party.Kind.DEPARTMENT) | works_here(today)


def works_here(today: date) -> Q:
    """The people who work for us on this day, as a filter on Party."""
    return Q(id__in=Membership.objects.on(today).values("person_id"))


def may_see_profile(viewer: Viewer, party: PartySeen) -> Verdict:
    """Whether the viewer sees what a customer needs, prefers and expects, and their boundaries.

    Stricter than seeing that they exist: being the administrator is not enough, and what an employee wished as a
    buyer is no business of colleagues who do not serve outside.
    """
    hidden = denied(_("You don’t serve this customer."))
    if viewer.is_house or viewer.is_owner:
        return ALLOWED
    if party.id == viewer.person_id or party.id in viewer.organisation_ids:
        return ALLOWED
    if not viewer.is_employee:
        return hidden
    return ALLOWED if party.kind == "department" or viewer.serves_outside else hidden


def may_note_about(viewer: Viewer, party: PartySeen) -> Verdict:
    """Whether the viewer writes down needs, preferences, expectations and boundaries: whoever sees the profile."""
    return may_see_profile(viewer, party)


def may_manage_directory(viewer: Viewer) -> Verdict:
    """Departments, employees, memberships, accounts, groups and imports are kept by the administrator."""
    if viewer.is_house or viewer.is_administrator:
        return ALLOWED
    return denied(_("Only an administrator may change departments, colleagues and accounts."))


def may_register_customer(viewer: Viewer) -> Verdict:
    """Outside people and organisations are added by those who serve outside, and by the administrator."""
    if may_manage_directory(viewer) or (viewer.is_employee and viewer.serves_outside):
        return ALLOWED
    return denied(_("Only departments that serve outside customers may add them."))


def may_change_party(viewer: Viewer, party: PartySeen) -> Verdict:
    """Whether the viewer changes the party's names, addresses, language, zone and place."""
    if may_manage_directory(viewer):
        return ALLOWED
    if party.kind == "department" or (party.is_employee and party.id != viewer.person_id):
        return may_manage_directory(viewer)
    if party.id == viewer.person_id or party.id in viewer.organisation_ids:
        return ALLOWED
    return may_register_customer(viewer)


def may_change_work_data(viewer: Viewer, party: PartySeen) -> Verdict:
    """Whether the viewer changes an employee's name and number: what the organisation has on file, not a wish."""
    return may_change_party(viewer, party) if not party.is_employee else may_manage_directory(viewer)


def may_change_password(viewer: Viewer, person_id: int) -> Verdict:
    """One's own password, or any as the administrator."""
    if viewer.person_id == person_id or may_manage_directory(viewer):
        return ALLOWED
    return denied(_("You may only change your own password."))
