"""The policy of whose need goes first, in plain sentences, and what people did instead, as questions about it."""

from collections.abc import Mapping, Sequence

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clientela.requests.queries import ChoicesCounted, PolicyCompared, SideMeans
from clientela.requests.rules.order import PolicyProblemError, PolicyStatement, StakePolicy, policy_statements
from clientela.web.components.words import number_in_words


def figure(value: float) -> str:
    """A figure as the page's language writes it, with as many digits as mean something."""
    return number_in_words(float(f"{value:.4g}"), language=get_language() or "en")


def policy_sentences(policy: StakePolicy, groups: Mapping[int, str]) -> list[str]:
    """What the policy says, the most important first."""
    return [_statement(one, groups) for one in policy_statements(policy)]


def compared_sentence(compared: PolicyCompared) -> str:
    """`3 move up, 2 move down, 7 stay.`"""
    if not compared.up_count and not compared.down_count:
        return _("Nothing moves: the order stays as it is.")
    stay = len(compared.moves) - compared.up_count - compared.down_count
    up = ngettext("%(count)s moves up", "%(count)s move up", compared.up_count) % {"count": compared.up_count}
    down = ngettext("%(count)s moves down", "%(count)s move down", compared.down_count) % {"count": compared.down_count}
    same = ngettext("%(count)s stays", "%(count)s stay", stay) % {"count": stay}
    return _("%(up)s, %(down)s, %(same)s.") % {"up": up, "down": down, "same": same}


def sides_sentence(compared: PolicyCompared) -> str:
    """Whether inside and outside are served alike, by the mean place of each."""
    told = [
        _("%(side)s: number %(before)s on average, then %(after)s.")
        % {"side": name, "before": figure(round(side.before, 1)), "after": figure(round(side.after, 1))}
        for name, side in ((_("Inside"), compared.inside), (_("Outside"), compared.outside))
        if isinstance(side, SideMeans)
    ]
    return " ".join(told)


def move_words(gain: int) -> str:
    """`3 places earlier`."""
    if gain == 0:
        return _("stays")
    if gain > 0:
        return ngettext("%(count)s place earlier", "%(count)s places earlier", gain) % {"count": gain}
    return ngettext("%(count)s place later", "%(count)s places later", -gain) % {"count": -gain}


def choice_question(counted: ChoicesCounted) -> str:
    """`In 14 of 40 cases people in Care took something quick first. Is the expected work of “Invoice copy” right?`"""
    told = {
        "quick": _("In %(count)s of %(of)s cases people in %(department)s took something quick first."),
        "customer_is_here": _(
            "In %(count)s of %(of)s cases people in %(department)s helped somebody who was there or on the phone first."
        ),
        "knows_more": _(
            "In %(count)s of %(of)s cases people in %(department)s knew something that the order did not know."
        ),
        "cannot_now": _("In %(count)s of %(of)s cases in %(department)s the first one could not be worked on."),
        "other": _("In %(count)s of %(of)s cases people in %(department)s had another reason."),
    }
    asked = {
        "quick": _("Is the expected work of “%(service)s” right?"),
        "customer_is_here": _("Should “%(service)s” promise an answer sooner?"),
        "knows_more": _("What should be asked for “%(service)s”, so that it counts?"),
        "cannot_now": _("Does it wait for a part or a date that nobody writes down?"),
        "other": _("Does the policy miss something for “%(service)s”?"),
    }
    values = {
        "count": counted.count,
        "of": counted.of,
        "department": counted.department.name,
        "service": counted.service_title,
    }
    return f"{told[counted.why] % values} {asked[counted.why] % values}"


def problem_words(problem: PolicyProblemError) -> str:
    """What is wrong with a figure, and what it may be."""
    if problem.least is not None and problem.most is not None:
        return _("Choose a figure from %(least)s to %(most)s.") % {
            "least": figure(problem.least),
            "most": figure(problem.most),
        }
    if problem.code == "parity_counts_equal":
        return _("While inside and outside count the same, neither has a factor. Untick it first, or leave this at 1.")
    return _("Write a figure in digits.")


def changes_words(changes: Sequence[tuple[str, object, object]], names: Mapping[str, str]) -> str:
    """`Complaint: 1.5 → 2.`"""
    return "; ".join(
        _("%(name)s: %(was)s → %(now)s") % {"name": names[field], "was": _value(was), "now": _value(now)}
        for field, was, now in changes
        if field in names
    )


def _value(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return figure(value)
    if isinstance(value, Mapping):
        return ", ".join(figure(one) for one in value.values()) or _("none")
    return str(value)


def _statement(one: PolicyStatement, groups: Mapping[int, str]) -> str:
    sentences = {
        "safety_first": _("What touches somebody’s safety or dignity goes first. It has no price."),
        "longest_wait": _("What has waited %(figure)s working hours goes before everything that has a price."),
        "parity": _("Inside and outside count the same here."),
        "inside_counts": _("A customer inside counts %(figure)s times."),
        "outside_counts": _("A customer outside counts %(figure)s times."),
        "complaint": _("A complaint counts %(figure)s times."),
        "stops_work": _("What keeps people from working counts %(figure)s times."),
        "people": _("What ten people wait for counts %(figure)s times, and more people more."),
        "group": _("Customers of the group %(group)s count %(figure)s times."),
        "most": _("All this together never counts more than %(figure)s times."),
        "unpromised": _("What nobody promised by a moment counts as if due %(figure)s working hours after it came."),
        "look_ahead": _(
            "A promise begins to press about %(figure)s usual pieces of work before its last moment to begin."
        ),
    }
    figures = "" if one.figure is None else figure(one.figure)
    return sentences[one.code] % {"figure": figures, "group": groups.get(one.group_id or 0, _("that is no more"))}
