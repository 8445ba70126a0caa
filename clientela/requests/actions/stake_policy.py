"""The written policy of whose need goes first, and what single requests tell it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import require
from clientela.requests.actions.facts import tell
from clientela.requests.actions.locks import hold_request
from clientela.requests.actions.refusals import PolicyChangedError, WeightError
from clientela.requests.models import StakePolicyVersion
from clientela.requests.policies import may_change_stake_policy
from clientela.requests.queries.standing.reading import basis_of_order
from clientela.requests.rules import Verb, storable
from clientela.requests.rules.order import policy_as_json, policy_from_json

MOST_PEOPLE = 1_000_000
LONGEST_NOTE = 500


@transaction.atomic
def change_stake_policy(
    *, by: Viewer, at: datetime, definition: Mapping[str, object], note: str, instead_of: int
) -> int:
    """Write down another policy and return its number. `instead_of`: the number that it was made from, 0 for none.

    The same policy again is no new version. Raises NotAllowedError, `rules.order`'s PolicyProblemError naming the
    field, and PolicyChangedError when somebody else changed it meanwhile: two owners never overwrite each other.
    """
    require(may_change_stake_policy(by))
    wanted = policy_as_json(policy_from_json(definition))
    basis = basis_of_order()
    stale = PolicyChangedError(
        _("Somebody else changed the policy meanwhile. Look at theirs, then try yours on top of it.")
    )
    if basis.number != instead_of:
        raise stale
    if basis.number and policy_as_json(basis.policy) == wanted:
        return basis.number
    number = basis.number + 1
    # Two who save at the same moment both read the same number; the database lets one of them have the next.
    with refusals_as({"requests_stakepolicyversion_number_key": stale}):
        StakePolicyVersion.objects.create(
            number=number,
            definition=wanted,
            note=storable(note).strip()[:LONGEST_NOTE],
            made_by_id=by.person_id,
            made_at=at,
        )
    record(
        verb="stake_policy_changed",
        by=by.person_id,
        at=at,
        about=[thing("stake_policy", number)],
        number=number,
        was=instead_of,
    )
    return number


@transaction.atomic
def weigh_request(
    *, by: Viewer, at: datetime, request_id: int, people_affected: int, touches_safety: bool, stops_work: bool
) -> None:
    """Say what hangs on a request: how many people wait for it, and whether safety or their work is at stake.

    That is said by who answers the request, never by who asks. Raises HiddenError, NotAllowedError, StateError, and
    WeightError for a number of people that cannot be.
    """
    request = hold_request(Verb.WEIGH, by=by, at=at, request_id=request_id).request
    if not 1 <= people_affected <= MOST_PEOPLE:
        raise WeightError(_("Say how many people it is about: at least 1, who asked included."))
    was = (request.people_affected, request.touches_safety, request.stops_work)
    if was == (people_affected, touches_safety, stops_work):
        return
    request.people_affected = people_affected
    request.touches_safety = touches_safety
    request.stops_work = stops_work
    request.save(update_fields=["people_affected", "touches_safety", "stops_work"])
    tell(
        "request_weighed",
        request,
        by=by,
        at=at,
        people_affected=people_affected,
        touches_safety=touches_safety,
        stops_work=stops_work,
        was=list(was),
    )
