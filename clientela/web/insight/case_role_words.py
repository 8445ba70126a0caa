"""What a column of a file of cases may be, in words that a clerk understands."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from clientela.web.components import words as say
from clientela.web.listen.figure_words import language_here

# Each role's name, and what it means.
ROLE_WORDS: Final[dict[str, tuple[Promise, Promise]]] = {
    "outcome": (
        gettext_lazy("What came of it for the customer"),
        gettext_lazy("A score, or whether they came back."),
    ),
    "period": (
        gettext_lazy("When it was"),
        gettext_lazy(
            "A day, a week (2024-W09), a month (2024-03), a quarter (2024-Q1), a year, or a number that counts them."
        ),
    ),
    "unit": (
        gettext_lazy("Who served the customer"),
        gettext_lazy("The shop, branch or team in front. Its customers are compared only with each other."),
    ),
    "supplier": (
        gettext_lazy("Who inside had to help"),
        gettext_lazy("The team or department that whoever served the customer depended on. Never a person."),
    ),
    "weight": (
        gettext_lazy("How much of it depended on that one"),
        gettext_lazy("A share from 0 to 1, known beforehand. Without it all who helped count alike."),
    ),
    "quality": (
        gettext_lazy("How well that one served inside at that time"),
        gettext_lazy("What colleagues said of it, or the share of promises that it kept."),
    ),
    "load": (
        gettext_lazy("How busy that one was at that time"),
        gettext_lazy("Such as requests for each pair of hands. Without it nothing can be concluded."),
    ),
    "type": (
        gettext_lazy("Which kind of case it was"),
        gettext_lazy("Such as a repair or a delivery. Easy kinds are then not compared with hard ones."),
    ),
    "case": (
        gettext_lazy("The number of the case"),
        gettext_lazy("Needed only where a case has several lines, one for each who helped."),
    ),
    "answers": (
        gettext_lazy("How many answers the quality rests on"),
        gettext_lazy("Figures from fewer than five answers are not used."),
    ),
    "quality2": (
        gettext_lazy("The same quality from other answers"),
        gettext_lazy("What another half of the colleagues said, or what clocks measured. It shows what is chance."),
    ),
    "unaffected": (
        gettext_lazy("A score that nothing inside could change"),
        gettext_lazy("Such as of the visit before. It makes one more check."),
    ),
    "queue": (
        gettext_lazy("How many waited when the case came in"),
        gettext_lazy("With the next two it makes one more check."),
    ),
    "served": (
        gettext_lazy("How well this very case was served inside"),
        gettext_lazy("In the same measure as the quality."),
    ),
    "urgency": (
        gettext_lazy("How urgent it was when it came in"),
        gettext_lazy("A number: the more, the sooner it is let pass."),
    ),
}
PART_WORDS: Final[dict[str, Promise]] = {
    "cases": gettext_lazy("The cases"),
    "inside": gettext_lazy("How well each team served, by period"),
    "crosswalk": gettext_lazy("Which branch depends on which teams"),
}
# What is asked of each file, where it is brought alone.
PART_HINTS: Final[dict[str, Promise]] = {
    "cases": gettext_lazy("One line a case: when it was, who inside had to help, and what came of it."),
    "inside": gettext_lazy("One line for each team and week or month: how well it served, and how busy it was."),
    "crosswalk": gettext_lazy(
        "One line for each branch and team that it depends on, with the share; the shares of a branch sum to 1."
    ),
}


def role_name(role: str) -> str:
    """What a role is called; its code where it has no name."""
    return str(ROLE_WORDS[role][0]) if role in ROLE_WORDS else role


def part_name(part: str) -> str:
    """What a file among the three is called."""
    return str(PART_WORDS.get(part, part))


def size_words(size_bytes: int) -> str:
    """How large a file is, `500 MB`."""
    return say.bytes_in_words(size_bytes, language=language_here())
