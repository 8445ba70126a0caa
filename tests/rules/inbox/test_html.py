"""HTML from outside: safe to show, and readable as text."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clientela.inbox.reading.html import sanitise, text_of_html

REL = 'rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<script>alert(1)</script>words", "words"),
        ("<style>p{}</style><title>t</title>words", "words"),
        ('<p style="position:fixed" class="x" id="y" onclick="z()">words</p>', "<p>words</p>"),
        ('<img src="https://spy.test/p.gif" alt="logo">', '<img src="https://spy.test/p.gif" alt="logo">'),
        ('<img src="/p.gif" alt="logo">', '<img alt="logo">'),
        ('<img src="//spy.test/p.gif" srcset="https://spy.test/2.gif 2x">', "<img>"),
        ('<img src="data:image/png;base64,AA">', "<img>"),
        ('<img src="cid:foto@example.test">', '<img src="cid:foto@example.test">'),
        ('<a href="javascript:alert(1)">x</a>', f"<a {REL}>x</a>"),
        ('<a href="/settings/delete">x</a>', f"<a {REL}>x</a>"),
        ('<a href="//elsewhere.test">x</a>', f"<a {REL}>x</a>"),
        ('<a href="https://shop.test" target="_top">x</a>', f'<a href="https://shop.test" {REL}>x</a>'),
        ('<form action="https://x.test"><input name="password"><button>Go</button></form>', "Go"),
        ('<iframe src="https://x.test">inside</iframe>after', "after"),
        ("<svg><circle onload=x /></svg>after", "after"),
        ('<meta http-equiv="refresh" content="0;url=https://x.test"><base href="https://x.test">after', "after"),
        (
            "<table><tr><td colspan=2 background=https://x.test>a",
            '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
        ),
        ("<b>a<i>b</b>c", "<b>a<i>b</i></b><i>c</i>"),
        ("<pre>\n\n\nx</pre>", "<pre>x</pre>"),
        ("", ""),
    ],
)
def test_only_harmless_html_is_left(html: str, safe: str) -> None:
    assert sanitise(html) == safe


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "<p>",
                    "</p>",
                    '<a href="cid:x">',
                    "<img src=cid:a>",
                    "<ul><li>",
                    "<td>",
                    "<!--",
                    "&lt;",
                    "<pre>",
                    "\n",
                    "<svg><p>",
                    "<math>",
                    "<b",
                    '"',
                    "<table>",
                ]
            ),
            st.text(max_size=10),
        ),
        max_size=12,
    )
)
@example(pieces=['<a href="cid:x">', "<table>", '<a href="cid:x">'])
def test_sanitising_twice_changes_nothing(pieces: list[str]) -> None:
    once = sanitise("".join(pieces))
    assert sanitise(once) == once


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<div>three</div>four", "one\ntwo\nthree\nfour"),
        ("  much \n\t space&nbsp;here  ", "much space here"),
        ("<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul>after", "- a\n- b\n  1. c\n  2. d\n\nafter"),
        ('<ol start="4"><li>d</li></ol>', "4. d"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2"),
        ("<blockquote>said<blockquote>before</blockquote></blockquote>now", "> said\n>\n> > before\n\nnow"),
        ("<pre>  kept\n    as is</pre>", "  kept\n    as is"),
        ("above<hr>below", "above\n________________________________\nbelow"),
        ('<a href="https://shop.test/x">here</a>', "here (https://shop.test/x)"),
        ('<a href="https://www.shop.test/">shop.test</a>', "shop.test"),
        ('<a href="mailto:ana@lumen.test">ana@lumen.test</a>', "ana@lumen.test"),
        ('<a href="mailto:ana@lumen.test">write</a>', "write (ana@lumen.test)"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ('<img src="https://spy.test/p.gif"><img src="cid:1" alt="the pump">', "[the pump]"),
        ('<div style="display:none">preview</div><p hidden>no</p><span style="mso-hide: all">no</span>words', "words"),
        ("<script>no</script><style>no</style><title>no</title>words", "words"),
        ("1 &lt; 2 &amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
        ("", ""),
    ],
)
def test_html_reads_as_text(html: str, text: str) -> None:
    assert text_of_html(html) == text


def test_a_quoted_answer_in_html_is_cut_like_one_in_text() -> None:
    text = text_of_html(
        "<div>Joi la trei.</div><div class=gmail_quote><div>On Mon, 23 Nov 2026 at 10:05, Care &lt;"
        '<a href="mailto:care@casa-lavora.test">care@casa-lavora.test</a>&gt; wrote:<br></div>'
        "<blockquote><div>Când?</div></blockquote></div>"
    )
    assert text == "Joi la trei.\nOn Mon, 23 Nov 2026 at 10:05, Care <care@casa-lavora.test> wrote:\n\n> Când?"


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 200_000,
        "<table><tr><td>" * 30_000,
        "<a " * 300_000,
        "<!--" * 250_000,
        "<blockquote>" * 4_000,
        "<b>" * 300_000,
    ],
    ids=["div", "table", "a", "comment", "blockquote", "b"],
)
def test_a_bomb_of_tags_is_defused(bomb: str) -> None:
    started = time.monotonic()
    text_of_html(bomb)
    sanitise(bomb)
    assert time.monotonic() - started < 10
