"""The letters that ask somebody to answer a survey, and remind them once."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from django.conf import settings

from clientela.directory.actions import refusal_headers
from clientela.directory.queries import DepartmentCard, PartyCard
from clientela.kernel.journal import thing
from clientela.kernel.letters import render_letter
from clientela.kernel.post import TO_MANY, LetterDraft
from clientela.kernel.signing import signed_message_id
from clientela.voice.letters import FOLDER
from clientela.voice.models import SurveyInvitation
from clientela.voice.policies.surveys import survey_token
from clientela.voice.rules.survey_voices import clickable_scores
from clientela.voice.rules.surveys import SurveyDefinition, in_language

SURVEY_PATH = "/s/{token}"


@dataclass(frozen=True)
class SurveyAsked:
    """What is asked of somebody: the invitation that its link opens, by whom, about whom and what.

    `words` are the title of the request it is about, if any. `for_party_id`: the organisation for which they spoke.
    """

    invitation: SurveyInvitation
    definition: SurveyDefinition
    is_anonymous: bool
    owner: DepartmentCard
    suppliers: tuple[DepartmentCard, ...] = ()
    words: str = ""
    for_party_id: int | None = None


@dataclass(frozen=True)
class ScoreLink:
    """One score, as a link."""

    score: int
    address: str


def survey_letter(asked: SurveyAsked, *, reader: PartyCard, at: datetime, is_reminder: bool = False) -> LetterDraft:
    """The letter to one person, in the language of their invitation.

    The scores of an anonymous survey are no links: a link that holds an answer is kept by every server on its way.
    """
    invitation, language = asked.invitation, asked.invitation.language
    name = "survey_reminder" if is_reminder else "survey"
    question = None if asked.is_anonymous else clickable_scores(asked.definition)
    links = [] if question is None else [_link(invitation.pk, score) for score in question[1]]
    rendered = render_letter(
        FOLDER,
        name,
        language=language,
        zone=reader.zone,
        context={
            "title": in_language(asked.definition.titles, language),
            "introduction": in_language(asked.definition.introductions, language),
            "question": "" if question is None else in_language(question[0].titles, language),
            "low": "" if question is None else in_language(question[0].low_labels, language),
            "high": "" if question is None else in_language(question[0].high_labels, language),
            "links": links,
            "lowest": links[0].score if links else 0,
            "highest": links[-1].score if links else 0,
            "address": address_of(invitation.pk),
            "words": asked.words,
            "is_anonymous": asked.is_anonymous,
            "department": asked.owner.name_in(language),
            "suppliers": ", ".join(card.name_in(language) for card in asked.suppliers)
            if invitation.side == "inside"
            else "",
            "ends_on": _day(invitation.expires_at.astimezone(ZoneInfo(reader.zone)).date(), language),
        },
    )
    return LetterDraft(
        kind=name,
        to_party_id=asked.for_party_id or reader.id,
        to_address=reader.email,
        to_name=reader.name,
        from_address=f"{asked.owner.key}@{settings.MAIL_DOMAIN}",
        from_name=asked.owner.name_in(language),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=language,
        message_id=signed_message_id(
            request_reference="", letter_key=f"{name.replace('_', '-')}-{invitation.pk}", at=at
        ),
        headers=refusal_headers(person_id=reader.id, subject="surveys"),
        about=(thing("survey_round", invitation.round_id),),
        priority=TO_MANY,
    )


def address_of(invitation_id: int) -> str:
    """The address of the pages where an invitation is answered."""
    return settings.PUBLIC_URL + SURVEY_PATH.format(token=survey_token(invitation_id))


def _day(day: date, language: str) -> str:
    return str(format_skeleton("MMMMd", day, locale="en_GB" if language == "en" else language))


def _link(invitation_id: int, score: int) -> ScoreLink:
    return ScoreLink(score, f"{address_of(invitation_id)}/{score}")
