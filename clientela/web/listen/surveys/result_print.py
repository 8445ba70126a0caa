"""Results as a page to print: every figure with its n and its interval."""

from typing import Any

from django.utils.translation import gettext as _

from clientela.voice.queries.survey_results import AnswerShare, Figure, QuestionResult, SurveyResults
from clientela.voice.rules.figures.estimates import LEAST_SHOWN, Share, TooFew
from clientela.voice.rules.figures.net_promoter import NetPromoter
from clientela.web.components import words as say
from clientela.web.components.paper import Bar, Row, Section, Words, as_pdf
from clientela.web.listen.surveys.result_words import answered_words, figure_name, figure_words, span_words
from clientela.web.listen.surveys.wording import DIMENSION_WORDS


def printed_results(found: SurveyResults, language: str) -> bytes:
    """The results as a PDF of A4 pages."""
    return as_pdf(found.head.title, _parts(found, language))


def _parts(found: SurveyResults, language: str) -> list[Words | Section]:
    rate = found.response.rate if found.response is not None else None
    asked = sum(one.asked for one in ([found.round] if found.round is not None else found.rounds))
    parts = [found.head.owner_name]
    if found.round is not None:
        parts.append(_("Round %(n)s") % {"n": found.round.number})
        parts.append(say.full_day(found.round.opens_at.date(), language=language))
    else:
        parts.append(_("All rounds"))
    story: list[Words | Section] = [
        Words(found.head.title, size=18, is_bold=True, after=2),
        Words(" · ".join(parts), is_quiet=True),
        Words(answered_words(found.n, rate, asked, language), size=11, after=8),
    ]
    if found.head.is_anonymous:
        told = _(
            "Anonymous: nothing is shown for fewer than %(least)s answers, nor where a difference would tell of fewer, "
            "nor what fewer than ten people all said alike."
        )
        story.append(Words(told % {"least": LEAST_SHOWN}, is_quiet=True, after=8))
    if found.quality:
        story.append(_quality(found, language))
    for table in found.tables:
        rows = [
            Row(cell.name or _("the others, together"), _bar(cell.figure, found), figure_words(cell.figure, language))
            for cell in table.cells
        ]
        title = table.title or _("Service quality, all together")
        story.append(Section(title, figure_name(table.question), tuple(rows)))
    return [*story, *(_question(result, found, language) for result in found.questions)]


def _question(result: QuestionResult, found: SurveyResults, language: str) -> Section:
    if not result.is_shown:
        n = f"< {LEAST_SHOWN}" if found.head.is_anonymous else str(result.n)
        return Section(result.title, f"n = {n}", (Row(_("too few to say"), None, ""),))
    under = [f"n = {say.number_in_words(result.n, language=language)}"]
    figure = result.net or result.satisfied
    if figure is not None:
        under.append(f"{figure_words(figure, language)} {figure_name(result.question)}")
    if result.mean is not None:
        under.append(_("mean %(mean)s") % {"mean": figure_words(result.mean, language)})
    rows = [_share_row(one, language) for one in result.shares]
    for line in result.lines:
        rows.append(Row(f"{line.label} (n = {line.n})", None, "" if line.shares else _("too few to say")))
        rows += [_share_row(one, language) for one in line.shares]
    rows += [Row(one.label, None, figure_words(one.place, language)) for one in result.ranks]
    rows += [
        Row(span_words(one.low, one.high, language), Bar(filled=one.count / result.n), str(one.count))
        for one in result.bins
    ]
    return Section(result.title, " · ".join(under), tuple(rows))


def _quality(found: SurveyResults, language: str) -> Section:
    rows = [
        Row(
            str(DIMENSION_WORDS[line.dimension]) if line.dimension else _("All together"),
            _bar(line.perception, found),
            _quality_words(line, language),
        )
        for line in found.quality
    ]
    return Section(_("Service quality"), _("as it is, and the gap to how it should be"), tuple(rows))


def _quality_words(line: Any, language: str) -> str:
    told = figure_words(line.perception, language)
    if line.gap.n:
        told += "; " + _("gap %(gap)s") % {"gap": figure_words(line.gap, language)}
    return told


def _share_row(one: AnswerShare, language: str) -> Row:
    known = not isinstance(one.share, TooFew)
    words = f"{figure_words(one.share, language)}  {one.count}" if known else figure_words(one.share, language)
    return Row(one.label, _share_bar(one.share), words)


def _share_bar(share: Share | TooFew) -> Bar | None:
    return None if isinstance(share, TooFew) else Bar(filled=share.value, low=share.low, high=share.high)


def _bar(figure: Figure, found: SurveyResults) -> Bar | None:
    """A dot on its interval."""
    if isinstance(figure, TooFew):
        return None
    scale = found.quality_scale
    low, high = (0.0, 1.0) if isinstance(figure, Share) else (-100.0, 100.0)
    if not isinstance(figure, Share | NetPromoter):
        low, high = (scale.lowest, scale.highest) if scale is not None else (1, 10)

    def place(value: float) -> float:
        return (value - low) / (high - low)

    return Bar(low=place(figure.low), high=place(figure.high), dot=place(figure.value))
