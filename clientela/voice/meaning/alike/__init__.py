"""Texts that say the same: copies, neighbours across languages, groups, new subjects, and the sentence that says it."""

from clientela.voice.meaning.alike.beside import kinds_beside
from clientela.voice.meaning.alike.best import best_sentence
from clientela.voice.meaning.alike.copies import copy_groups
from clientela.voice.meaning.alike.groups import meaning_groups
from clientela.voice.meaning.alike.neighbours import Neighbour, Neighbours
from clientela.voice.meaning.alike.proposed import ProposedSubject

__all__ = [
    "Neighbour",
    "Neighbours",
    "ProposedSubject",
    "best_sentence",
    "copy_groups",
    "kinds_beside",
    "meaning_groups",
]
