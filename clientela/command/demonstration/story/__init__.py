"""The demonstration as plain data: an organisation, its customers, and what happened to each request when.

Nothing here knows a database. Things refer to each other by keys; moments are aware, in UTC, whole seconds. Whoever
tells the story to the product goes through `DemonstrationPlan.timeline()` or request by request: children stand after
their parents in `requests`, and the events of one request stand in order of time.

What the product does by itself is told as well, so that a reader sees the whole story, and marked so that a teller can
leave it out: `Waiting` for a department and every `Resumed` whose cause is not "agent" follow from other events at the
same moment; `Opened` of a child is its parent's `AskedDepartment`; `Closed` with `is_automatic` is the house's doing.
"""

from clientela.command.demonstration.story.customers import (
    BoundaryStory,
    ContactStory,
    CustomerStory,
    NoteStory,
)
from clientela.command.demonstration.story.events import (
    AskedDepartment,
    Assigned,
    Closed,
    Complained,
    CustomerWrote,
    Event,
    HandedOver,
    Noted,
    Opened,
    PromiseKept,
    PromiseMade,
    Rated,
    Reopened,
    Replied,
    Resolved,
    Resumed,
    Waiting,
)
from clientela.command.demonstration.story.house import (
    LANGUAGES,
    BranchStory,
    CalendarStory,
    ChoiceStory,
    ColleagueStory,
    DepartmentStory,
    DependencyStory,
    FieldStory,
    FourLanguages,
    ServiceStory,
    StepStory,
    TeamStory,
)
from clientela.command.demonstration.story.plan import (
    DemonstrationPlan,
    RequestStory,
)

__all__ = [
    "LANGUAGES",
    "AskedDepartment",
    "Assigned",
    "BoundaryStory",
    "BranchStory",
    "CalendarStory",
    "ChoiceStory",
    "Closed",
    "ColleagueStory",
    "Complained",
    "ContactStory",
    "CustomerStory",
    "CustomerWrote",
    "DemonstrationPlan",
    "DepartmentStory",
    "DependencyStory",
    "Event",
    "FieldStory",
    "FourLanguages",
    "HandedOver",
    "NoteStory",
    "Noted",
    "Opened",
    "PromiseKept",
    "PromiseMade",
    "Rated",
    "Reopened",
    "Replied",
    "RequestStory",
    "Resolved",
    "Resumed",
    "ServiceStory",
    "StepStory",
    "TeamStory",
    "Waiting",
]
