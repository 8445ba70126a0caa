"""Who may offer services, and who may ask for which."""

from django.utils.translation import gettext as _

from clientela.catalogue.models import Service
from clientela.directory.policies import Viewer
from clientela.kernel.policies import ALLOWED, Verdict, denied

INSIDE = "inside"
OUTSIDE = "outside"


def may_offer_service(viewer: Viewer, *, owner_id: int) -> Verdict:
    """A service is offered and changed by the head of the department that owns it, or by an administrator."""
    if viewer.is_house or viewer.is_administrator or owner_id in viewer.headed_department_ids:
        return ALLOWED
    return denied(_("Services are changed by the head of the department that offers them, or by an administrator."))


def audiences_open_to(*, is_inside: bool) -> frozenset[str]:
    """The audiences that let in somebody who asks from inside, or from outside."""
    return frozenset({Service.Audience.BOTH, Service.Audience.INSIDE if is_inside else Service.Audience.OUTSIDE})


def may_ask_for(service: Service, *, is_inside: bool, is_in_a_named_group: bool) -> Verdict:
    """Whether a customer, asking from inside or outside, may ask for the service."""
    if service.retired_at is not None:
        return denied(_("This service is no longer offered."))
    if service.audience in audiences_open_to(is_inside=is_inside):
        return ALLOWED
    if service.audience == Service.Audience.GROUPS and is_in_a_named_group:
        return ALLOWED
    if service.audience == Service.Audience.GROUPS:
        return denied(_("This service is for named groups only."))
    if is_inside:
        return denied(_("This service is for customers outside the organisation."))
    return denied(_("This service is for colleagues inside the organisation."))
