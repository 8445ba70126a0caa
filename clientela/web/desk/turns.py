"""Whose turn it is, in sentences: one for every place, and the figures behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.directory import queries as directory
from clientela.requests.queries import ChoiceSeen, Counted, Neighbour, StandingSeen, TurnSeen
from clientela.requests.rules.turns import SECONDS_AN_HOUR, Because, WorkSource
from clientela.web.desk.sentences import Teller, sentence

# These say by themselves why; how much work it is does not matter for them.
WITHOUT_WORK = frozenset({Because.CHOSEN})


@dataclass(frozen=True)
class CountedShown:
    """A request that counts for a place, in a line of figures."""

    words: SafeString
    url_reference: str
    promised: SafeString
    cost: str
    factors: str
    work: str
    is_lead: bool


@dataclass(frozen=True)
class FiguresShown:
    """The figures behind a place."""

    counted: tuple[CountedShown, ...]
    rows: tuple[tuple[str, SafeString | str], ...]
    parity: str


def turn_sentence(standing: StandingSeen, *, teller: Teller, is_first: bool) -> SafeString:
    """`First, because … waits on it, promised by 15:00; about 40 min of work.`; in a list without "First, because"."""
    why = _why(standing, teller=teller)
    values = {
        "why": why if is_first else _capitalised(why),
        "work": teller.stretch(standing.work.hours * SECONDS_AN_HOUR),
    }
    if standing.because in WITHOUT_WORK:
        return sentence(_("First, because %(why)s.") if is_first else _("%(why)s."), **values)
    if is_first:
        return sentence(_("First, because %(why)s; about %(work)s of work."), **values)
    return sentence(_("%(why)s; about %(work)s of work."), **values)


def place_sentence(turn: TurnSeen) -> str:
    """`Number 3 of 12 in Care's queue.`"""
    if not turn.has_place:
        return _("It waits, so it has no place in the queue now. It comes back by itself.")
    if not turn.standing.was_ranked:
        return _("It has just come in and stands first until it is weighed, in a few minutes at most.")
    return _("Number %(place)s of %(count)s in the queue of %(department)s.") % {
        "place": turn.place,
        "count": turn.count,
        "department": turn.department.name,
    }


def outlook_sentence(turn: TurnSeen, *, teller: Teller) -> SafeString | str:
    """What stands before it, and what would bring it to the front."""
    if not turn.has_place or not turn.standing.was_ranked or turn.place == 1:
        return ""
    ahead = sentence(
        _("About %(work)s of work stands before it."), work=teller.stretch(turn.ahead_work_hours * SECONDS_AN_HOUR)
    )
    if turn.hours_sooner is None:
        return format_html("{} {}", ahead, _("No earlier moment alone would bring it to the front."))
    sooner = sentence(
        _("With %(time)s less to spare it would stand first."),
        time=teller.stretch(turn.hours_sooner * SECONDS_AN_HOUR),
    )
    return format_html("{} {}", ahead, sooner)


def figures_of(standing: StandingSeen, *, teller: Teller) -> FiguresShown:
    """Everything the place was reckoned from. What the viewer may not know is told without its name."""
    groups = {group.id: group.name for group in directory.groups()} if _names_groups(standing) else {}
    figures, policy = standing.figures, standing.basis.policy
    hours = SECONDS_AN_HOUR
    rows: list[tuple[str, SafeString | str]] = [
        (_("Expected work"), _work_words(standing, teller=teller)),
        (_("Work on the way to whoever needs it most"), teller.stretch(figures.path_work_hours * hours)),
        (_("To spare after that work"), _slack_words(figures.lead_slack_hours, teller=teller)),
        (_("What an hour of lateness costs, all together"), teller.figure(figures.carried_cost_per_hour)),
        (
            _("Index"),
            sentence(
                _("%(index)s = %(cost)s ÷ %(work)s × %(pressing)s"),
                index=teller.figure(figures.index),
                cost=teller.figure(figures.lead_cost_per_hour),
                work=teller.stretch(figures.own_work_hours * hours),
                pressing=teller.figure(figures.pressing),
            ),
        ),
    ]
    if standing.because is Because.ANSWER and standing.answer is not None:
        rows.append((_("Counted instead"), _("the answer it owes, as if the request were due then")))
    counted = (standing.itself, *standing.carried)
    return FiguresShown(
        counted=tuple(_counted(one, standing, groups, teller=teller) for one in counted),
        rows=tuple(rows),
        parity=_("Inside and outside count the same here.")
        if policy.is_parity
        else _("Inside counts %(inside)s times here, outside %(outside)s times.")
        % {
            "inside": teller.figure(policy.inside_factor),
            "outside": teller.figure(policy.outside_factor),
        },
    )


@dataclass(frozen=True)
class TurnShown:
    """The place of a request, in words. `before` and `after` are its neighbours in the queue."""

    place: str
    why: SafeString
    outlook: SafeString | str
    figures: FiguresShown
    before: Neighbour | None
    after: Neighbour | None


def turn_shown(turn: TurnSeen, *, teller: Teller) -> TurnShown:
    """Everything that is said of a request's turn."""
    return TurnShown(
        place=place_sentence(turn),
        why=turn_sentence(turn.standing, teller=teller, is_first=False),
        outlook=outlook_sentence(turn, teller=teller),
        figures=figures_of(turn.standing, teller=teller),
        before=turn.before if turn.has_place else None,
        after=turn.after if turn.has_place else None,
    )


