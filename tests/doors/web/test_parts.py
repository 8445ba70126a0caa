"""The parts that pages are made of: what they refuse, and what they become."""

from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.template import TemplateSyntaxError

from clientela.web.components.attributes import RefusedAttributeError
from clientela.web.components.icons import UnknownIconError
from clientela.web.components.parts import HourBar, Step, TimePart
from clientela.web.components.reader import PageWithoutMomentError
from clientela.web.components.toasts import say
from tests.doors.web.rendering import SATURDAY_NOON, Reader, rendered, request_of

HOSTILE = "<img src=x onerror=alert(1)>"
HARMLESS = "&lt;img src=x onerror=alert(1)&gt;"


@pytest.mark.parametrize("keyword", ["onclick", "style", "hx_on_click"])
def test_a_tag_refuses_what_the_content_policy_would_block(keyword: str) -> None:
    with pytest.raises(RefusedAttributeError):
        rendered(f'{{% button "Send" {keyword}="x" %}}')


def test_an_icon_that_is_not_vendored_is_an_error() -> None:
    with pytest.raises(UnknownIconError, match="no icon unicorn"):
        rendered('{% icon "unicorn" %}')


def test_a_promise_in_an_unknown_state_is_an_error() -> None:
    with pytest.raises(ValueError, match="not 'late'"):
        rendered('{% promise_mark "late" %}')


def test_a_page_that_shows_times_must_say_when_it_is() -> None:
    with pytest.raises(PageWithoutMomentError):
        rendered("{% moment moment %}", moment=SATURDAY_NOON, at=None)


def test_a_panel_outside_a_composer_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="inside a composer"):
        rendered('{% panel "note" "Note" %}{% endpanel %}')


@pytest.mark.parametrize(
    "source",
    [
        "{% button hostile %}",
        "{% button 'x' href=hostile %}",
        "{% post_button 'x' '/' values=values %}",
        "{% promise_mark 'kept' hostile %}",
        "{% moment at calendar=hostile %}",
        "{% message hostile at %}{% endmessage %}",
        "{% message 'A' at channel=hostile to=hostile extra=hostile %}{% endmessage %}",
        "{% message 'A' at %}{{ hostile }}{% endmessage %}",
        "{% note hostile at department=hostile %}{% endnote %}",
        "{% attachment hostile 10 hostile %}",
        "{% fold hostile %}{% endfold %}",
        "{% table hostile %}{% endtable %}",
        "{% empty_state hostile %}{% endempty_state %}",
        "{% error_state hostile %}{{ hostile }}{% enderror_state %}",
        "{% time_used parts hostile %}",
        "{% facts facts %}",
        "{% steps steps %}",
        "{% filled as x %}{{ hostile }}{% endfilled %}{{ x }}",
        "{% composer hostile %}{% panel 'a' hostile %}{{ hostile }}{% endpanel %}{% endcomposer %}",
    ],
)
def test_what_people_wrote_stays_text(source: str) -> None:
    html = rendered(
        source,
        hostile=HOSTILE,
        values={"a": HOSTILE},
        facts=[(HOSTILE, HOSTILE)],
        steps=[Step(title=HOSTILE, text=HOSTILE)],
        parts=[TimePart(name=HOSTILE, seconds=60)],
    )
    assert HARMLESS in html
    assert HOSTILE not in html


def test_a_moment_has_its_exact_words_in_reach_of_the_keyboard() -> None:
    html = rendered('{% moment due calendar="Care" %}', due=SATURDAY_NOON + timedelta(hours=3))
    exact = "Saturday 21 November 2026, 15:50, Bucharest time, Care’s calendar"
    assert html == (
        f'<button type="button" class="c-moment" title="{exact}" data-exact="{exact}">'
        '<time datetime="2026-11-21T15:50:00+02:00">today 15:50</time></button>'
    )


def test_a_moment_inside_a_link_is_no_button() -> None:
    html = rendered("{% moment due bare=True %}", due=SATURDAY_NOON)
    assert html.startswith("<time ")
    assert html.endswith(">today 12:50</time>")


