"""When and whom a survey asks, and what is said of it before the first answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.voice.actions.refusing import FieldRefusedError
from clientela.voice.actions.surveys.drafting import locked_survey, record_survey_fact
from clientela.voice.models import SealedBox, Survey, SurveyAnswer, SurveyInvitation, SurveyRound

CUTS: Final = ("supplier", "rater", "language", "side", "service")
SIDES: Final = ("", "inside", "outside")
LONGEST_OPEN_DAYS: Final = 365
LONGEST_PAUSE_WEEKS: Final = 104
MOST_PAIRS: Final = 2_000


class AskingError(FieldRefusedError):
    """When or whom to ask cannot be set so. `field` is the one at fault, the message says why and what helps."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """When a survey is asked, whom, and what is said of it before the first answer.

    `side`: "" for both, inside or outside. `service_ids`, `provider_ids`: none means all. `every_weeks` counts for a
    schedule; `open_days`: how long a round lasts, None for a round that lasts until the survey is closed. `rates`: the
    pairs of departments, rater and supplier, that an internal survey asks about.
    """

    trigger: str = Survey.Trigger.NONE
    side: str = ""
    service_ids: Sequence[int] = ()
    provider_ids: Sequence[int] = ()
    every_weeks: int | None = None
    open_days: int | None = None
    rates: Sequence[tuple[int, int]] = field(default_factory=tuple)
    share_percent: int = 100
    cuts: Sequence[str] = ()
    is_anonymous: bool = False
    is_open_to_all: bool = False


@transaction.atomic
def set_asking(*, by: Viewer, at: datetime, key: str, asking: Asking) -> None:
    """Set when and whom the survey asks. Raises AskingError, HiddenError, NotAllowedError.

    Whether it is anonymous and how its results are cut was said to whoever answered: it stays once somebody did.
    """
    survey = locked_survey(by, key)
    _checked(asking)
    _check_reach(by, survey, asking)
    changes_what_was_said = asking.is_anonymous != survey.is_anonymous or list(asking.cuts) != list(survey.cuts)
    if changes_what_was_said and has_answers(survey.pk):
        field = "is_anonymous" if asking.is_anonymous != survey.is_anonymous else "cuts"
        raise AskingError(
            field,
            _("People have answered with another promise. Copy the survey: in the copy you can choose this anew."),
        )
    data = {
        "side": asking.side,
        "service_ids": sorted(set(asking.service_ids)),
        "provider_ids": sorted(set(asking.provider_ids)),
        "every_weeks": asking.every_weeks,
        "open_days": asking.open_days,
        "rates": [list(pair) for pair in dict.fromkeys(tuple(pair) for pair in asking.rates)],
    }
    Survey.objects.filter(pk=survey.pk).update(
        trigger=asking.trigger,
        trigger_data={name: value for name, value in data.items() if value not in (None, "", [])},
        share_percent=asking.share_percent,
        cuts=[cut for cut in CUTS if cut in asking.cuts],
        is_anonymous=asking.is_anonymous,
        is_open_to_all=asking.is_open_to_all,
    )
    record_survey_fact("survey_asking_set", survey, by=by, at=at, trigger=asking.trigger, anonymous=asking.is_anonymous)


def has_answers(survey_id: int) -> bool:
    """Whether anybody has answered, or could be answering right now, in any round of the survey."""
    # A first answer that arrives at this moment waits for these locks (its foreign key needs the round), or is seen.
    rounds = list(
        SurveyRound.objects.select_for_update().filter(survey=survey_id).order_by("pk").values_list("pk", flat=True)
    )
    return (
        SurveyAnswer.objects.filter(round__in=rounds).exists()
        or SealedBox.objects.filter(round__in=rounds).exists()
        or SurveyInvitation.objects.filter(round__in=rounds, spent_on__isnull=False).exists()
    )


def _checked(asking: Asking) -> None:
    _check_choices(asking)
    _check_rounds(asking)
    if asking.is_anonymous and asking.is_open_to_all:
        # Whoever has the link could fill a box alone, and read in the results what the few others said.
        raise AskingError(
            "is_open_to_all",
            _("An anonymous survey is asked of invited people only: by an open link one person could answer often."),
        )
    if len(asking.rates) > MOST_PAIRS:
        raise AskingError("rates", _("These are too many pairs of departments at once."))


def _check_choices(asking: Asking) -> None:
    if asking.trigger not in Survey.Trigger.values:
        raise AskingError("trigger", _("Choose when it is asked."))
    if asking.side not in SIDES:
        raise AskingError("side", _("Choose colleagues, customers outside, or both."))
    if not 1 <= asking.share_percent <= 100:  # noqa: PLR2004 - a share in per cent
        raise AskingError("share_percent", _("Choose between 1 and 100 of a hundred."))
    if any(cut not in CUTS for cut in asking.cuts):
        raise AskingError("cuts", _("Choose from the list by what the results are cut."))


def _check_rounds(asking: Asking) -> None:
    if asking.every_weeks is not None and not 1 <= asking.every_weeks <= LONGEST_PAUSE_WEEKS:
        raise AskingError("every_weeks", _("Choose between 1 and 104 weeks."))
    if asking.open_days is not None and not 1 <= asking.open_days <= LONGEST_OPEN_DAYS:
        raise AskingError("open_days", _("Choose between 1 and 365 days."))
    if asking.trigger == Survey.Trigger.SCHEDULE and asking.every_weeks is None:
        raise AskingError("every_weeks", _("Say every how many weeks it is asked."))
    if (asking.trigger == Survey.Trigger.SCHEDULE or asking.is_anonymous) and asking.open_days is None:
        raise AskingError("open_days", _("Say how many days a round lasts: its answers are shown when it ends."))
    if asking.every_weeks and asking.open_days and asking.open_days > 7 * asking.every_weeks:
        raise AskingError("open_days", _("A round ends before the next one begins. Choose fewer days, or more weeks."))


def _check_reach(by: Viewer, survey: Survey, asking: Asking) -> None:
    """Heads ask about their own departments; the owner and administrators about all. Everything named must exist."""
    providers, services = set(asking.provider_ids), set(asking.service_ids)
    paired = {number for pair in asking.rates for number in pair}
    if not (providers | paired) <= {card.id for card in directory.departments()}:
        raise AskingError("provider_ids", _("One of these departments is not there any more."))
    if set(catalogue.newest_versions(services)) != set(services):
        raise AskingError("service_ids", _("One of these services is not there any more."))
    if by.is_house or by.is_owner or by.is_administrator:
        return
    own = by.department_ids | {survey.owner_id}
    asks_by_itself = asking.trigger in {Survey.Trigger.REQUEST_CLOSED, Survey.Trigger.ORDER_DELIVERED}
    if providers - own or (asks_by_itself and not providers):
        raise AskingError("provider_ids", _("Choose among your own departments: others ask about themselves."))
    if any(rater not in own and supplier not in own for rater, supplier in asking.rates):
        raise AskingError("rates", _("In each pair one of the two must be your own department."))
