"""What customers of either kind said about being served, and what was made of it."""

from clientela.voice.models.heard import Tally, Voice
from clientela.voice.models.improving import Evidence, FollowUp, Improvement, ReviewMeeting
from clientela.voice.models.meaning import (
    LearnedModel,
    ScoredText,
    Subject,
    SubjectTally,
    TextVector,
    VoiceGroup,
    VoiceSubject,
)
from clientela.voice.models.ratings import Rating, RatingInvitation
from clientela.voice.models.surveys import (
    ListeningPolicy,
    SealedBox,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyRound,
    SurveyTally,
    SurveyVersion,
)
from clientela.voice.models.talks import Review, ReviewSource, Talk, TalkPlan

__all__ = [
    "Evidence",
    "FollowUp",
    "Improvement",
    "LearnedModel",
    "ListeningPolicy",
    "Rating",
    "RatingInvitation",
    "Review",
    "ReviewMeeting",
    "ReviewSource",
    "ScoredText",
    "SealedBox",
    "Subject",
    "SubjectTally",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "SurveyRound",
    "SurveyTally",
    "SurveyVersion",
    "Talk",
    "TalkPlan",
    "Tally",
    "TextVector",
    "Voice",
    "VoiceGroup",
    "VoiceSubject",
]
