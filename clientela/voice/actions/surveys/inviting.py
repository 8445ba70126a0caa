"""Asking people: once about a thing, never too often, never against their wish, and many as easily as one."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from clientela.directory import queries as directory
from clientela.directory.actions import LetterToPerson, write_to_people
from clientela.directory.policies import HOUSE, Viewer
from clientela.directory.queries import PartyCard
from clientela.directory.queries.boundaries import wishes_among, wishes_by_party
from clientela.kernel.journal import record, thing
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, require
from clientela.kernel.rows import write_rows
from clientela.voice.actions.surveys.budget import asking_budget, asks_of, take_turns
from clientela.voice.models import SurveyInvitation, SurveyRound
from clientela.voice.policies.survey_making import may_make_survey
from clientela.voice.policies.surveys import is_over
from clientela.voice.rules.asking import AskReason, is_drawn, may_be_asked
from clientela.voice.rules.surveys import SurveyDefinition, from_json
from clientela.voice.survey_letters import SurveyAsked, survey_letter

ANSWER_WITHIN: Final = timedelta(days=30)
AT_ONCE: Final = 1000  # people whose letters are written in one transaction

NO_WAY: Final = "no_way_to_ask"  # why somebody is not asked, besides AskReason: erased, or outside without an address


class RoundOverError(Exception):
    """The round takes no answers any more, so nobody can be asked."""


@dataclass(frozen=True)
class ToAsk:
    """Somebody who could be asked, and about what. `for_party_id`: an organisation for which they spoke.

    `words` are what it is about, for the letter: the title of a request perhaps. `language`: in which they were last
    written to, "" for their own.
    """

    person_id: int
    side: str
    about: str = ""
    supplier_id: int | None = None
    rater_id: int | None = None
    service_id: int | None = None
    for_party_id: int | None = None
    language: str = ""
    words: str = ""


@dataclass(frozen=True)
class Asked:
    """Who was asked, and how many were not, by reason (an AskReason, or NO_WAY)."""

    people: frozenset[int] = frozenset()
    things: frozenset[tuple[int, str]] = frozenset()  # (person, about)
    left_out: Mapping[str, int] = field(default_factory=dict)


@transaction.atomic
def invite(*, by: Viewer = HOUSE, at: datetime, round_id: int, wanted: Sequence[ToAsk]) -> Asked:
    """Ask those who may be asked, each by one letter about everything of theirs. The statements do not grow with them.

    Left out are: who was asked in this round about the same thing, who was asked too often or too lately over all
    surveys, who wants no such letters, who cannot be reached, and by chance all but the survey's share.
    Raises HiddenError, NotAllowedError, RoundOverError.
    """
    asking = SurveyRound.objects.select_related("survey", "version").filter(pk=round_id).first()
    if asking is None:
        raise HiddenError
    require(may_make_survey(by, asking.survey.owner_id))
    if is_over(asking, at=at):
        raise RoundOverError
    take_turns()
    left_out: Counter[str] = Counter()
    chosen = _not_asked_before(asking, wanted, left_out)
    chosen = _drawn(asking, chosen, left_out)
    cards = directory.party_cards({one.person_id for one in chosen})
    employees = directory.employees_today(cards, at)
    chosen = _reachable(chosen, cards, employees, left_out)
    chosen = _willing(chosen, cards, left_out, at=at)
    if not chosen:
        return Asked(left_out=dict(left_out))
    _write(asking, chosen, cards, at=at)
    people = frozenset(one.person_id for one in chosen)
    record(
        verb="survey_asked",
        by=by.person_id,
        at=at,
        about=[thing("survey_round", asking.pk), thing("survey", asking.survey_id)],
        people=len(people),
        left_out=dict(left_out),
    )
    return Asked(people, frozenset((one.person_id, one.about) for one in chosen), dict(left_out))


def invite_many(*, by: Viewer = HOUSE, at: datetime, round_id: int, wanted: Sequence[ToAsk]) -> Asked:
    """Ask as `invite` does, some people at a time, so no transaction is long. Run again, it goes on where it was."""
    by_person: dict[int, list[ToAsk]] = defaultdict(list)
    for one in wanted:
        by_person[one.person_id].append(one)
    people = list(by_person)
    asked: list[Asked] = []
    for start in range(0, len(people), AT_ONCE):
        some = [one for person in people[start : start + AT_ONCE] for one in by_person[person]]
        asked.append(invite(by=by, at=at, round_id=round_id, wanted=some))
    left_out: Counter[str] = Counter()
    for some_asked in asked:
        left_out.update(some_asked.left_out)
    return Asked(
        frozenset().union(*(one.people for one in asked)),
        frozenset().union(*(one.things for one in asked)),
        dict(left_out),
    )


def ask_by_hand(
    *, by: Viewer, at: datetime, survey_id: int, person_ids: Collection[int] = (), group_ids: Collection[int] = ()
) -> Asked:
    """Ask these people, and those of these groups, in the survey's open round.

    Colleagues are asked as colleagues, with the department in which they work. Raises HiddenError, NotAllowedError,
    RoundOverError if no round is open.
    """
    asking = SurveyRound.objects.filter(survey=survey_id, released_at__isnull=True).first()
    if asking is None:
        raise RoundOverError
    people = list(dict.fromkeys([*person_ids, *directory.people_of_groups(group_ids)]))
    works_in = directory.main_departments_of(people, at=at)
    wanted = [
        ToAsk(person, "inside" if person in works_in else "outside", rater_id=works_in.get(person)) for person in people
    ]
    return invite_many(by=by, at=at, round_id=asking.pk, wanted=wanted)


def _not_asked_before(asking: SurveyRound, wanted: Sequence[ToAsk], left_out: Counter[str]) -> list[ToAsk]:
    known = set(
        SurveyInvitation.objects.filter(round=asking, person__in={one.person_id for one in wanted}).values_list(
            "person_id", "about", "supplier_id"
        )
    )
    fresh = {}
    for one in wanted:
        key = (one.person_id, one.about, one.supplier_id)
        if key in known or key in fresh:
            left_out[AskReason.ALREADY_ASKED] += 1
        else:
            fresh[key] = one
    return list(fresh.values())


def _drawn(asking: SurveyRound, wanted: Sequence[ToAsk], left_out: Counter[str]) -> list[ToAsk]:
    """The survey's share of them. Who is asked about several departments draws once, who comes again draws again."""
    drawn = [
        one
        for one in wanted
        if is_drawn(
            key=f"{settings.SECRET_KEY}{one.about}".encode(),
            round_id=asking.pk,
            person_id=one.person_id,
            share_percent=asking.survey.share_percent,
        )
    ]
    left_out.update({AskReason.NOT_DRAWN: len(wanted) - len(drawn)} if len(drawn) < len(wanted) else {})
    return drawn


