"""Whether an improvement helped, in words and on a bar, with what it is compared with and what could have been seen."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.voice.queries.improvements import Counted, CountsOfEffect, ImprovementSeen, Measure
from clientela.voice.rules.figures.before_after import BeforeAfter, Verdict, before_and_after
from clientela.voice.rules.figures.estimates import Estimate, TooFew
from clientela.web.listen.figure_words import number

LEAST_ELSEWHERE = 30  # voices on each side: fewer are no comparison


@dataclass(frozen=True)
class FigureShown:
    """A share on its bar: dot, ends of the interval, words."""

    value: float
    low: float
    high: float
    words: str


@dataclass(frozen=True)
class EffectShown:
    """The answer in a word, the sentence, both bars (None: too few to say) and what else must be known."""

    verdict: str
    headline: str
    words: str
    before: FigureShown | None
    since: FigureShown | None
    scale_to: float
    notes: tuple[str, ...]


def effect_shown(seen: ImprovementSeen, counts: CountsOfEffect) -> EffectShown:
    """Put the effect of an improvement in words: more satisfied is better, more spoken of with complaint is worse."""
    is_subject = seen.measure == Measure.SUBJECT
    has_elsewhere = min(counts.elsewhere_before.of, counts.elsewhere_since.of) >= LEAST_ELSEWHERE
    found = before_and_after(
        _good(counts.before, turned=is_subject),
        _good(counts.since, turned=is_subject),
        elsewhere_before=_good(counts.elsewhere_before, turned=is_subject) if has_elsewhere else None,
        elsewhere_after=_good(counts.elsewhere_since, turned=is_subject) if has_elsewhere else None,
    )
    before, since = (_bar(one, turned=is_subject) for one in (found.before, found.after))
    highest = max((bar.high for bar in (before, since) if bar), default=1.0)
    return EffectShown(
        verdict=str(found.verdict),
        headline=_headline(found),
        words=_sentence(found, before, since, is_subject=is_subject),
        before=before,
        since=since,
        scale_to=min(1.0, math.ceil(highest * 12.5) / 10) or 1.0,
        notes=tuple(_notes(found, seen, is_subject=is_subject)),
    )


def _good(counted: Counted, *, turned: bool) -> tuple[int, int]:
    # A tally is changed when a voice is read again, one after the other: never more hits than voices.
    hits = min(counted.n, counted.of)
    return (counted.of - hits if turned else hits), counted.of


def _bar(figure: Estimate | TooFew, *, turned: bool) -> FigureShown | None:
    if isinstance(figure, TooFew):
        return None
    value, low, high = (
        (1 - figure.value, 1 - figure.high, 1 - figure.low) if turned else (figure.value, figure.low, figure.high)
    )
    words = ngettext(
        "%(value)s of 100 (%(low)s–%(high)s), %(n)s answer",
        "%(value)s of 100 (%(low)s–%(high)s), %(n)s answers",
        figure.n,
    ) % {
        "value": round(100 * value),
        "low": round(100 * low),
        "high": round(100 * high),
        "n": number(figure.n),
    }
    return FigureShown(value, low, high, words)


def _headline(found: BeforeAfter) -> str:
    return {
        Verdict.HELPED: _("Yes."),
        Verdict.GOT_WORSE: _("No, it got worse."),
        Verdict.NO_DIFFERENCE_SEEN: _("Not that one could see."),
        Verdict.TOO_FEW: _("Too early or too few to say."),
    }[found.verdict]


def _sentence(found: BeforeAfter, before: FigureShown | None, since: FigureShown | None, *, is_subject: bool) -> str:
    if before is None or since is None:
        return _("It needs at least five voices before and five since.")
    values = {"before": round(100 * before.value), "since": round(100 * since.value)}
    said = (
        _("It was spoken of with complaint by %(before)s of 100 before and by %(since)s of 100 since.")
        if is_subject
        else _("%(before)s of 100 were satisfied before and %(since)s of 100 since.")
    ) % values
    if found.verdict == Verdict.NO_DIFFERENCE_SEEN and found.change is not None and found.change.is_clear:
        return said + " " + _("Elsewhere in the house it changed as well, so this may not be the reason.")
    return said


def _notes(found: BeforeAfter, seen: ImprovementSeen, *, is_subject: bool) -> list[str]:
    notes = [_("The upper bar is before, the lower one since; each shows where the truth lies, 19 times of 20.")]
    if isinstance(found.before, TooFew) or isinstance(found.after, TooFew):
        notes = []
    if found.change_elsewhere is not None:
        points = round(100 * found.change_elsewhere.value) * (-1 if is_subject else 1)
        notes.append(
            _("In the other departments, where nothing was changed, it moved by %(points)s of 100.")
            % {"points": f"{points:+d}".replace("-", "−")}
            if points
            else _("In the other departments, where nothing was changed, it stayed as it was.")
        )
    if found.effect is not None and found.verdict in {Verdict.NO_DIFFERENCE_SEEN, Verdict.TOO_FEW}:
        notes.append(
            _("With so many voices a change of %(points)s of 100 would have been seen four times of five.")
            % {"points": max(1, round(100 * found.effect.smallest))}
        )
    if seen.expected_points is not None:
        notes.append(_("Expected beforehand: %(points)s of 100.") % {"points": f"{seen.expected_points:g}"})
    return notes