def choice_words(choice: ChoiceSeen) -> str:
    """Why somebody took another one first, after "because you chose so:"."""
    return choice.words or choice_reasons()[choice.why]


def choice_reasons() -> dict[str, str]:
    """The reasons to choose from, in their order."""
    return {
        "customer_is_here": _("the customer is on the phone or at the counter"),
        "quick": _("it is done in a minute"),
        "knows_more": _("I know something the order does not know"),
        "cannot_now": _("the first one cannot be worked on now"),
        "other": _("another reason"),
    }


def _why(standing: StandingSeen, *, teller: Teller) -> SafeString:
    """The clause after "because": it begins small and ends without a full stop."""
    because = standing.because
    if because is Because.ANSWER and standing.answer is not None:
        answer = standing.answer
        return _promised(answer.kind, answer.due_at, answer.seconds_left, teller=teller)
    if because is Because.CARRIED:
        return _carried(standing.because_of, teller=teller)
    floors = {
        Because.CHOSEN: _("you chose so: %(words)s"),
        Because.SAFETY: _("somebody’s safety or dignity is at stake, which goes before everything else"),
        Because.SAFETY_CARRIED: _("%(request)s waits on it, and somebody’s safety or dignity is at stake there"),
        Because.WAITED: _("it has waited %(time)s of working time, and nothing may wait longer than %(most)s"),
        Because.WAITED_CARRIED: _(
            "%(request)s waits on it and has waited %(time)s of working time; nothing may wait longer than %(most)s"
        ),
    }
    if because not in floors:
        return _own(standing, teller=teller)
    return sentence(
        floors[because],
        words="" if standing.choice is None else choice_words(standing.choice).rstrip("."),
        request=whose(standing.because_of),
        time=teller.stretch(standing.waited_hours * SECONDS_AN_HOUR),
        most=teller.stretch(standing.basis.policy.longest_wait_hours * SECONDS_AN_HOUR),
    )


def whose(one: Counted) -> SafeString:
    """`Ana Ionescu’s request for Zofia Nowak`, as far as the viewer may know it."""
    if not one.is_known:
        return sentence(_("a request of another department"))
    template = _("%(name)s’s request for %(customer)s")
    return sentence(template, name=one.holder or one.provider.name, customer=one.customer)


def _own(standing: StandingSeen, *, teller: Teller) -> SafeString:
    promise = standing.itself.promise
    if promise is not None:
        return _promised(promise.kind, promise.due_at, promise.seconds_left, teller=teller)
    template = _("nothing is promised by a moment; it counts as if due %(time)s of working time after it came")
    hours = standing.basis.policy.unpromised_hours
    return sentence(template, time=teller.stretch(hours * SECONDS_AN_HOUR))


def _carried(who: Counted, *, teller: Teller) -> SafeString:
    promise = who.promise
    if promise is None:
        return sentence(_("%(request)s waits on it"), request=whose(who))
    if promise.due_at is None:
        template = _("%(request)s waits on it; its promised time stands still now")
        return sentence(template, request=whose(who))
    template = (
        _("%(request)s waits on it, promised by %(moment)s and late")
        if promise.seconds_left < 0
        else _("%(request)s waits on it, promised by %(moment)s")
    )
    return sentence(template, request=whose(who), moment=teller.exact(promise.due_at))


