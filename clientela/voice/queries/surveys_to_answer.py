"""What the pages behind a survey's links show, and which surveys wait for somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.requests import queries as requests
from clientela.voice.models import Survey, SurveyAnswer, SurveyInvitation, SurveyRound, SurveyVersion
from clientela.voice.policies.surveys import (
    Standing,
    invitation_of_survey,
    may_answer_openly,
    standing_of,
    survey_token,
)
from clientela.voice.rules.surveys import SurveyDefinition, from_json, in_language

MOST_WAITING = 10


@dataclass(frozen=True)
class SurveyToAnswer:
    """A survey as one who was asked meets it. `key` is the invitation's key, or that of the open link.

    `answers` are those saved so far. `about` are the words for what it is about: the title of a request, else "".
    `supplier` is the department it is about, `owner` the one that asks; "" and the names in the page's language.
    `results_on`: until when an anonymous one stays sealed; None while nobody has set an end. `cuts`: by what its
    results are cut. `next_token`: the next question that waits for the same person in the same round.
    """

    key: str
    is_by_invitation: bool
    standing: Standing
    definition: SurveyDefinition
    language: str
    is_anonymous: bool
    cuts: tuple[str, ...]
    owner: str
    supplier: str
    about: str
    answers: Mapping[str, Any]
    person_id: int | None
    first_name: str
    ends_at: datetime | None
    results_on: datetime | None
    next_token: str


@dataclass(frozen=True)
class SurveyWaiting:
    """A survey that waits for an answer: its title, what it is about, and until when."""

    token: str
    title: str
    about: str
    ends_at: datetime
    is_begun: bool


def survey_to_answer(token: str, *, at: datetime, languages: Sequence[str] = ()) -> SurveyToAnswer | None:
    """What an invitation's link opens, or None if the key is not ours.

    It speaks the first of `languages` that the survey knows, else as the person was invited.
    """
    invitation = (
        SurveyInvitation.objects.select_related("round__survey", "round__version", "person__party")
        .filter(pk=invitation_of_survey(token) or 0, person__party__erased_at__isnull=True)
        .first()
    )
    if invitation is None:
        return None
    survey, asked = invitation.round.survey, invitation.round
    saved = SurveyAnswer.objects.select_related("version").filter(invitation=invitation).first()
    version = saved.version if saved is not None else asked.version
    definition = from_json(version.definition)
    language = _spoken(definition, (*languages, invitation.language))
    names = _names({survey.owner_id, invitation.supplier_id}, language=language)
    standing = standing_of(invitation, at=at)
    return SurveyToAnswer(
        key=token,
        is_by_invitation=True,
        standing=standing,
        definition=definition,
        language=language,
        is_anonymous=survey.is_anonymous,
        cuts=tuple(survey.cuts),
        owner=names.get(survey.owner_id, ""),
        supplier=names.get(invitation.supplier_id or 0, ""),
        about=_titles([invitation.about]).get(invitation.about, ""),
        answers=saved.values if saved is not None and standing in {Standing.OPEN, Standing.DECLINED} else {},
        person_id=invitation.person_id,
        first_name=invitation.person.short_name,
        ends_at=invitation.expires_at,
        results_on=asked.closes_at,
        next_token=_next_token(invitation, at=at),
    )


def open_survey(link_key: str, *, at: datetime, languages: Sequence[str] = ()) -> SurveyToAnswer | None:
    """What the open link of a survey opens, or None if there is none. A closed one is there, and over."""
    survey = Survey.objects.filter(link_key=link_key).first()
    if survey is None or not survey.is_open_to_all or survey.is_anonymous:
        return None
    asked = (
        SurveyRound.objects.select_related("survey", "version").filter(survey=survey, released_at__isnull=True).first()
    )
    version = asked.version if asked is not None else _published(survey)
    if version is None:
        return None
    is_open = asked is not None and may_answer_openly(asked, at=at).is_allowed
    definition = from_json(version.definition)
    language = _spoken(definition, languages)
    return SurveyToAnswer(
        key=link_key,
        is_by_invitation=False,
        standing=Standing.OPEN if is_open else Standing.OVER,
        definition=definition,
        language=language,
        is_anonymous=False,
        cuts=tuple(survey.cuts),
        owner=_names({survey.owner_id}, language=language).get(survey.owner_id, ""),
        supplier="",
        about="",
        answers={},
        person_id=None,
        first_name="",
        ends_at=asked.closes_at if asked is not None else None,
        results_on=None,
        next_token="",
    )


def surveys_waiting(viewer: Viewer, *, at: datetime, language: str) -> list[SurveyWaiting]:
    """The surveys that wait for the viewer, those that end first on top. At most three statements."""
    rows = list(_open_invitations(viewer.person_id or 0, at=at)[:MOST_WAITING])
    titles = _titles([row.about for row in rows])
    names = _names({row.supplier_id for row in rows if row.supplier_id}, language=language) if rows else {}
    begun = set(
        SurveyAnswer.objects.filter(invitation__in=[row.pk for row in rows]).values_list("invitation_id", flat=True)
        if rows
        else ()
    )
    return [
        SurveyWaiting(
            token=survey_token(row.pk),
            title=in_language(from_json(row.round.version.definition).titles, language),
            about=titles.get(row.about, "") or names.get(row.supplier_id or 0, ""),
            ends_at=row.expires_at,
            is_begun=row.pk in begun,
        )
        for row in rows
    ]


def _spoken(definition: SurveyDefinition, languages: Sequence[str]) -> str:
    known = definition.languages
    return next((code for code in (*languages, "en", *known) if code in known), "en")


def _open_invitations(person_id: int, *, at: datetime) -> Any:
    return (
        SurveyInvitation.objects.select_related("round__survey", "round__version")
        .filter(
            Q(round__closes_at__isnull=True) | Q(round__closes_at__gt=at),
            person=person_id,
            expires_at__gt=at,
            spent_on__isnull=True,
            declined_on__isnull=True,
            round__released_at__isnull=True,
            round__survey__state=Survey.State.OPEN,
        )
        .order_by("expires_at", "pk")
    )


def _next_token(invitation: SurveyInvitation, *, at: datetime) -> str:
    others = _open_invitations(invitation.person_id, at=at).filter(round=invitation.round_id)
    following = others.exclude(pk=invitation.pk).values_list("pk", flat=True).first()
    return "" if following is None else survey_token(following)


def _published(survey: Survey) -> SurveyVersion | None:
    return SurveyVersion.objects.filter(survey=survey, published_at__isnull=False).order_by("-number").first()


def _names(ids: set[int | None], *, language: str) -> dict[int, str]:
    return {card.id: card.name_in(language) for card in directory.departments() if card.id in ids}


def _titles(about: list[str]) -> dict[str, str]:
    """The titles of requests that invitations are about, by their names in the journal."""
    numbers = [int(name.partition(":")[2]) for name in about if name.startswith("request:")]
    return {f"request:{number}": origin.title for number, origin in requests.request_origins(numbers).items()}
