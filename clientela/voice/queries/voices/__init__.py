"""Voices, ready to show: the list, one of them, what a week brought."""

from clientela.voice.queries.voices.filtering import Place, VoiceFilters
from clientela.voice.queries.voices.glimpses import (
    Named,
    SubjectGlimpse,
    SubjectOfVoice,
    VoiceGlimpse,
    subject_glimpse,
    voice_glimpses,
)
from clientela.voice.queries.voices.lists import VoicesPage, voices_page
from clientela.voice.queries.voices.one import FollowUpOfVoice, ImprovementOfVoice, SameSaid, VoicePage, voice_page
from clientela.voice.queries.voices.summary import ListenSummary, SideSummary, listen_summary

__all__ = [
    "FollowUpOfVoice",
    "ImprovementOfVoice",
    "ListenSummary",
    "Named",
    "Place",
    "SameSaid",
    "SideSummary",
    "SubjectGlimpse",
    "SubjectOfVoice",
    "VoiceFilters",
    "VoiceGlimpse",
    "VoicePage",
    "VoicesPage",
    "listen_summary",
    "subject_glimpse",
    "voice_glimpses",
    "voice_page",
    "voices_page",
]
