"""The house's rules of listening: how often people may be asked, and on what somebody goes back to them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.catalogue import queries as catalogue
from clientela.directory.policies import Viewer
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import require
from clientela.voice.actions.refusing import FieldRefusedError
from clientela.voice.models import ListeningPolicy
from clientela.voice.policies.survey_making import may_set_listening

ONLY_ROW = 1


class PolicyError(FieldRefusedError):
    """The rules cannot be set so. `field` is the one at fault."""


@transaction.atomic
def change_listening_policy(
    *,
    by: Viewer,
    at: datetime,
    asks_a_quarter: int,
    days_between_asks: int,
    remind_after_days: int,
    follow_up_at_or_below: int,
    follow_up_service_id: int | None,
    publishes_what_we_heard: bool,
) -> None:
    """Set the rules; they count from the next ask on. Raises PolicyError, NotAllowedError."""
    require(may_set_listening(by))
    for field, value, most in (
        ("asks_a_quarter", asks_a_quarter, 90),
        ("days_between_asks", days_between_asks, 365),
        ("remind_after_days", remind_after_days, 90),
        ("follow_up_at_or_below", follow_up_at_or_below, 4),
    ):
        if not 0 <= value <= most:
            raise PolicyError(field, _("Choose between 0 and %(most)s.") % {"most": most})
    if follow_up_service_id is not None and follow_up_service_id not in catalogue.newest_versions(
        [follow_up_service_id]
    ):
        raise PolicyError("follow_up_service_id", _("This service is not there any more."))
    values = {
        "asks_a_quarter": asks_a_quarter,
        "days_between_asks": days_between_asks,
        "remind_after_days": remind_after_days,
        "follow_up_at_or_below": follow_up_at_or_below,
        "follow_up_service_id": follow_up_service_id,
        "publishes_what_we_heard": publishes_what_we_heard,
        "changed_at": at,
    }
    ListeningPolicy.objects.update_or_create(pk=ONLY_ROW, defaults=values)
    told = {name: value for name, value in values.items() if name != "changed_at"}
    about = [thing("listening_policy", ONLY_ROW)]
    record(verb="listening_policy_changed", by=by.person_id, at=at, about=about, **told)