def _reachable(
    wanted: Sequence[ToAsk], cards: Mapping[int, PartyCard], employees: Collection[int], left_out: Counter[str]
) -> list[ToAsk]:
    """A colleague without an address finds it in the portal; for others there is no way."""
    kept = [
        one for one in wanted if one.person_id in cards and (cards[one.person_id].email or one.person_id in employees)
    ]
    left_out.update({NO_WAY: len(wanted) - len(kept)} if len(kept) < len(wanted) else {})
    return kept


def _willing(
    wanted: Sequence[ToAsk], cards: Mapping[int, PartyCard], left_out: Counter[str], *, at: datetime
) -> list[ToAsk]:
    """Those who do not refuse and were not asked too often. Quiet hours put their letter off, not the question."""
    budget = asking_budget()
    known = wishes_by_party({party for one in wanted for party in (one.person_id, one.for_party_id) if party})
    asks = asks_of({one.person_id for one in wanted}, at=at)
    kept = []
    now: dict[int, str] = {}  # what each is asked about now: one thing, or several departments in one letter
    for one in wanted:
        verdict = may_be_asked(
            at=at,
            zone=cards[one.person_id].zone,
            asked_before=asks.get(one.person_id, ()),
            budget=budget,
            boundaries=wishes_among(known, {party for party in (one.person_id, one.for_party_id) if party}),
        )
        if verdict.reason not in {None, AskReason.QUIET_HOURS}:
            left_out[str(verdict.reason)] += 1
        elif now.setdefault(one.person_id, one.about) != one.about:
            left_out[AskReason.TOO_SOON] += 1
        else:
            kept.append(one)
    return kept


def _write(asking: SurveyRound, chosen: Sequence[ToAsk], cards: Mapping[int, PartyCard], *, at: datetime) -> None:
    ends = at + ANSWER_WITHIN
    definition = from_json(asking.version.definition)
    rows = [
        SurveyInvitation(
            round=asking,
            person_id=one.person_id,
            about=one.about,
            supplier_id=one.supplier_id,
            rater_id=one.rater_id,
            service_id=one.service_id,
            side=one.side,
            language=language_to_ask_in(definition, one.language or cards[one.person_id].language),
            asked_at=at,
            expires_at=min(ends, asking.closes_at) if asking.closes_at else ends,
        )
        for one in chosen
    ]
    write_rows(rows)
    first: dict[int, tuple[ToAsk, SurveyInvitation]] = {}
    suppliers: dict[int, list[int]] = defaultdict(list)
    for one, row in zip(chosen, rows, strict=True):
        first.setdefault(one.person_id, (one, row))
        if one.supplier_id is not None:
            suppliers[one.person_id].append(one.supplier_id)
    departments = {card.id: card for card in directory.departments()}
    letters = [
        LetterToPerson(
            person_id,
            survey_letter(
                SurveyAsked(
                    invitation=row,
                    definition=definition,
                    is_anonymous=asking.survey.is_anonymous,
                    owner=departments[asking.survey.owner_id],
                    suppliers=tuple(departments[number] for number in suppliers[person_id] if number in departments),
                    words=one.words,
                    for_party_id=one.for_party_id,
                ),
                reader=cards[person_id],
                at=at,
            ),
            "surveys",
        )
        for person_id, (one, row) in first.items()
        if cards[person_id].email
    ]
    write_to_people(at=at, letters=letters)


def language_to_ask_in(definition: SurveyDefinition, language: str) -> str:
    """The reader's language if the survey speaks it, else English if it does, else its first one."""
    wanted = product_language(language)
    known = definition.languages
    return next((code for code in (wanted, "en") if code in known), known[0] if known else wanted)
