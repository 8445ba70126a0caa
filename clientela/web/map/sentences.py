"""The map in words: one line, one node, one gap at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext, ngettext

from clientela.network.queries.mail_lines import OTHERS_OUTSIDE
from clientela.network.queries.service_map import (
    ASKED,
    BUSINESSES,
    DECLARED,
    HOUSEHOLDS,
    LOG,
    OWN,
    Edge,
    Mean,
    Node,
    Share,
    Trace,
)
from clientela.web.components import words as say
from clientela.web.components.reader import page_language
from clientela.web.map.shades import A_GAP, gap_of

IMPORTANCE_TO = 4  # its scale runs from 0
QUALITY_TO = 5  # from 1
DAY_SECONDS = 86400  # by the clock, day and night


def name_of(node: Node) -> str:
    """A node's name in the reader's language; outside by segment."""
    if node.department_id is None:
        segments = {
            HOUSEHOLDS: gettext("Households"),
            BUSINESSES: gettext("Businesses"),
            OTHERS_OUTSIDE: gettext("Others outside"),
        }
        return segments.get(node.key) or node.key.replace("-", " ").replace("_", " ").capitalize()
    return name_in(node.names, node.key)


def name_in(names: Mapping[str, str], key: str) -> str:
    """A name in the reader's language, else its own, as everywhere; else the key."""
    return names.get(get_language() or "en") or names.get(OWN) or next(iter(names.values()), key)


def number(value: float) -> str:
    """An amount, written as the reader's language does."""
    return say.number_in_words(value, language=page_language())


def percent(share: float) -> str:
    """A share in whole percent."""
    return say.share_in_words(share, language=page_language())


@dataclass(frozen=True)
class Dot:
    """An estimate to draw as a dot on its interval; all None: too few to say."""

    value: float | None
    low: float | None
    high: float | None
    words: str


def dot_of(one: Share | Mean | None) -> Dot:
    """A share or a mean, ready to draw."""
    if one is None:
        return Dot(None, None, None, "")
    if isinstance(one, Share):
        return Dot(one.share, one.low, one.high, "")
    return Dot(one.mean, one.low, one.high, mean_words(one))


def share_words(share: Share | None) -> str:
    """A share with its interval, or that it is too few to say."""
    if share is None:
        return gettext("too few to say")
    return f"{percent(share.share)} ({100 * share.low:.0f}–{100 * share.high:.0f})"


def mean_words(mean: Mean | None) -> str:
    """A mean with its interval."""
    if mean is None:
        return gettext("too few to say")
    return f"{number(round(mean.mean, 1))} ({number(round(mean.low, 1))}–{number(round(mean.high, 1))})"


def wait_words(seconds: int | None) -> str:
    """A wait in working time."""
    return "–" if seconds is None else say.working_duration_in_words(seconds, language=page_language())


def line_sentence(edge: Edge, *, provider: str, customer: str) -> str:
    """One line of the map in a sentence: how much of it there was, or that there was none."""
    names = {"provider": provider, "customer": customer}
    if edge.is_silent:
        if DECLARED in edge.sources:
            return gettext("%(provider)s should serve %(customer)s, and in these weeks it never happened.") % names
        return gettext("People say that %(customer)s needs %(provider)s, and in these weeks nothing was asked.") % names
    if edge.is_only_traced:
        return " ".join(_traced(trace.source, trace.asked, names) for trace in edge.traces)
    if edge.asked == 0:
        return ngettext(
            "%(customer)s handed over %(n)s request to %(provider)s.",
            "%(customer)s handed over %(n)s requests to %(provider)s.",
            edge.handed_over,
        ) % {**names, "n": number(edge.handed_over)}
    asked = ngettext(
        "%(provider)s served %(customer)s: %(asked)s request",
        "%(provider)s served %(customer)s: %(asked)s requests",
        edge.asked,
    ) % {**names, "asked": number(edge.asked)}
    late = ngettext("%(late)s was late", "%(late)s were late", edge.late) % {"late": number(edge.late)}
    return f"{asked}, {late}."


def _traced(source: str, count: int, names: Mapping[str, str]) -> str:
    if source == LOG:
        words = ngettext(
            "By event logs, %(provider)s served %(customer)s %(n)s time.",
            "By event logs, %(provider)s served %(customer)s %(n)s times.",
            count,
        )
    else:
        words = ngettext(
            "By mail, %(customer)s asked %(provider)s %(n)s time.",
            "By mail, %(customer)s asked %(provider)s %(n)s times.",
            count,
        )
    return words % {**names, "n": number(count)}


def trace_words(edge: Edge) -> str:
    """What event logs and mail show of a line, in a few words; "": nothing."""
    words = [
        (gettext("from event logs: %(n)s") if trace.source == LOG else gettext("from mail: %(n)s"))
        % {"n": number(trace.asked)}
        for trace in edge.traces
    ]
    return ", ".join(words)


