"""Draws what `paper` says, as PDF. Heavy to load: imported by nobody, only named, and run in a process of its own."""

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Circle, Drawing, Line, Rect
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from clientela.web.components.paper import Bar, Section, Words

FONTS: Final = Path(__file__).resolve().parents[1] / "fonts"
FONT: Final = "DejaVu"
BOLD: Final = "DejaVu-Bold"
INK: Final = colors.HexColor("#22252a")
QUIET: Final = colors.HexColor("#55524a")
LINE: Final = colors.HexColor("#e5dfd2")
EMPTY: Final = colors.HexColor("#f0ebe1")
ACCENT: Final = colors.HexColor("#17546a")
TONE: Final = colors.HexColor("#a9cbd2")
BAR_WIDTH: Final = 52 * mm
BAR_HEIGHT: Final = 8.0
_LONGEST: Final = 600  # signs of a title on paper
_FITS_A_PAGE: Final = 12  # rows


def printed(title: str, parts: Sequence[Words | Section]) -> bytes:
    """The parts as a PDF of A4 pages."""
    _register_fonts()
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=title,
        author="Clientela",
    )
    story: list[Any] = []
    for part in parts:
        story += [_paragraph(part)] if isinstance(part, Words) else _section(part)
    document.build(story, onFirstPage=_footed, onLaterPages=_footed)
    return file.getvalue()


@cache
def _register_fonts() -> None:
    """Once a process: reportlab keeps them."""
    pdfmetrics.registerFont(TTFont(FONT, FONTS / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, FONTS / "DejaVuSans-Bold.ttf"))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)


def _paragraph(words: Words) -> Paragraph:
    style = ParagraphStyle(
        f"{words.size}-{words.is_bold}-{words.is_quiet}-{words.after}",
        fontName=BOLD if words.is_bold else FONT,
        fontSize=words.size,
        leading=words.size * 1.4,
        textColor=QUIET if words.is_quiet else INK,
        spaceAfter=words.after,
    )
    return Paragraph(escape(words.text[:_LONGEST]), style)


def _section(section: Section) -> list[Any]:
    head = [
        _paragraph(Words(section.title, size=11, is_bold=True, after=1)),
        _paragraph(Words(section.under, size=8.5, is_quiet=True, after=2)),
    ]
    if not section.rows:
        return [KeepTogether([*head, Spacer(1, 8)])]
    made = [
        [_cell(row.label), _drawing(row.bar) if row.bar is not None else "", _cell(row.words)] for row in section.rows
    ]
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
    if len(made) <= _FITS_A_PAGE:
        return [KeepTogether([*head, table]), Spacer(1, 10)]
    return [*head, table, Spacer(1, 10)]


def _cell(text: str) -> Paragraph:
    return _paragraph(Words(text, after=0))


def _drawing(bar: Bar) -> Drawing:
    drawing, middle = Drawing(BAR_WIDTH, BAR_HEIGHT), BAR_HEIGHT / 2
    if bar.filled is not None:
        drawing.add(Rect(0, 1, BAR_WIDTH, BAR_HEIGHT - 2, fillColor=EMPTY, strokeColor=None))
        drawing.add(Rect(0, 1, _place(bar.filled), BAR_HEIGHT - 2, fillColor=TONE, strokeColor=None))
    else:
        drawing.add(Line(0, middle, BAR_WIDTH, middle, strokeColor=LINE))
    if bar.low is not None and bar.high is not None:
        drawing.add(
            Line(_place(bar.low), middle, _place(bar.high), middle, strokeColor=ACCENT)
            if bar.dot is None
            else Line(_place(bar.low), middle, _place(bar.high), middle, strokeColor=TONE, strokeWidth=3)
        )
    if bar.dot is not None:
        drawing.add(Circle(_place(bar.dot), middle, 2.6, fillColor=ACCENT, strokeColor=None))
    return drawing


def _place(value: float) -> float:
    return float(min(max(value, 0), 1) * BAR_WIDTH)


def _footed(canvas: Any, document: Any) -> None:
    canvas.setFont(FONT, 8)
    canvas.setFillColor(QUIET)
    canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, str(document.page))
