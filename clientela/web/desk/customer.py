"""What is known of a customer, for the side of a request."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clientela.directory.queries.customers import CustomerProfile, NoteSeen
from clientela.requests.queries import CustomerCard
from clientela.voice.queries import RatingSeen
from clientela.web.components import words

Row = tuple[str, str | SafeString]


def customer_rows(card: CustomerCard, last_rating: RatingSeen | None) -> list[Row]:
    """What is known, a row each, with where we know it from; what is not known has no row."""
    profile = card.profile
    rows: list[Row] = []
    if card.asker.id != card.customer.id:
        rows.append((_("Asks for them"), card.asker.name))
    if profile is None:
        return rows
    rows.append((_("With us"), _with_us(card, profile)))
    if last_rating is not None:
        rows.append((_("Last said"), _rated(last_rating)))
    rows += [
        (label, _notes(note for note in profile.notes if note.kind == kind))
        for kind, label in (("preference", _("Prefers")), ("need", _("Needs")), ("expectation", _("Expects")))
    ]
    rows.append((_("Please don’t"), _listed((boundary.words, boundary.source) for boundary in profile.boundaries)))
    rows.append((_("Good to know"), _notes(note for note in profile.notes if note.kind == "good_to_know")))
    rows.append((_("Writes"), words.language_name(profile.card.language, language=get_language() or "en")))
    for kind, label in (("email", _("E-mail")), ("phone", _("Phone"))):
        values = [point.value for point in profile.contact_points if point.kind == kind]
        rows.append((label, format_html_join(", ", "{}", ((value,) for value in values))))
    return [(label, value) for label, value in rows if value]


def _with_us(card: CustomerCard, profile: CustomerProfile) -> str:
    since = words.since_month(localtime(profile.since), language=get_language() or "en")
    return ngettext(
        "since %(month)s, %(count)s request here",
        "since %(month)s, %(count)s requests here",
        card.requests_count,
    ) % {"month": since, "count": card.requests_count}


def _rated(rating: RatingSeen) -> SafeString:
    said = _("%(score)s of 5, %(month)s") % {
        "score": rating.score,
        "month": words.month_and_year(localtime(rating.rated_at), language=get_language() or "en"),
    }
    if not rating.comment:
        return format_html("{}", said)
    comment = words.quoted(rating.comment, language=get_language() or "en")
    return format_html('{} <span lang="{}">{}</span>', said, rating.language, comment)


def _notes(notes: Iterable[NoteSeen]) -> SafeString:
    return format_html_join(
        "; ",
        '<span lang="{}">{}</span>{}',
        ((note.language, note.text, _source(note.source)) for note in notes),
    )


def _listed(rows: Iterable[tuple[str, str]]) -> SafeString:
    return format_html_join("; ", "{}{}", ((said, _source(source)) for said, source in rows))


def _source(source: str) -> SafeString:
    return format_html(' <span class="c-3">({})</span>', source) if source else SafeString("")
