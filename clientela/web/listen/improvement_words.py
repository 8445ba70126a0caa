"""Improvements and review meetings in words: who said it and when, why it was proposed, whether it helped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.voice.queries.improvements import ImprovementSeen, Measure, State
from clientela.voice.queries.meetings import SideCounts, SubjectCounts
from clientela.voice.rules.figures.estimates import TooFew
from clientela.voice.rules.figures.shares import difference_of_shares, wilson
from clientela.web.components import words as say
from clientela.web.components.parts import AmountBar
from clientela.web.listen.figure_words import number, share_values


@dataclass(frozen=True)
class ImprovementShown:
    """An improvement in the reader's words."""

    seen: ImprovementSeen
    department_name: str
    subject_name: str
    said_words: str
    state_words: str
    measured_words: str


@dataclass(frozen=True)
class SideShown:
    """One side's voices and satisfaction, for the dot on its bar; value None is drawn as too few to say."""

    is_inside: bool
    said_words: str
    value: float | None
    low: float | None
    high: float | None
    words: str
    change_words: str


def shown(seen: ImprovementSeen, *, language: str, today: date) -> ImprovementShown:
    """Put an improvement in words."""
    subject = seen.subject_names.get(language) or seen.subject_names.get("en") or seen.subject_key
    return ImprovementShown(
        seen=seen,
        department_name=seen.department.name_in(language),
        subject_name=subject,
        said_words=_said_words(seen, language=language, today=today),
        state_words=state_words(seen.state),
        measured_words=_measured_words(seen, subject),
    )


def reason_words(because: Mapping[str, int]) -> str:
    """Why the house proposed it, with the counts; "" for a proposal of a person."""
    if "now_of" not in because:
        return ""
    return _(
        "In the last %(weeks_now)s weeks %(now)s of %(now_of)s voices with words spoke of it with complaint; "
        "in the %(weeks_before)s weeks before, %(before)s of %(before_of)s. That is more than chance would do."
    ) % dict(because)


def side_shown(side: SideCounts) -> SideShown:
    """Put one side of a review meeting in words."""
    share = wilson(side.satisfied, side.scores)
    said = ngettext("%(n)s voice", "%(n)s voices", side.said) % {"n": number(side.said)}
    if isinstance(share, TooFew):
        few = ngettext("Too few scores to say: %(n)s.", "Too few scores to say: %(n)s.", share.n) % {"n": share.n}
        return SideShown(side.side == "inside", said, None, None, None, _("too few to say"), few)
    change = difference_of_shares((side.satisfied_before, side.scores_before), (side.satisfied, side.scores))
    if isinstance(change, TooFew):
        words = _("Too few scores in the same time before to compare.")
    elif not change.is_clear:
        words = _("No clear change against the same time before.")
    elif change.value > 0:
        words = _("More satisfied than in the same time before: it is more than chance.")
    else:
        words = _("Less satisfied than in the same time before: it is more than chance.")
    figure = _("%(share)s satisfied (%(low)s–%(high)s), %(n)s scores") % share_values(share)
    return SideShown(side.side == "inside", said, share.value, share.low, share.high, figure, words)


def subject_bars(subjects: Sequence[SubjectCounts], *, language: str) -> list[AmountBar]:
    """The subjects of a review meeting as bars."""
    return [
        AmountBar(
            name=one.names.get(language) or one.names.get("en") or one.key,
            value=one.n,
            words=_("%(n)s, of them %(hurt)s with complaint") % {"n": number(one.n), "hurt": number(one.hurt)},
        )
        for one in subjects
    ]


def _said_words(seen: ImprovementSeen, *, language: str, today: date) -> str:
    total = seen.inside_count + seen.outside_count
    if not total or seen.first_said_at is None or seen.last_said_at is None:
        return _("no voices yet")
    voices = ngettext("%(n)s voice", "%(n)s voices", total) % {"n": number(total)}
    first, last = (
        say.day_in_words(localdate(moment), today=today, language=language)
        for moment in (seen.first_said_at, seen.last_said_at)
    )
    when = first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
    sides = _("%(outside)s outside, %(inside)s inside") % {
        "outside": number(seen.outside_count),
        "inside": number(seen.inside_count),
    }
    return f"{voices}, {when}: {sides}"


def state_words(state: str) -> str:
    """How an improvement stands, in a word."""
    return str(
        {
            State.PROPOSED: _("proposed"),
            State.AGREED: _("in hand"),
            State.DONE: _("done"),
            State.DROPPED: _("will not be done"),
        }[State(state)]
    )


def _measured_words(seen: ImprovementSeen, subject: str) -> str:
    whose = {
        "": _("everybody’s voices"),
        "outside": _("the voices of customers outside"),
        "inside": _("the voices of colleagues inside"),
    }[seen.side]
    if seen.measure == Measure.SUBJECT:
        return _("How often “%(subject)s” is spoken of with complaint, of 100 voices with words; %(whose)s.") % {
            "subject": subject,
            "whose": whose,
        }
    return _("How many are satisfied: 4 or 5 of 5; %(whose)s.") % {"whose": whose}
