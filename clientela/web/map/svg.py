"""The map as SVG: in the page, where the page's own theme colours it, and as a file that carries its colours along."""

from collections.abc import Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from clientela.web.map import sentences
from clientela.web.map.caption import caption_place, taken_by
from clientela.web.map.layout import Column
from clientela.web.map.layout.parts import BOX_PADDING, EDGE, LEFT, NUMBER_WIDTH
from clientela.web.map.legend import SILENT, SURPRISE, TRACED, legend_of
from clientela.web.map.lettering import cut_to, cut_within, width_of
from clientela.web.map.palette import FILE_STYLE
from clientela.web.map.sheet import BESIDE, TRACED_BESIDE, TRACED_HALF, Key, Legend
from clientela.web.map.showing import FrameShown, LineShown, MapShown, NodeShown

HEADING_Y, RULE_Y = 16, 28
HEADING_GAP, WIDE_OPEN = 12.0, 1000.0
# Hatches carry in grey what the shades carry in colour.
PATTERNS = (
    '<pattern id="p-risk" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="7" height="7" class="f-risk"/>'
    '<line x1="0" y1="0" x2="0" y2="7" class="k-surface" stroke-width="1.6"/></pattern>'
    '<pattern id="p-broken" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" class="f-broken"/>'
    '<line x1="0" y1="0" x2="0" y2="6" class="k-surface" stroke-width="1.6"/>'
    '<line x1="0" y1="0" x2="6" y2="0" class="k-surface" stroke-width="1.6"/></pattern>'
    '<pattern id="p-unknown" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" class="f-surface"/>'
    '<line x1="0" y1="0" x2="0" y2="5" class="k-strong" stroke-width="1.4"/></pattern>'
)
PATTERNED = {"risk", "broken", "unknown"}
FILLS = {"ok": "f-ok", "t1": "f-t1", "t2": "f-t2", "t3": "f-t3"}
THIN_FILLS = FILLS | {
    "risk": "f-risk",
    "broken": "f-broken",
    "unknown": "f-strong",
}


def fill_of(tone: str, *, is_thin: bool) -> str:
    """The class that fills a line. A thin one has no room for a hatch, and a pale one would not be seen."""
    return (THIN_FILLS if is_thin else FILLS).get(tone, "f-t2")


