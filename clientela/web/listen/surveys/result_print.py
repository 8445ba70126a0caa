"""Results as a page to print: every figure with its n and its interval, in a font that has all our letters."""

import io
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.graphics.shapes import Circle, Drawing, Line, Rect
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from clientela.voice.queries.survey_results import AnswerShare, Figure, QuestionResult, SurveyResults
from clientela.voice.rules.figures.estimates import LEAST_SHOWN, Share, TooFew
from clientela.voice.rules.figures.net_promoter import NetPromoter
from clientela.web.components import words as say
from clientela.web.listen.surveys.result_words import answered_words, figure_name, figure_words, span_words
from clientela.web.listen.surveys.wording import DIMENSION_WORDS

FONTS: Final = Path(__file__).resolve().parents[2] / "fonts"
FONT: Final = "DejaVu"
BOLD: Final = "DejaVu-Bold"
INK: Final = colors.HexColor("#22252a")
QUIET: Final = colors.HexColor("#55524a")
LINE: Final = colors.HexColor("#e5dfd2")
ACCENT: Final = colors.HexColor("#17546a")
TONE: Final = colors.HexColor("#a9cbd2")
BAR_WIDTH: Final = 52 * mm
BAR_HEIGHT: Final = 8.0
_LONGEST: Final = 600  # signs of a title on paper


def printed_results(found: SurveyResults, language: str) -> bytes:
    """The results as a PDF of A4 pages."""
    _register_fonts()
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=found.head.title,
        author="Clientela",
    )
    document.build(_story(found, language), onFirstPage=_footed, onLaterPages=_footed)
    return file.getvalue()


@cache
def _register_fonts() -> None:
    """Once a process: reportlab keeps them."""
    pdfmetrics.registerFont(TTFont(FONT, FONTS / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, FONTS / "DejaVuSans-Bold.ttf"))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)


def _style(size: float, *, is_bold: bool = False, color: Any = INK, after: float = 4) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}-{is_bold}-{color}",
        fontName=BOLD if is_bold else FONT,
        fontSize=size,
        leading=size * 1.4,
        textColor=color,
        spaceAfter=after,
    )


def _words(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text[:_LONGEST]), style)


def _story(found: SurveyResults, language: str) -> list[Any]:
    rate = found.response.rate if found.response is not None else None
    asked = sum(one.asked for one in ([found.round] if found.round is not None else found.rounds))
    parts = [found.head.owner_name]
    if found.round is not None:
        parts.append(_("Round %(n)s") % {"n": found.round.number})
        parts.append(say.full_day(found.round.opens_at.date(), language=language))
    else:
        parts.append(_("All rounds"))
    story = [
        _words(found.head.title, _style(18, is_bold=True, after=2)),
        _words(" · ".join(parts), _style(9, color=QUIET)),
        _words(answered_words(found.n, rate, asked, language), _style(11, after=8)),
    ]
    if found.head.is_anonymous:
        told = _(
            "Anonymous: nothing is shown for fewer than %(least)s answers, nor where a difference would tell of fewer."
        )
        story.append(_words(told % {"least": LEAST_SHOWN}, _style(9, color=QUIET, after=8)))
    if found.quality:
        story += _quality(found, language)
    for table in found.tables:
        rows = [
            [cell.name or _("the others, together"), _bar(cell.figure, found), figure_words(cell.figure, language)]
            for cell in table.cells
        ]
        story += _section(table.title or _("Service quality, all together"), figure_name(table.question), rows)
    for result in found.questions:
        story += _question(result, found, language)
    return story


def _question(result: QuestionResult, found: SurveyResults, language: str) -> list[Any]:
    if not result.is_shown:
        n = f"< {LEAST_SHOWN}" if found.head.is_anonymous else str(result.n)
        return _section(result.title, f"n = {n}", [[_("too few to say"), "", ""]])
    under = [f"n = {say.number_in_words(result.n, language=language)}"]
    figure = result.net or result.satisfied
    if figure is not None:
        under.append(f"{figure_words(figure, language)} {figure_name(result.question)}")
    if result.mean is not None:
        under.append(_("mean %(mean)s") % {"mean": figure_words(result.mean, language)})
    rows = [_share_row(one, language) for one in result.shares]
    for line in result.lines:
        rows.append([f"{line.label} (n = {line.n})", "", "" if line.shares else _("too few to say")])
        rows += [_share_row(one, language) for one in line.shares]
    rows += [[one.label, "", figure_words(one.place, language)] for one in result.ranks]
    rows += [
        [span_words(one.low, one.high, language), _plain_bar(one.count / result.n), str(one.count)]
        for one in result.bins
    ]
    return _section(result.title, " · ".join(under), rows)


