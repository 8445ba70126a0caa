"""Reminding: once, a few days later, within the same wishes; never who answered or declined."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from clientela.directory import queries as directory
from clientela.directory.actions import LetterToPerson, write_to_people
from clientela.directory.queries.boundaries import wishes_among, wishes_by_party
from clientela.requests import queries as requests
from clientela.voice.actions.surveys.budget import asking_budget
from clientela.voice.models import Survey, SurveyInvitation
from clientela.voice.rules.asking import AskReason, may_be_reminded
from clientela.voice.rules.surveys import from_json
from clientela.voice.survey_letters import SurveyAsked, survey_letter

AT_ONCE: Final = 500
TIME_LEFT: Final = timedelta(days=1)  # who has less left is not reminded any more
# A day on somebody's calendar may begin this much before so many times 24 hours have passed, where clocks change too.
DAY_BEGINS_EARLIER: Final = timedelta(hours=25)


@transaction.atomic
def remind_once(*, at: datetime) -> int:
    """Write the one reminder about up to 500 questions that have waited long enough; return how many there were.

    Who was asked about several departments gets one letter. Who refuses such letters by now gets none.
    """
    budget = asking_budget()
    if not budget.remind_after_days:
        return 0
    waiting = list(
        SurveyInvitation.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("round__survey", "round__version")
        .filter(
            Q(round__closes_at__isnull=True) | Q(round__closes_at__gt=at + TIME_LEFT),
            asked_at__lte=at - timedelta(days=budget.remind_after_days) + DAY_BEGINS_EARLIER,
            expires_at__gt=at + TIME_LEFT,
            reminded_at__isnull=True,
            spent_on__isnull=True,
            declined_on__isnull=True,
            round__released_at__isnull=True,
            round__survey__state=Survey.State.OPEN,
        )
        .order_by("asked_at", "pk")[:AT_ONCE]
    )
    cards = directory.party_cards({row.person_id for row in waiting})
    known = wishes_by_party(cards)
    verdicts = {
        row.pk: may_be_reminded(
            at=at,
            zone=cards[row.person_id].zone,
            asked_at=row.asked_at,
            expires_at=row.expires_at,
            budget=budget,
            is_answered=False,
            is_reminded=False,
            boundaries=wishes_among(known, {row.person_id}),
        )
        for row in waiting
        if row.person_id in cards
    }
    # Whose day has not come yet waits for it; who is erased, or refuses by now, is not looked at again.
    due = [row for row in waiting if row.pk not in verdicts or verdicts[row.pk].reason != AskReason.TOO_SOON]
    SurveyInvitation.objects.filter(pk__in=[row.pk for row in due]).update(reminded_at=at)
    departments = {card.id: card for card in directory.departments()} if due else {}
    titles = requests.request_origins(
        [int(row.about.partition(":")[2]) for row in due if row.about.startswith("request:")]
    )
    by_person: dict[tuple[int, int], list[SurveyInvitation]] = defaultdict(list)
    for row in due:
        by_person[row.person_id, row.round_id].append(row)
    letters = []
    for (person_id, _round), rows in by_person.items():
        card, first = cards.get(person_id), rows[0]
        if card is None or not card.email:
            continue
        if verdicts[first.pk].reason not in {None, AskReason.QUIET_HOURS}:  # quiet hours put the letter off
            continue
        origin = titles.get(int(first.about.partition(":")[2])) if first.about.startswith("request:") else None
        asked = SurveyAsked(
            invitation=first,
            definition=from_json(first.round.version.definition),
            is_anonymous=first.round.survey.is_anonymous,
            owner=departments[first.round.survey.owner_id],
            suppliers=tuple(departments[row.supplier_id] for row in rows if row.supplier_id and not row.about),
            words=origin.title if origin else "",
        )
        letters.append(LetterToPerson(person_id, survey_letter(asked, reader=card, at=at, is_reminder=True), "surveys"))
    write_to_people(at=at, letters=letters)
    return len(due)