def headings(columns: tuple[Column, ...]) -> Iterator[tuple[Column, str]]:
    """The columns that have a name, with it."""
    words = {
        "farthest": gettext("Suppliers of suppliers"),
        "between": gettext("who serve those"),
        "nearest": gettext("closest to the customer"),
        "outside": gettext("Outside"),
    }
    taken = [_span(column, words[column.kind]) for column in columns if column.kind != "between"]
    between = [column for column in columns if column.kind == "between"]
    rooms = {column: _room(column, taken) for column in between}
    # The one in the middle has the name, unless its neighbours' names leave it no room there.
    middle = between[len(between) // 2] if between else None
    if middle is not None and rooms[middle] < width_of(words["between"]):
        middle = max(between, key=rooms.__getitem__)
    for column in columns:
        if column.kind != "between":
            yield column, words[column.kind]
        elif column is middle and rooms[column] >= width_of(words["between"]):  # whole, or not at all
            yield column, words["between"]


def _span(column: Column, words: str) -> tuple[float, float]:
    """From where to where a heading reaches."""
    wide = width_of(words)
    start = column.x - {"start": 0.0, "middle": wide / 2, "end": wide}[column.anchor]
    return start, start + wide


def _room(column: Column, taken: list[tuple[float, float]]) -> float:
    """How wide a heading may be here without touching another."""
    before = column.x - max((end for start, end in taken if start < column.x), default=0.0) - HEADING_GAP
    after = min((start for start, _end in taken if start >= column.x), default=column.x + WIDE_OPEN) - column.x
    after -= HEADING_GAP
    return after if column.anchor == "start" else 2 * min(before, after)


def map_svg(shown: MapShown) -> SafeString:
    """The drawing for the page; the page's style sheet colours it."""
    return mark_safe("".join(_parts(shown, is_file=False)))  # noqa: S308 - every word in it is escaped where it is put


def map_hatches() -> SafeString:
    """The hatches of the drawing and its legend, which the page holds once."""
    return mark_safe(f'<svg class="c-hatches" aria-hidden="true"><defs>{PATTERNS}</defs></svg>')  # noqa: S308 - our own


def map_file(shown: MapShown) -> str:
    """The drawing as a file of its own: light, with its colours in it, and without links."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_parts(shown, is_file=True)) + "\n"


def map_label(shown: MapShown) -> str:
    """What the drawing is, in a sentence."""
    nodes = ngettext(
        "%(n)s department or kind of customer", "%(n)s departments and kinds of customers", len(shown.nodes)
    )
    lines = ngettext("%(n)s line", "%(n)s lines", len(shown.drawn))
    return gettext(
        "Service map: %(nodes)s, %(lines)s. Departments stand on the left, customers outside on the right."
    ) % {
        "nodes": nodes % {"n": sentences.number(len(shown.nodes))},
        "lines": lines % {"n": sentences.number(len(shown.drawn))},
    }


def _parts(shown: MapShown, *, is_file: bool) -> Iterator[str]:
    placed = shown.layout
    legend = legend_of(shown) if is_file else None
    height = legend.low if legend else placed.height
    size = f'viewBox="0 0 {placed.width} {height}" width="{placed.width:.0f}" height="{height:.0f}"'
    label = escape(map_label(shown))
    if is_file:
        yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}" class="c-map">'
        yield f"<title>{label}</title><style>{FILE_STYLE}</style><defs>{PATTERNS}</defs>"
        yield f'<rect width="{placed.width}" height="{height}" class="f-paper"/>'
    else:
        kind = " c-map--dense" if placed.is_dense else ""
        yield f'<svg class="c-map{kind}" {size} role="group" aria-label="{label}" aria-describedby="map-keys">'
    for column, words in headings(placed.columns):
        yield f'<text x="{column.x}" y="{HEADING_Y}" text-anchor="{column.anchor}" class="m-col">{escape(words)}</text>'
    yield f'<line x1="{LEFT}" x2="{placed.width - EDGE}" y1="{RULE_Y}" y2="{RULE_Y}" class="k-line"/>'
    for frame in shown.frames:
        yield _frame(frame, is_file=is_file)
    yield '<g class="m-lines">'
    for line in shown.drawn:
        yield _line(line, is_file=is_file)
    yield '</g><g class="m-places">'
    # Read, and gone through with arrow keys, as it stands: column by column, from the top.
    for node in sorted(shown.nodes, key=lambda one: (one.bar.slot.x, one.bar.slot.y)):
        yield _node(node, is_dense=placed.is_dense, is_file=is_file)
    yield "</g>"
    if shown.selected is not None and shown.selected.ribbon is not None:
        yield _caption(shown, shown.selected)
    if legend:
        yield from _legend(legend)
    yield "</svg>"


def _legend(legend: Legend) -> Iterator[str]:
    for key in legend.keys:
        yield f'<g class="m-key">{_sign(key)}<text x="{key.x + BESIDE}" y="{key.y + 5}">{escape(key.words)}</text></g>'
    for y, words in legend.notes:
        yield f'<text x="{legend.left}" y="{y + 5}" class="m-sub">{escape(words)}</text>'


def _sign(key: Key) -> str:
    """What stands for a shade or a sign of the map, as in the legend of the page."""
    x, y = key.x, key.y
    if key.sign == SURPRISE:
        return (
            f'<circle cx="{x + 7}" cy="{y}" r="7" class="m-mark"/>'
            f'<text x="{x + 7}" y="{y + 4}" text-anchor="middle" class="m-bang">!</text>'
        )
    if key.sign == SILENT:
        thread = f'<path d="M{x} {y}H{x + 14}" class="m-thread"/>'
        return f'<g class="m-edge">{thread}<circle cx="{x + 7}" cy="{y}" r="3.5" class="m-hollow"/></g>'
    if key.sign == TRACED:
        line = f'<path d="M{x} {y}H{x + 14}" class="k-strong" stroke-width="1.6"/>'
        return f'{line}<rect x="{x + 3}" y="{y - 4}" width="8" height="8" rx="1" class="m-hollow"/>'
    fill = f'fill="url(#p-{key.sign})"' if key.sign in PATTERNED else f'class="{fill_of(key.sign, is_thin=False)}"'
    return f'<rect x="{x}" y="{y - 7}" width="14" height="14" {fill}/>'


def _linked(
    inner: str, *, url: str, words: str, classes: str, data: str, is_file: bool, is_lettered: bool = True
) -> str:
    said = escape(words)
    if is_file:
        return f'<g class="{classes}"><title>{said}</title>{inner}</g>'
    # What carries letters is called by them, and the title says more; a line has none and is called by its title.
    label = "" if is_lettered else f' aria-label="{said}"'
    return f'<a class="{classes}" href="{escape(url)}"{label} {data}><title>{said}</title>{inner}</a>'


def _line(line: LineShown, *, is_file: bool) -> str:
    ribbon = line.ribbon
    if ribbon is None:
        return ""
    classes = f"m-edge m-{line.band.tone}"
    if line.is_selected:
        classes += " is-sel"
    if line.is_silent:
        x, y = ribbon.middle
        inner = f'<path d="{ribbon.line}" class="m-thread"/><circle cx="{x}" cy="{y}" r="4.5" class="m-hollow"/>'
        classes += " is-silent"
    else:
        tone = line.band.tone
        fill = f'class="{fill_of(tone, is_thin=ribbon.is_thin)}"'
        if tone in PATTERNED and not ribbon.is_thin:
            fill = f'fill="url(#p-{tone})"'
        if ribbon.is_thin:
            classes += " is-thin"
        inner = f'<path d="{ribbon.path}" {fill}/>'
        if line.edge.is_only_traced:
            x, y = ribbon.middle
            left = x + TRACED_BESIDE if line.is_surprise else x - TRACED_HALF
            side = 2 * TRACED_HALF
            inner += (
                f'<rect x="{left:.1f}" y="{y - TRACED_HALF:.1f}" width="{side:.0f}" height="{side:.0f}" rx="1"'
                ' class="m-hollow"/>'
            )
            classes += " is-traced"
        if line.is_surprise:
            x, y = ribbon.middle
            inner += (
                f'<circle cx="{x}" cy="{y}" r="8" class="m-mark"/>'
                f'<text x="{x}" y="{y + 4.5:.1f}" text-anchor="middle" class="m-bang">!</text>'
            )
            classes += " is-surprise"
    words = line.sentence
    if line.is_surprise:
        words += " " + gettext("Nobody declared it.")
    data = f'data-p="{escape(line.edge.provider)}" data-c="{escape(line.edge.customer)}"'
    current = ' aria-current="true"' if line.is_selected else ""
    return _linked(
        inner, url=line.url, words=words, classes=classes, data=data + current, is_file=is_file, is_lettered=False
    )


def _node(node: NodeShown, *, is_dense: bool, is_file: bool) -> str:
    slot = node.bar.slot
    state = (" m-node--sel" if node.is_selected else "") + (" m-node--quiet" if node.is_quiet else "")
    volume = sentences.number(node.volume) if node.volume else ""
    plus = ' <tspan class="m-plus">+</tspan>' if node.opens and not is_file else ""
    name = escape((cut_within if is_dense else cut_to)(node.name, slot.label_room))
    if is_dense:
        right = slot.x + slot.width - BOX_PADDING
        inner = (
            f'<rect x="{slot.x}" y="{slot.y}" width="{slot.width}" height="{node.bar.height}" rx="4"'
            f' class="m-box{state}"/>'
            f'<text x="{slot.label_x}" y="{slot.label_y}" class="m-name">{name}{plus}</text>'
            f'<text x="{right:.1f}" y="{slot.label_y}" text-anchor="end" class="m-sub">{volume}</text>'
        )
    else:
        inner = (
            f'<rect x="{slot.x}" y="{slot.y}" width="{slot.width}" height="{node.bar.height}" rx="3"'
            f' class="m-node{state}"/>'
            f'<text x="{slot.label_x}" y="{slot.label_y}" text-anchor="{slot.label_anchor}" class="m-halo">'
            f'<tspan class="m-name">{name}</tspan> <tspan class="m-sub">{volume}</tspan>{plus}</text>'
        )
    classes = "m-place" + (" is-dim" if node.is_dim else "")
    data = f'data-k="{escape(node.key)}" data-name="{escape(node.name.casefold())}" data-swap'
    return _linked(inner, url=node.url, words=node.words, classes=classes, data=data, is_file=is_file)


def _frame(one: FrameShown, *, is_file: bool) -> str:
    frame = one.frame
    name = cut_to(one.name, frame.width - NUMBER_WIDTH)
    box = (
        f'<rect x="{frame.x}" y="{frame.y}" width="{frame.width}" height="{frame.height}" rx="8"'
        f' class="m-frame m-frame--{frame.depth % 2}"/>'
    )
    minus = "" if is_file else ' <tspan class="m-plus">−</tspan>'
    inner = f'<text x="{frame.x + 8:.1f}" y="{frame.y + 19:.1f}" class="m-col">{escape(name)}{minus}</text>'
    words = gettext("Close %(department)s") % {"department": one.name}
    data = f'data-g="{escape(frame.key)}" data-swap'
    return box + _linked(inner, url=one.url, words=words, classes="m-close", data=data, is_file=is_file)


def _caption(shown: MapShown, line: LineShown) -> str:
    """Beside the selected line: what it carries."""
    if line.ribbon is None or line.is_silent:
        return ""
    words = line.trace_words
    if not line.edge.is_only_traced:
        words = gettext("%(asked)s asked, %(late)s late") % {
            "asked": sentences.number(line.edge.asked),
            "late": sentences.number(line.edge.late),
        }
    layout = shown.layout
    taken = taken_by(shown.nodes, is_dense=layout.is_dense)
    place = caption_place(line.ribbon, width_of(words), width=layout.width, height=layout.height, taken=taken)
    return (
        f'<text x="{place.x:.1f}" y="{place.y:.1f}" text-anchor="{place.anchor}" class="m-halo m-name m-caption"'
        f' aria-hidden="true">{escape(words)}</text>'
    )
