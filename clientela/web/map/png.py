"""The map as a picture of points. Heavy to load: imported by nobody, only named, and run in a process of its own."""

from functools import cache
from io import BytesIO
from itertools import pairwise
from math import hypot
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from clientela.web.map.layout import Ribbon
from clientela.web.map.layout.parts import EDGE, LEFT
from clientela.web.map.lettering import NARROWER
from clientela.web.map.palette import COLOURS
from clientela.web.map.sheet import BESIDE, TRACED_BESIDE, TRACED_HALF, Key, Sheet, SheetLine, SheetNode

FONTS = Path(__file__).resolve().parents[1] / "fonts"
BOLD, PLAIN = "DejaVuSans-Bold.ttf", "DejaVuSans.ttf"
HEADING_Y, RULE_Y = 16, 28
SHARP = 2.0  # points for a unit of the drawing
MOST_POINTS = 16_000_000  # of one picture: a larger map comes out less sharp, not larger
STEPS = 24  # along a curve
HATCHES = {"risk": 7.0, "broken": 6.0, "unknown": 5.0}
THIN_COLOURS = {"unknown": "strong"}
DASH, DOT = (6.0, 3.0), (2.0, 4.0)  # drawn, left out
SEE_THROUGH = {False: 178, True: 255}  # by whether the line is selected
Point = tuple[float, float]


def painted(sheet: Sheet) -> bytes:
    """Return the map as a PNG file, light."""
    sharp = min(SHARP, (MOST_POINTS / max(sheet.width * sheet.height, 1.0)) ** 0.5)
    canvas = _Canvas(sheet.width, sheet.height, sharp)
    for x, anchor, words in sheet.headings:
        canvas.text((x, HEADING_Y), words, size=13, colour="ink2", is_bold=True, anchor=anchor)
    canvas.draw.line([*canvas.at((LEFT, RULE_Y)), *canvas.at((sheet.width - EDGE, RULE_Y))], fill=_rgb("line"), width=1)
    for frame, name in sheet.frames:
        corner = (frame.x + frame.width, frame.y + frame.height)
        canvas.box(
            (frame.x, frame.y), corner, radius=8, fill="sunken" if frame.depth % 2 == 0 else "paper", line="line"
        )
        canvas.text((frame.x + 8, frame.y + 19), name, size=13, colour="ink2", is_bold=True)
    for line in sheet.lines:
        _line(canvas, line)
    for node in sheet.nodes:
        _node(canvas, node, is_dense=sheet.is_dense)
    for key in sheet.legend.keys:
        _key(canvas, key)
    for y, words in sheet.legend.notes:
        canvas.text((sheet.legend.left, y + 5), words, size=13, colour="ink2")
    return canvas.png()