def test_a_moment_is_said_in_the_viewers_zone() -> None:
    html = rendered("{% moment due only_time=True bare=True %}", viewer=Reader(zone="Europe/Warsaw"), due=SATURDAY_NOON)
    assert html.endswith(">11:50</time>")


def test_a_moment_that_is_not_there_is_nothing() -> None:
    assert rendered("{% moment due %}{% day due %}{% duration due %}", due=None) == ""


def test_a_promise_is_never_colour_alone() -> None:
    html = rendered('{% promise_mark "at_risk" seconds=2400 chip=True %}')
    assert html.startswith('<span class="c-p c-p--at_risk c-chip"><svg class="icon icon-sm"')
    assert html.endswith("</svg>at risk, 40 min left</span>")


def test_inside_and_outside_are_said_in_words() -> None:
    assert rendered("{% relation_mark True %}").endswith("</svg>inside</span>")
    assert rendered("{% relation_mark False %}").endswith("</svg>outside</span>")
    assert rendered("{% relation_mark 'inside' %}").endswith("</svg>inside</span>")


def test_a_button_is_a_link_where_it_leads_somewhere() -> None:
    assert rendered('{% button "Map" href="/map" %}') == '<a class="btn" href="/map"><span>Map</span></a>'


def test_a_button_takes_attributes_and_says_its_key() -> None:
    html = rendered('{% button "Reply" kind="primary" key="r" busy="Sending…" hx_post="/x" %}')
    assert html == (
        '<button class="btn btn-primary" type="submit" data-key="r" data-key-words="Reply" data-busy="Sending…"'
        ' hx-post="/x"><span>Reply</span><kbd aria-hidden="true">R</kbd></button>'
    )


def test_an_act_of_one_button_is_a_post_with_its_token() -> None:
    html = rendered('{% post_button "Take it" "/take" values=values kind="link" busy="" %}', values={"request": 7})
    assert html == (
        '<form class="c-inline" method="post" action="/take">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="token"><input type="hidden" name="request" value="7">'
        '<button class="c-act" type="submit"><span>Take it</span></button></form>'
    )


def test_what_was_done_is_told_once_with_its_way_back() -> None:
    request: HttpRequest = request_of(Reader())
    say(request, "Sent to Zofia.", undo_url="/undo/7", draft="request-7-reply")
    html = rendered("{% toasts %}", request=request)
    assert html.count("Sent to Zofia.") == 1
    assert 'data-draft-arrived="request-7-reply"' in html
    assert 'action="/undo/7"' in html
    assert request._messages.used  # so that the next page does not tell it again


def test_a_note_says_that_it_is_only_inside() -> None:
    html = rendered("{% note 'Piotr' at %}<p>It was the pump.</p>{% endnote %}")
    assert html.count("Note, only inside") == 2
    assert "<p>It was the pump.</p>" in html


def test_a_message_in_the_readers_language_does_not_name_it() -> None:
    assert "Polish" in rendered("{% message 'Zofia' at language='pl' %}x{% endmessage %}")
    english = rendered("{% message 'Zofia' at language='en' %}x{% endmessage %}")
    assert "English" not in english
    assert '<div class="c-body" lang="en">x</div>' in english


def test_a_composer_opens_the_panel_it_is_told_and_keeps_their_order() -> None:
    html = rendered(
        "{% composer 'What to write' current=current %}{% panel 'reply' 'Reply' %}one{% endpanel %}"
        "{% panel 'note' 'Note' key='n' %}two{% endpanel %}{% endcomposer %}",
        current="note",
    )
    assert html.index("one") < html.index("two")
    assert '<a href="#write-note" id="tab-note" aria-current="true" data-key="n" data-key-words="Note">' in html
    assert 'class="c-panel c-panel--later" id="write-reply"' in html
    assert 'class="c-panel" id="write-note"' in html


def test_an_unknown_panel_opens_the_first() -> None:
    html = rendered(
        "{% composer 'x' current='poem' %}{% panel 'reply' 'Reply' %}{% endpanel %}{% panel 'note' 'N' %}{% endpanel %}"
        "{% endcomposer %}"
    )
    assert 'class="c-panel" id="write-reply"' in html


