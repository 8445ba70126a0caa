"""What is declared of who serves whom, and the one line that nobody thought of."""

from clientela.catalogue.actions import change_service
from clientela.catalogue.queries.describing import service_described
from clientela.command.demonstration.content import four, table
from clientela.command.demonstration.listening.house import Loaded
from clientela.command.demonstration.story import DependencyStory
from clientela.directory import actions as directory
from clientela.network.actions.declaring import declare_line


def known_lines(loaded: Loaded) -> list[DependencyStory]:
    """The dependencies that people of the story are aware of, and one that only stands on paper."""
    told = table("depending")["declared"]
    seldom = {tuple(pair) for pair in told["seldom"]}
    more = [DependencyStory(one["customer"], one["provider"], four(one["why"])) for one in told["more"]]
    return [*(one for one in loaded.plan.dependencies if (one.customer, one.provider) not in seldom), *more]


def declare(loaded: Loaded) -> None:
    """Let the owner declare what everybody knows, and what should be."""
    at = loaded.morning(table("depending")["declared"]["declared_days_ago"])
    for one in known_lines(loaded):
        declare_line(
            by=loaded.owner,
            at=at,
            provider_id=loaded.departments[one.provider],
            customer_id=loaded.departments[one.customer],
            what=one.why.en,
            starts_on=at.date(),
        )


def name_who_is_served(loaded: Loaded) -> None:
    """Let a department say whom it serves: everybody may ask it, and one department is not on its list."""
    told = table("depending")["served"]
    at, head = loaded.morning(told["changed_days_ago"]), loaded.head_of(told["provider"])
    left_out = {told["provider"], told["forgotten"]}
    served = [number for key, number in loaded.departments.items() if key not in left_out]
    people = [loaded.parties[one.key] for one in loaded.plan.colleagues]
    administrator = loaded.colleague(next(one.key for one in loaded.plan.colleagues if one.is_administrator))
    group_id = directory.gather_group(by=administrator, at=at, name=told["group"], party_ids=[*served, *people])
    for service in loaded.plan.services:
        if service.owner != told["provider"]:
            continue
        now = service_described(head, service.key)
        change_service(
            by=head,
            at=at,
            key=now.key,
            audience="groups",
            texts=now.texts,
            fields=now.fields,
            plan=now.plan,
            terms_key=now.terms_key,
            takes_mail=now.takes_mail,
            group_ids=[group_id],
            next_review_on=now.next_review_on,
            finishes_by_itself=now.finishes_by_itself,
            is_bought=now.is_bought,
        )