class _Canvas:
    """A picture to draw upon in the units of the drawing."""

    def __init__(self, width: float, height: float, sharp: float) -> None:
        self.sharp = sharp
        self.image = Image.new("RGB", (round(width * sharp), round(height * sharp)), _rgb("paper"))
        self.draw = ImageDraw.Draw(self.image)

    def at(self, point: Point) -> Point:
        """A point of the drawing in points of the picture."""
        return point[0] * self.sharp, point[1] * self.sharp

    def box(self, first: Point, last: Point, *, radius: float, fill: str, line: str = "", width: float = 1.0) -> None:
        """A rectangle with round corners."""
        self.draw.rounded_rectangle(
            [self.at(first), self.at(last)],
            radius=radius * self.sharp,
            fill=_rgb(fill),
            outline=_rgb(line) if line else None,
            width=max(1, round(width * self.sharp)),
        )

    def text(
        self, point: Point, words: str, *, size: int, colour: str, is_bold: bool = False, anchor: str = "start"
    ) -> float:
        """Write, with a halo of paper; return how wide it is in units of the drawing."""
        letters = self.font(size, is_bold=is_bold)
        wide = letters.getlength(words) / self.sharp
        x = point[0] - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        self.draw.text(
            self.at((x, point[1])),
            words,
            font=letters,
            fill=_rgb(colour),
            anchor="ls",
            stroke_width=max(1, round(2 * self.sharp)) if colour != "paper" else 0,
            stroke_fill=_rgb("paper"),
        )
        return wide

    def font(self, size: int, *, is_bold: bool) -> FreeTypeFont:
        """The letters of this size."""
        return _font(BOLD if is_bold else PLAIN, max(6, round(size * self.sharp * NARROWER)))

    def ribbon(self, ribbon: Ribbon, tone: str, *, opaque: int) -> None:
        """A line, seen through, hatched where its shade is; its edge is smooth."""
        outline = [self.at(point) for point in outline_of(ribbon)]
        if ribbon.is_thin:
            self.draw.polygon(outline, fill=_rgb(THIN_COLOURS.get(tone, tone)))
            return
        left, top = (int(min(values)) - 2 for values in zip(*outline, strict=True))
        right, low = (int(max(values)) + 3 for values in zip(*outline, strict=True))
        smooth = 2
        size = (max(1, right - left) * smooth, max(1, low - top) * smooth)
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).polygon([((x - left) * smooth, (y - top) * smooth) for x, y in outline], fill=opaque)
        mask = mask.reduce(smooth)
        patch = Image.new("RGB", mask.size, _rgb("surface" if tone == "unknown" else tone))
        if tone in HATCHES:
            _hatch(patch, left, top, step=HATCHES[tone] * self.sharp, tone=tone)
        self.image.paste(patch, (left, top), mask)

    def dashes(self, points: list[Point], pattern: tuple[float, float], *, colour: str, width: float) -> None:
        """A broken line along these points, its dashes equally long however far apart the points are."""
        drawn, left, is_drawn = pattern[0], pattern[0], True
        for first, second in pairwise(points):
            long = hypot(second[0] - first[0], second[1] - first[1])
            gone = 0.0
            while gone < long:
                step = min(left, long - gone)
                if is_drawn:
                    ends = [
                        (first[0] + (second[0] - first[0]) * t / long, first[1] + (second[1] - first[1]) * t / long)
                        for t in (gone, gone + step)
                    ]
                    self.draw.line(
                        [self.at(end) for end in ends], fill=_rgb(colour), width=max(1, round(width * self.sharp))
                    )
                gone += step
                left -= step
                if left <= drawn * 1e-9:
                    is_drawn = not is_drawn
                    left = pattern[0] if is_drawn else pattern[1]

    def png(self) -> bytes:
        """The file."""
        out = BytesIO()
        self.image.save(out, "PNG", compress_level=4)
        return out.getvalue()


def outline_of(ribbon: Ribbon) -> list[Point]:
    """The outline of a line as a polygon."""
    (x1, top1, low1), (x2, top2, low2), bend = ribbon.start, ribbon.end, ribbon.bend
    upper = _curve((x1, top1), (x2, top2), bend)
    return upper + _curve((x1, low1), (x2, low2), bend)[::-1]


def _curve(start: Point, end: Point, bend: float) -> list[Point]:
    points = []
    for step in range(STEPS + 1):
        t = step / STEPS
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        points.append((a * start[0] + (b + c) * bend + d * end[0], (a + b) * start[1] + (c + d) * end[1]))
    return points


def _hatch(patch: Image.Image, left: int, top: int, *, step: float, tone: str) -> None:
    """Slanting strokes, in one grid for the whole picture."""
    pen = ImageDraw.Draw(patch)
    colour = _rgb("strong" if tone == "unknown" else "surface")
    apart, width = step * 2**0.5, max(1, round(step / 4.4))
    wide, high = patch.size
    first = -((left + top) % apart) - apart
    for number in range(int((wide + high) / apart) + 3):
        x = first + number * apart
        pen.line([(x, 0), (x - high, high)], fill=colour, width=width)
        if tone == "broken":
            y = wide - x
            pen.line([(y, 0), (y + high, high)], fill=colour, width=width)