def trace_sentence(trace: Trace, *, provider: str, customer: str, days: str) -> str:
    """What one source beside the requests shows of a line: how often, how much went back, how long it took."""
    said = [_traced(trace.source, trace.asked, {"provider": provider, "customer": customer})]
    if trace.back:
        said.append(
            ngettext(
                "%(n)s more went back to who had had it before.",
                "%(n)s more went back to who had had it before.",
                trace.back,
            )
            % {"n": number(trace.back)}
        )
    is_log = trace.source == LOG
    if trace.median_wait_seconds is not None:
        wait = say.working_duration_in_words(
            trace.median_wait_seconds, language=page_language(), day_seconds=DAY_SECONDS
        )
        took = (
            gettext("Half were taken over within %(wait)s, by the clock.")
            if is_log
            else gettext("Half were answered within %(wait)s, by the clock, Mondays to Fridays.")
        )
        said.append(took % {"wait": wait})
    if days:
        over = (
            gettext("Counted over %(days)s, all of it, also where these weeks are only a part.")
            if is_log
            else gettext("Counted over %(days)s.")
        )
        said.append(over % {"days": days})
    return " ".join(said)


def volume_words(edge: Edge) -> str:
    """How much of a line there was, in a few words."""
    if edge.is_only_traced:
        return trace_words(edge)
    return ngettext("%(n)s request", "%(n)s requests", edge.asked) % {"n": number(edge.asked)}


def late_sentence(edge: Edge) -> str:
    """What became of the promises on a line."""
    if edge.decided == 0:
        return gettext("Nothing of it has a promise that is kept or broken yet.")
    return ngettext(
        "%(late)s of %(decided)s request was late.", "%(late)s of %(decided)s requests were late.", edge.decided
    ) % {"late": number(edge.late), "decided": number(edge.decided)}


def origin_words(edge: Edge) -> str:
    """Where a line is known from, in a few words."""
    if edge.is_silent:
        return gettext("declared, never happens") if DECLARED in edge.sources else gettext("needed, never asked")
    if edge.is_surprise:
        return gettext("happens, nobody declared it")
    return gettext("declared, and it happens")


def origin_sentence(edge: Edge, *, provider: str, customer: str) -> str:
    """Where a line is known from, in a sentence or two."""
    said = _origin(edge, {"provider": provider, "customer": customer})
    traces = {trace.source for trace in edge.traces}
    if edge.is_only_traced and traces == {LOG}:
        known = gettext("It is known from event logs; no request went this way in these weeks.")
        return f"{said} {known}"
    if edge.is_only_traced:
        known = gettext("It is known from mail; no request went this way in these weeks.")
        return f"{said} {known}"
    return said


def _origin(edge: Edge, names: Mapping[str, str]) -> str:
    if edge.is_silent and DECLARED in edge.sources:
        return (
            gettext("It was declared that %(provider)s serves %(customer)s; in these weeks nobody asked for it.")
            % names
        )
    if edge.is_silent:
        return gettext("Only people say so: nobody declared it, and in these weeks nobody asked for it.")
    if edge.is_surprise and ASKED in edge.sources:
        return gettext("It happens and people say they need it, and nobody declared it.")
    if edge.is_surprise:
        return gettext("It happens, and nobody declared it.")
    if ASKED in edge.sources:
        return gettext("It was declared, people say they need it, and it happens.")
    return gettext("It was declared, and it happens.")


def gap_sentence(edge: Edge, *, provider: str, customer: str) -> str:
    """How far both ends see its importance differently; "" when one of them was not heard."""
    gap = gap_of(edge)
    names = {"provider": provider, "customer": customer}
    if gap is None:
        return ""
    if gap >= A_GAP:
        return gettext("It matters more to %(customer)s than %(provider)s thinks.") % names
    if gap <= -A_GAP:
        return gettext("It matters less to %(customer)s than %(provider)s thinks.") % names
    return gettext("Both see alike how much it matters.")


def node_sentence(node: Node, *, name: str) -> str:
    """One node in a sentence."""
    if node.department_id is None:
        return ngettext("%(name)s asked %(n)s request.", "%(name)s asked %(n)s requests.", node.asked) % {
            "name": name,
            "n": number(node.asked),
        }
    if node.traced and not node.served:
        return ngettext(
            "%(name)s served others %(n)s time, by event logs or mail.",
            "%(name)s served others %(n)s times, by event logs or mail.",
            node.traced,
        ) % {"name": name, "n": number(node.traced)}
    return ngettext("%(name)s served %(n)s request.", "%(name)s served %(n)s requests.", node.served) % {
        "name": name,
        "n": number(node.served),
    }
