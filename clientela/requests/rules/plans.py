"""Steps of a plan that take another department's service, and what was asked of others for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class AskedPart:
    """A request that another one waits on, and the service that it asks for."""

    request_id: int
    service_key: str
    is_cancelled: bool


def parts_of_steps(needs: Mapping[str, str], parts: Sequence[AskedPart]) -> dict[str, int]:
    """Return the request (its id) by which each step of a plan is done, by the steps' keys.

    `needs`: the service that each step takes, in the order of the plan. `parts`: in the order in which they were asked.
    The first step that takes a service is done by what was first asked for it, the second by the next; what was
    cancelled does no step, so that it can be asked anew.
    """
    found: dict[str, int] = {}
    free = [part for part in parts if not part.is_cancelled]
    for step_key, service_key in needs.items():
        part = next((one for one in free if one.service_key == service_key), None)
        if part is not None:
            found[step_key] = part.request_id
            free.remove(part)
    return found