def _promised(kind: str, due_at: object, seconds_left: int, *, teller: Teller) -> SafeString:
    """What the request itself has promised, by its kind."""
    if due_at is None:
        still = {
            "first_reply": _("a first reply is promised, and its time stands still while we wait"),
            "next_reply": _("an answer is promised, and its time stands still while we wait"),
            "resolution": _("it is promised to be done, and its time stands still while we wait"),
            "personal": _("something is promised on it, and its time stands still while we wait"),
        }
        return sentence(still[kind])
    late = {
        "first_reply": _("a first reply was promised by %(moment)s and is %(left)s of working time late"),
        "next_reply": _("an answer was promised by %(moment)s and is %(left)s of working time late"),
        "resolution": _("it was promised to be done by %(moment)s and is %(left)s of working time late"),
        "personal": _("something was promised on it by %(moment)s and is %(left)s of working time late"),
    }
    running = {
        "first_reply": _("a first reply is promised by %(moment)s and %(left)s of working time are left"),
        "next_reply": _("an answer is promised by %(moment)s and %(left)s of working time are left"),
        "resolution": _("it is promised to be done by %(moment)s and %(left)s of working time are left"),
        "personal": _("something is promised on it by %(moment)s and %(left)s of working time are left"),
    }
    return sentence(
        (late if seconds_left < 0 else running)[kind],
        moment=teller.exact(due_at),  # type: ignore[arg-type]  # a moment, as None has been answered above
        left=teller.stretch(abs(seconds_left)),
    )


def _counted(one: Counted, standing: StandingSeen, groups: dict[int, str], *, teller: Teller) -> CountedShown:
    is_itself = one.request_id == standing.itself.request_id
    promise = one.promise
    if promise is None:
        promised = sentence(_("nothing is promised"))
    elif promise.due_at is None:
        promised = sentence(_("stands still"))
    else:
        promised = teller.exact(promise.due_at)
    return CountedShown(
        words=sentence(_("this request itself")) if is_itself else whose(one),
        url_reference="" if is_itself else one.reference,
        promised=promised,
        cost=teller.figure(one.cost_per_hour),
        factors=_factors(one.factors, groups, teller=teller),
        work=teller.time(one.work_hours * SECONDS_AN_HOUR),
        is_lead=one.request_id == standing.lead.request_id,
    )


def _factors(factors: Sequence[tuple[str, float]], groups: dict[int, str], *, teller: Teller) -> str:
    names = {
        "inside": _("inside"),
        "outside": _("outside"),
        "complaint": _("complaint"),
        "people": _("people affected"),
        "stops_work": _("people cannot work"),
        "most": _("the most that all together may count"),
        "least": _("the least that all together may count"),
    }

    def said(code: str, factor: float) -> str:
        kind, _colon, number = code.partition(":")
        name = groups.get(int(number), _("a group")) if kind == "group" else names[kind]
        return _("%(name)s × %(factor)s") % {"name": name, "factor": teller.figure(factor)}

    return ", ".join(said(code, factor) for code, factor in factors) or _("as any other")


def _names_groups(standing: StandingSeen) -> bool:
    return any(code.startswith("group") for one in (standing.itself, *standing.carried) for code, _ in one.factors)


def _work_words(standing: StandingSeen, *, teller: Teller) -> SafeString:
    work = standing.work
    learned = {
        WorkSource.SERVICE: ngettext(
            "%(work)s, learned from %(count)s case of this service",
            "%(work)s, learned from %(count)s cases of this service",
            work.cases,
        ),
        WorkSource.DEPARTMENT: ngettext(
            "%(work)s, learned from %(count)s case of this department",
            "%(work)s, learned from %(count)s cases of this department",
            work.cases,
        ),
        WorkSource.HOUSE: ngettext(
            "%(work)s, learned from %(count)s case of the whole house",
            "%(work)s, learned from %(count)s cases of the whole house",
            work.cases,
        ),
        WorkSource.NOTHING: _("%(work)s; there is no history yet"),
    }
    return sentence(learned[work.source], work=teller.stretch(work.hours * SECONDS_AN_HOUR), count=work.cases)


def _slack_words(hours: float, *, teller: Teller) -> SafeString:
    time = teller.stretch(abs(hours) * SECONDS_AN_HOUR)
    return sentence(_("nothing: %(time)s too little"), time=time) if hours < 0 else time


def _capitalised(clause: SafeString) -> SafeString:
    return SafeString(capfirst(clause))