def _line(canvas: _Canvas, line: SheetLine) -> None:
    ribbon = line.ribbon
    x, y = ribbon.middle
    if line.is_silent:
        points = _curve(
            (ribbon.start[0], (ribbon.start[1] + ribbon.start[2]) / 2),
            (ribbon.end[0], (ribbon.end[1] + ribbon.end[2]) / 2),
            ribbon.bend,
        )
        canvas.dashes(points, DOT, colour="strong", width=1.4)
        _circle(canvas, (x, y), 4.5, fill="paper", line="strong")
        return
    canvas.ribbon(ribbon, line.tone, opaque=SEE_THROUGH[line.is_selected])
    if line.is_surprise:
        half = len(outline_of(ribbon)) // 2
        for side in (outline_of(ribbon)[:half], outline_of(ribbon)[half:]):
            canvas.dashes(side, DASH, colour="ink", width=1.2)
    elif line.is_selected:
        canvas.draw.line(
            [canvas.at(point) for point in outline_of(ribbon)], fill=_rgb("ink"), width=round(canvas.sharp)
        )
    if line.is_only_traced:
        left = x + TRACED_BESIDE if line.is_surprise else x - TRACED_HALF
        corner = (left + 2 * TRACED_HALF, y + TRACED_HALF)
        canvas.box((left, y - TRACED_HALF), corner, radius=1, fill="paper", line="strong", width=1.6)
    if line.is_surprise:
        _circle(canvas, (x, y), 8, fill="ink", line="paper")
        canvas.text((x, y + 4.5), "!", size=12, colour="paper", is_bold=True, anchor="middle")


def _circle(canvas: _Canvas, middle: Point, radius: float, *, fill: str, line: str) -> None:
    x, y = middle
    canvas.draw.ellipse(
        [canvas.at((x - radius, y - radius)), canvas.at((x + radius, y + radius))],
        fill=_rgb(fill),
        outline=_rgb(line),
        width=max(1, round(1.4 * canvas.sharp)),
    )


def _node(canvas: _Canvas, node: SheetNode, *, is_dense: bool) -> None:
    slot, name, volume = node.slot, node.name, node.volume
    last = (slot.x + slot.width, slot.y + node.height)
    if is_dense:
        edge = "accent" if node.is_selected else "strong"
        canvas.box((slot.x, slot.y), last, radius=4, fill="surface", line=edge, width=2 if node.is_selected else 1)
        canvas.text((slot.label_x, slot.label_y), name, size=13, colour="ink", is_bold=True)
        canvas.text((last[0] - 8, slot.label_y), volume, size=12, colour="ink2", anchor="end")
        return
    canvas.box((slot.x, slot.y), last, radius=3, fill="accent" if node.is_selected else "strong")
    both = canvas.font(14, is_bold=True).getlength(name) / canvas.sharp
    gap = 5.0
    after = canvas.font(13, is_bold=False).getlength(volume) / canvas.sharp
    whole = both + (gap + after if volume else 0)
    x = slot.label_x - {"start": 0.0, "middle": whole / 2, "end": whole}[slot.label_anchor]
    canvas.text((x, slot.label_y), name, size=14, colour="ink", is_bold=True)
    canvas.text((x + both + gap, slot.label_y), volume, size=13, colour="ink2")


def _key(canvas: _Canvas, key: Key) -> None:
    """A sign of the legend with its words."""
    x, y = key.x, key.y
    if key.sign == "surprise":
        _circle(canvas, (x + 7, y), 7, fill="ink", line="paper")
        canvas.text((x + 7, y + 4.5), "!", size=12, colour="paper", is_bold=True, anchor="middle")
    elif key.sign == "silent":
        canvas.dashes([(x, y), (x + 14, y)], DOT, colour="strong", width=1.4)
        _circle(canvas, (x + 7, y), 3.5, fill="paper", line="strong")
    elif key.sign == "traced":
        canvas.dashes([(x, y), (x + 14, y)], (14.0, 0.0), colour="strong", width=1.6)
        canvas.box((x + 3, y - 4), (x + 11, y + 4), radius=1, fill="paper", line="strong", width=1.6)
    else:
        canvas.ribbon(Ribbon("", "", (x, y - 7, y + 7), (x + 14, y - 7, y + 7), x + 7), key.sign, opaque=255)
    canvas.text((x + BESIDE, y + 5), key.words, size=14, colour="ink")


@cache
def _font(name: str, size: int) -> FreeTypeFont:
    return ImageFont.truetype(str(FONTS / name), size)


def _rgb(name: str) -> tuple[int, ...]:
    return ImageColor.getrgb(COLOURS[name])
