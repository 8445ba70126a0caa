"""From the plan's requests to the stories that `requests` writes as history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clientela.command.demonstration import story as told
from clientela.command.demonstration.story import DemonstrationPlan, RequestStory
from clientela.requests.actions.history import Asked, Event, Happening, Story


@dataclass(frozen=True)
class _Keys:
    """What the plan's keys are in the database."""

    requests: Mapping[str, RequestStory]
    departments: Mapping[str, int]
    parties: Mapping[str, int]
    versions: Mapping[str, int]


def stories_of(
    plan: DemonstrationPlan,
    *,
    departments: Mapping[str, int],
    parties: Mapping[str, int],
    versions: Mapping[str, int],
) -> dict[str, Story]:
    """Return the story of each request that somebody asked themselves, by its key, with what was asked for it."""
    keys = _Keys({request.key: request for request in plan.requests}, departments, parties, versions)
    return {
        request.key: _story(request, keys)
        for request in plan.requests
        if request.parent is None and request.opened.at <= plan.until
    }


def _story(request: RequestStory, keys: _Keys) -> Story:
    opened = request.opened
    return Story(
        opened_at=opened.at,
        service_version_id=keys.versions[request.service],
        customer_id=keys.parties[request.customer],
        asker_id=keys.parties[request.asker],
        side=request.side,
        channel=request.channel,
        title=request.title,
        text=opened.text,
        language=request.language,
        by_id=None if request.channel == "email" else keys.parties[request.asker],
        answers=opened.answers,
        message_id=f"{request.key}.{int(opened.at.timestamp())}@mail.example" if request.channel == "email" else "",
        events=tuple(_events(request, keys)),
    )


def _events(request: RequestStory, keys: _Keys) -> Iterator[Event]:
    """Give the events that somebody caused; what the house does by itself follows from them."""
    department = request.department
    waits_by_reply = {event.at for event in request.events if isinstance(event, told.Replied) and event.then == "wait"}
    for event in request.events[1:]:
        if isinstance(event, told.HandedOver):
            if event.department == department:
                continue  # to another branch of the same department: who has it is said by what follows
            department = event.department
        if isinstance(event, told.Waiting) and event.at in waits_by_reply:
            continue  # the reply said so
        yield from _event(event, request, keys)


def _event(event: told.Event, request: RequestStory, keys: _Keys) -> Iterator[Event]:
    who = keys.parties
    match event:
        case told.CustomerWrote() | told.Reopened():
            yield Event(
                event.at,
                Happening.RECEIVE,
                author_id=who[event.by],
                text=event.text,
                language=request.language,
                channel=event.channel,
            )
        case told.Complained():
            yield Event(
                event.at,
                Happening.COMPLAIN,
                by_id=who[event.by],
                author_id=who[event.by],
                text=event.text,
                language=request.language,
                channel=event.channel,
            )
        case told.Replied():
            yield Event(
                event.at,
                Happening.REPLY,
                by_id=who[event.by],
                text=event.text,
                language=request.language,
                then=event.then,
            )
        case told.Resolved():
            yield Event(
                event.at,
                Happening.REPLY,
                by_id=who[event.by],
                text=event.text,
                language=request.language,
                then="resolve",
            )
        case told.AskedDepartment():
            yield _asked(event, keys)
        case _:
            yield from _quiet_event(event, keys)


def _quiet_event(event: told.Event, keys: _Keys) -> Iterator[Event]:
    """Give what is not said to anybody outside."""
    who = keys.parties
    match event:
        case told.Noted():
            yield Event(event.at, Happening.NOTE, by_id=who[event.by], text=event.text, language=event.language)
        case told.Assigned() if event.by == event.to:
            yield Event(event.at, Happening.TAKE, by_id=who[event.by])
        case told.Assigned():
            yield Event(event.at, Happening.ASSIGN, by_id=who[event.by], person_id=who[event.to])
        case told.HandedOver():
            yield Event(
                event.at,
                Happening.HAND_OVER,
                by_id=who[event.by],
                department_id=keys.departments[event.department],
                text=event.reason,
            )
        case told.Waiting(state="waiting_customer"):
            yield Event(event.at, Happening.WAIT_FOR_CUSTOMER, by_id=who[event.by])
        case told.Waiting(state="waiting_date"):
            yield Event(event.at, Happening.WAIT_UNTIL, by_id=who[event.by], until=event.until)
        case told.Resumed(cause="agent") if event.by is not None:
            yield Event(event.at, Happening.RESUME, by_id=who[event.by])
        case _:
            yield from _last_event(event, keys)


def _last_event(event: told.Event, keys: _Keys) -> Iterator[Event]:
    """Give promises and closings. The rest the house did by itself; ratings are not the request's own."""
    who = keys.parties
    match event:
        case told.PromiseMade():
            yield Event(event.at, Happening.PROMISE, by_id=who[event.by], text=event.words, until=event.due_at)
        case told.PromiseKept():
            yield Event(event.at, Happening.KEEP_PROMISE, by_id=who[event.by], text=event.words)
        case told.Closed(is_automatic=False) if event.by is not None:
            yield Event(event.at, Happening.CLOSE, by_id=who[event.by])


def _asked(event: told.AskedDepartment, keys: _Keys) -> Event:
    child = keys.requests[event.child]
    return Event(
        event.at,
        Happening.ASK,
        by_id=keys.parties[event.by],
        is_blocking=event.is_blocking,
        asked=Asked(
            service_version_id=keys.versions[child.service],
            title=child.title,
            text=child.opened.text,
            language=child.language,
            answers=child.opened.answers,
            events=tuple(_events(child, keys)),
        ),
    )