def _quality(found: SurveyResults, language: str) -> list[Any]:
    rows = [
        [
            str(DIMENSION_WORDS[line.dimension]) if line.dimension else _("All together"),
            _bar(line.perception, found),
            _quality_words(line, language),
        ]
        for line in found.quality
    ]
    return _section(_("Service quality"), _("as it is, and the gap to how it should be"), rows)


def _quality_words(line: Any, language: str) -> str:
    told = figure_words(line.perception, language)
    if line.gap.n:
        told += "; " + _("gap %(gap)s") % {"gap": figure_words(line.gap, language)}
    return told


def _share_row(one: AnswerShare, language: str) -> list[Any]:
    known = not isinstance(one.share, TooFew)
    words = f"{figure_words(one.share, language)}  {one.count}" if known else figure_words(one.share, language)
    return [one.label, _share_bar(one.share), words]


def _section(title: str, under: str, rows: list[list[Any]]) -> list[Any]:
    small, body = _style(8.5, color=QUIET, after=2), _style(9, after=0)
    head = [_words(title, _style(11, is_bold=True, after=1)), _words(under, small)]
    if not rows:
        return [KeepTogether([*head, Spacer(1, 8)])]
    made = [[_words(str(row[0]), body), row[1] or "", _words(str(row[2]), body)] for row in rows]
    table = Table(made, colWidths=[66 * mm, BAR_WIDTH + 4 * mm, None], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    # A heading never stands alone at the foot of a page; a long table may break.
    keep = [*head, table] if len(made) <= 12 else None  # noqa: PLR2004 - rows that always fit on a page
    return [KeepTogether(keep), Spacer(1, 10)] if keep else [*head, table, Spacer(1, 10)]


def _share_bar(share: Share | TooFew) -> Drawing | str:
    if isinstance(share, TooFew):
        return ""
    drawing = _plain_bar(share.value)
    drawing.add(Line(share.low * BAR_WIDTH, BAR_HEIGHT / 2, share.high * BAR_WIDTH, BAR_HEIGHT / 2, strokeColor=ACCENT))
    return drawing


def _plain_bar(share: float) -> Drawing:
    drawing = Drawing(BAR_WIDTH, BAR_HEIGHT)
    drawing.add(Rect(0, 1, BAR_WIDTH, BAR_HEIGHT - 2, fillColor=colors.HexColor("#f0ebe1"), strokeColor=None))
    drawing.add(Rect(0, 1, max(share, 0) * BAR_WIDTH, BAR_HEIGHT - 2, fillColor=TONE, strokeColor=None))
    return drawing


def _bar(figure: Figure, found: SurveyResults) -> Drawing | str:
    """A dot on its interval."""
    if isinstance(figure, TooFew):
        return ""
    scale = found.quality_scale
    low, high = (0.0, 1.0) if isinstance(figure, Share) else (-100.0, 100.0)
    if not isinstance(figure, Share | NetPromoter):
        low, high = (scale.lowest, scale.highest) if scale is not None else (1, 10)

    def place(value: float) -> float:
        return float(min(max((value - low) / (high - low), 0), 1) * BAR_WIDTH)

    drawing, middle = Drawing(BAR_WIDTH, BAR_HEIGHT), BAR_HEIGHT / 2
    drawing.add(Line(0, middle, BAR_WIDTH, middle, strokeColor=LINE))
    drawing.add(Line(place(figure.low), middle, place(figure.high), middle, strokeColor=TONE, strokeWidth=3))
    drawing.add(Circle(place(figure.value), middle, 2.6, fillColor=ACCENT, strokeColor=None))
    return drawing


def _footed(canvas: Any, document: Any) -> None:
    canvas.setFont(FONT, 8)
    canvas.setFillColor(QUIET)
    canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, str(document.page))