def test_time_used_is_solid_for_work_and_hatched_for_waiting() -> None:
    parts = [TimePart(name="Care", seconds=3600, work_seconds=1800), TimePart(name="Maintenance", seconds=3 * 3600)]
    html = rendered("{% time_used parts 'Four hours.' %}", parts=parts)
    assert 'aria-label="Four hours. Care 1 h, of it 30 min work; Maintenance 3 h, all of it waiting"' in html
    assert '<rect x="0.00%" width="24.60%" height="22" fill="url(#' in html
    assert '<rect x="0.00%" width="12.30%" height="22" class="f-t1"/>' in html
    assert '<rect x="25.00%" width="75.00%" height="22" fill="url(#' in html


def test_no_time_used_is_no_picture() -> None:
    assert rendered("{% time_used parts %}", parts=[TimePart(name="Care", seconds=0)]).strip() == ""


def test_an_estimate_is_a_dot_on_a_bar() -> None:
    html = rendered("{% dot_interval 0.76 0.63 0.86 %}")
    assert 'x1="63.00%" x2="86.00%"' in html
    assert 'cx="76.00%"' in html
    assert "76% (63–86)" in html


def test_an_estimate_outside_the_scale_stays_inside_the_picture() -> None:
    html = rendered("{% dot_interval 0.2 0.1 1.4 scale_from=0.3 %}")
    assert 'x1="0.00%" x2="100.00%"' in html
    assert 'cx="0.00%"' in html


def test_too_few_to_say_is_hatched_and_said() -> None:
    html = rendered("{% dot_interval none %}", none=None)
    assert "too few to say" in html
    assert "<circle" not in html


def test_two_pictures_on_a_page_share_no_id() -> None:
    html = rendered("{% dot_interval none %}{% dot_interval none %}", none=None)
    ids = [piece.split('"')[0] for piece in html.split('id="')[1:]]
    assert len(ids) == len(set(ids)) == 2


def test_an_hour_that_holds_too_much_stands_hatched_above_the_line() -> None:
    html = rendered("{% hour_bars bars 'Work by the hour' %}", bars=[HourBar(words="9:00", share=1.25)])
    assert 'y="20.0" height="56.0"' in html
    assert 'y="6.0" height="14.0" rx="2" fill="url(#' in html


def test_a_promise_likely_to_break_is_drawn_with_both_moments_in_words() -> None:
    html = rendered(
        "{% promise_range promised low high %}",
        promised=SATURDAY_NOON + timedelta(hours=3),
        low=SATURDAY_NOON + timedelta(hours=22),
        high=SATURDAY_NOON + timedelta(hours=26),
    )
    assert 'aria-label="Promised today 15:50. Likely tomorrow 10:50–14:50."' in html
    assert "k-risk" in html


def test_steps_say_where_they_stand() -> None:
    html = rendered(
        "{% steps steps %}",
        steps=[Step(title="Sent", state="done"), Step(title="Test", state="now"), Step(title="Home")],
    )
    assert html.count("Done: ") == html.count("Now: ") == html.count("Next: ") == 1
    assert html.count('aria-current="step"') == 1


def test_a_fact_that_is_not_known_is_not_listed() -> None:
    html = rendered("{% facts facts %}", facts=[("Prefers", "mail"), ("Phone", ""), ("Orders", 0)])
    assert html.strip() == '<dl class="c-facts"><dt>Prefers</dt><dd>mail</dd><dt>Orders</dt><dd>0</dd></dl>'


def test_an_empty_block_counts_as_empty() -> None:
    assert rendered("{% filled as side %}\n  \n{% endfilled %}{% if side %}side{% else %}none{% endif %}") == "none"


def test_a_list_without_more_pages_has_no_links() -> None:
    assert rendered("{% older_newer '' '' %}").strip() == ""
    assert 'href="?before=9"' in rendered("{% older_newer '?before=9' '' %}")
