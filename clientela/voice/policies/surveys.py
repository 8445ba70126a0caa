"""Who may answer a survey, and the keys in its links."""

from datetime import datetime
from enum import StrEnum

from django.core import signing
from django.utils.translation import gettext as _

from clientela.kernel.policies import ALLOWED, Verdict, denied
from clientela.voice.models import Survey, SurveyInvitation, SurveyRound

_SALT = "clientela.voice.survey"


class Standing(StrEnum):
    """How a survey stands for one who was asked."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    OVER = "over"  # the round has ended, or the time for this invitation has


def standing_of(invitation: SurveyInvitation, *, at: datetime) -> Standing:
    """How it stands for an invitation, whose round and survey must have been fetched."""
    if invitation.spent_on is not None:
        return Standing.ANSWERED
    if is_over(invitation.round, at=at) or at >= invitation.expires_at:
        return Standing.OVER
    return Standing.DECLINED if invitation.declined_on is not None else Standing.OPEN


def is_over(survey_round: SurveyRound, *, at: datetime) -> bool:
    """Whether a round takes no answers any more."""
    return (
        survey_round.released_at is not None
        or (survey_round.closes_at is not None and at >= survey_round.closes_at)
        or survey_round.survey.state != Survey.State.OPEN
    )


def may_answer_survey(invitation: SurveyInvitation, *, at: datetime) -> Verdict:
    """The link itself is the right to answer: once, and while it lasts. Who declined may still think better of it."""
    standing = standing_of(invitation, at=at)
    if standing == Standing.ANSWERED:
        return denied(_("You have already answered. Thank you."))
    if standing == Standing.OVER:
        return denied(_("These questions have ended. Thank you for coming all the same."))
    return ALLOWED


def may_answer_openly(survey_round: SurveyRound, *, at: datetime) -> Verdict:
    """Whoever has the open link may answer, while the survey is open to all. An anonymous one never is.

    By an open link one person could fill a box alone, and read off the results what the few others said.
    """
    if not survey_round.survey.is_open_to_all or survey_round.survey.is_anonymous or is_over(survey_round, at=at):
        return denied(_("These questions have ended. Thank you for coming all the same."))
    return ALLOWED


def survey_token(invitation_id: int) -> str:
    """The key that stands in the link of an invitation."""
    return signing.Signer(salt=_SALT).sign_object([invitation_id], compress=False)


def invitation_of_survey(token: str) -> int | None:
    """The invitation that a key names, or None if the key is not ours."""
    try:
        content = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return content[0] if isinstance(content, list) and len(content) == 1 and isinstance(content[0], int) else None
