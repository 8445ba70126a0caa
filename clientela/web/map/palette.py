"""The colours of the map in files: the light side of the page's own."""

COLOURS = {
    "paper": "#f7f4ed",
    "surface": "#fffefb",
    "sunken": "#f0ebe1",
    "line": "#e5dfd2",
    "strong": "#8d8676",
    "ink": "#22252a",
    "ink2": "#55524a",
    "accent": "#17546a",
    "ok": "#a9cbd2",
    "risk": "#d99a2b",
    "broken": "#c8493f",
    "t1": "#a9cbd2",
    "t2": "#5c98a8",
    "t3": "#17546a",
}
FILE_STYLE = (
    "text{{font:14px 'DejaVu Sans',system-ui,sans-serif;fill:{ink}}}"
    ".m-sub{{fill:{ink2};font-size:13px}}.m-col{{fill:{ink2};font-size:13px;font-weight:600}}"
    ".m-name{{font-weight:600}}.m-halo{{paint-order:stroke;stroke:{paper};stroke-width:5px;stroke-linejoin:round}}"
    ".m-node{{fill:{strong};stroke:{paper};stroke-width:1.5}}.m-node--sel{{fill:{accent}}}"
    ".m-box{{fill:{surface};stroke:{strong};stroke-width:1}}.m-box.m-node--sel{{fill:{surface};stroke:{accent};stroke-width:2}}"
    ".m-node--quiet{{fill:{paper};stroke:{strong};stroke-dasharray:3 2}}"
    ".m-frame{{fill:{sunken};stroke:{line}}}.m-frame--1{{fill:{paper}}}"
    ".m-edge path{{fill-opacity:.7}}.m-edge.is-thin path{{fill-opacity:1}}"
    ".m-edge.is-sel path{{fill-opacity:1;stroke:{ink};stroke-width:1.5}}"
    ".m-edge.is-surprise path{{stroke:{ink};stroke-width:1.5;stroke-dasharray:6 3}}"
    ".m-edge .m-thread{{fill:none;stroke:{strong};stroke-width:1.6;stroke-dasharray:1.5 5;stroke-linecap:round}}"
    ".m-hollow{{fill:{paper};stroke:{strong};stroke-width:1.6}}"
    ".m-mark{{fill:{ink};stroke:{paper};stroke-width:1.5}}.m-bang{{fill:{paper};font-weight:700;font-size:12px}}"
    ".is-dim{{opacity:.3}}"
    ".f-paper{{fill:{paper}}}.f-surface{{fill:{surface}}}.f-line{{fill:{line}}}.f-ok{{fill:{ok}}}.f-risk{{fill:{risk}}}"
    ".f-broken{{fill:{broken}}}.f-t1{{fill:{t1}}}.f-t2{{fill:{t2}}}.f-t3{{fill:{t3}}}.f-strong{{fill:{strong}}}"
    ".k-surface{{stroke:{surface}}}.k-line{{stroke:{line}}}.k-strong{{stroke:{strong}}}"
).format(**COLOURS)
