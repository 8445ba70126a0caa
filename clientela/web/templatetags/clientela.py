"""`{% load clientela %}`: everything that pages are made of. The parts themselves live in `web/components`."""

from datetime import date

from django import template
from django.template import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from clientela.directory.queries import DepartmentCard, PartyCard
from clientela.network.queries import mail_counting
from clientela.web.components import (
    blocks,
    buttons,
    conversation,
    forms,
    icons,
    marks,
    pictures,
    shell,
    time_line,
    trend,
)
from clientela.web.components import words as say
from clientela.web.components.reader import page_language
from clientela.web.components.toasts import Toast, toasts_of
from clientela.web.listen.tabs import listen_tabs
from clientela.web.map.mail_words import mail_sentence
from clientela.web.map.tabs import map_tabs

register = template.Library()


@register.filter
def number(value: float) -> str:
    """`{{ count|number }}`: digits grouped as the language does."""
    return say.number_in_words(value, language=page_language())


@register.filter
def named(card: PartyCard | DepartmentCard) -> str:
    """`{{ talk.customer|named }}`: what it is called in the language of the page; people have one name for all."""
    return card.name_in(page_language())


@register.filter
def percent(share: float) -> str:
    """`{{ share|percent }}`: a share between 0 and 1."""
    return say.share_in_words(share, language=page_language())


@register.filter
def quoted(text: str) -> str:
    """`{{ voice.text|quoted }}`: in the quotes of the page's language."""
    return say.quoted(str(text), language=page_language())


@register.filter
def one_stop(sentence: str) -> SafeString:
    """`{{ said|one_stop }}`: one stop where a shortened month brings its own; tags keep."""
    return mark_safe(say.one_stop(conditional_escape(sentence)))  # noqa: S308 - what is not safe was escaped


@register.filter
def bytes_in_words(count: int) -> str:
    """`{{ size|bytes_in_words }}`."""
    return say.bytes_in_words(count, language=page_language())


@register.filter
def language_in_words(code: str) -> str:
    """`{{ "pl"|language_in_words }}`, in the language of the page. Django's own `language_name` speaks English."""
    return say.language_name(code, language=page_language())


@register.filter
def own_language_name(code: str) -> str:
    """`{{ "pl"|own_language_name }}`, as its speakers call it."""
    return say.own_language_name(code)


@register.filter
def month_and_year(day: date) -> str:
    """`{{ since|month_and_year }}`."""
    return say.month_and_year(day, language=page_language())


@register.filter
def weekday(day: date) -> str:
    """`{{ holiday|weekday }}`."""
    return say.weekday(day, language=page_language())


@register.filter
def long_day(day: date) -> str:
    """`{{ today|long_day|capfirst }}`: a heading of a day."""
    return say.long_day(day, language=page_language())


@register.simple_tag(name="mail_sentence")
def mail_is_counted() -> str:
    """`{% mail_sentence %}`: that mail is counted and what of it, for everybody; "" while it is not. Two statements."""
    return mail_sentence(mail_counting())


@register.inclusion_tag("components/toasts.html", takes_context=True)
def toasts(context: Context, *, oob: bool = False) -> dict[str, object]:
    """What was done, told once; `oob` brings it along with a partial."""
    request = context.get("request")
    told: list[Toast] = toasts_of(request) if request is not None and hasattr(request, "_messages") else []
    return {"toasts": told, "oob": oob}


register.simple_tag(icons.icon, name="icon")
register.simple_tag(marks.moment, takes_context=True, name="moment")
register.simple_tag(marks.day, takes_context=True, name="day")
register.simple_tag(marks.duration, takes_context=True, name="duration")
register.simple_tag(marks.promise_mark, takes_context=True, name="promise_mark")
register.simple_tag(marks.relation_mark, name="relation_mark")
register.simple_tag(marks.face, name="face")
register.simple_tag(marks.verdict, name="verdict")

register.simple_tag(buttons.button_tag, name="button")
register.simple_tag(buttons.post_button, takes_context=True, name="post_button")
register.inclusion_tag("components/older_newer.html", name="older_newer")(buttons.older_newer)

register.simple_tag(forms.field, name="field")
register.simple_tag(forms.fields, name="fields")
register.inclusion_tag("components/error_summary.html", name="error_summary")(forms.error_summary)
register.inclusion_tag("components/draft_status.html", name="draft_status")(forms.draft_status)

register.simple_block_tag(conversation.message, takes_context=True, name="message")
register.simple_block_tag(conversation.note, takes_context=True, name="note")
register.simple_block_tag(conversation.event, takes_context=True, name="event")
register.simple_block_tag(conversation.history_line, takes_context=True, name="history_line")
register.inclusion_tag("components/attachment.html", takes_context=True, name="attachment")(conversation.attachment)
register.tag("composer", conversation.composer)
register.simple_block_tag(conversation.panel, takes_context=True, name="panel")
register.inclusion_tag("components/letter_frame.html", name="letter_frame")(conversation.letter_frame)

register.simple_block_tag(blocks.empty_state, name="empty_state")
register.simple_block_tag(blocks.error_state, name="error_state")
register.inclusion_tag("components/loading_state.html", name="loading_state")(blocks.loading_state)
register.simple_block_tag(blocks.table, name="table")
register.simple_block_tag(blocks.fold, name="fold")
register.simple_block_tag(blocks.promise, takes_context=True, name="promise")
register.inclusion_tag("components/steps.html", takes_context=True, name="steps")(blocks.steps)
register.inclusion_tag("components/facts.html", name="facts")(blocks.facts)
register.inclusion_tag("components/chain_hops.html", name="chain_hops")(blocks.chain_hops)

register.inclusion_tag("components/time_used.html", takes_context=True, name="time_used")(pictures.time_used)
register.inclusion_tag("components/time_line.html", takes_context=True, name="time_line")(time_line.time_line)
register.inclusion_tag("components/dot_interval.html", takes_context=True, name="dot_interval")(pictures.dot_interval)
register.inclusion_tag("components/promise_range.html", takes_context=True, name="promise_range")(
    pictures.promise_range
)
register.inclusion_tag("components/hour_bars.html", name="hour_bars")(pictures.hour_bars)
register.inclusion_tag("components/trend.html", name="trend")(trend.trend)
register.inclusion_tag("components/small_bars.html", takes_context=True, name="small_bars")(pictures.small_bars)
register.simple_tag(pictures.and_more, name="and_more")

register.inclusion_tag("listen/tabs.html", takes_context=True, name="listen_tabs")(listen_tabs)
register.inclusion_tag("map/tabs.html", takes_context=True, name="map_tabs")(map_tabs)

register.simple_tag(shell.places_of, takes_context=True, name="places")
register.simple_tag(shell.page_theme, takes_context=True, name="page_theme")
register.inclusion_tag("components/theme_choices.html", takes_context=True, name="theme_choices")(shell.theme_choices)
register.inclusion_tag("components/language_choices.html", takes_context=True, name="language_choices")(
    shell.language_choices
)
register.simple_tag(shell.organisation_name, takes_context=True, name="organisation_name")
register.simple_tag(shell.address_of, name="address_of")


@register.simple_block_tag
def filled(content: SafeString) -> SafeString:
    """`{% filled as side %}…{% endfilled %}`: the content without the space around it, so that emptiness is false."""
    return SafeString(content.strip())  # str.strip forgets that it was safe
