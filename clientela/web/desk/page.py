"""The page of one request: everything it shows, put into words. The acts show it again when they could not be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from clientela.kernel.clock import now
from clientela.kernel.post import LetterRow, letters_about, what_to_do
from clientela.promises.policies import may_change_promise
from clientela.requests import queries
from clientela.requests.policies import Access, may_see_turn
from clientela.requests.queries import AttachmentSeen, EventSeen, RequestPage, Said
from clientela.requests.rules import State, Verb
from clientela.voice import queries as voice
from clientela.web.desk import forms
from clientela.web.desk.asking_forms import LinkForm, TogetherForm
from clientela.web.desk.chain import branches_of, hops_of, together_shown
from clientela.web.desk.chain_time import time_shown
from clientela.web.desk.customer import customer_rows
from clientela.web.desk.events import EventShown, shown_event
from clientela.web.desk.forecasts import likely_sentence
from clientela.web.desk.mails import MailShown, mails_shown
from clientela.web.desk.promises import PromiseShown, shown_promise
from clientela.web.desk.sentences import Teller, sentence
from clientela.web.desk.steps import steps_shown
from clientela.web.desk.turn_forms import weigh_form
from clientela.web.desk.turns import turn_shown
from clientela.web.desk.wording import called, channel_words, state_words, verb_words
from clientela.web.keyset import moment_place, place_of
from clientela.web.viewer import KnownRequest

# What can be done from the side of the page, in its order; the rest has its own place.
MORE = (Verb.ASSIGN, Verb.WAIT, Verb.RESOLVE, Verb.CLOSE, Verb.REOPEN, Verb.HAND_OVER, Verb.COMPLAIN, Verb.CANCEL)
# Nobody asks why a request that is open cannot be opened; these are said only where they can be done.
SILENT = frozenset({Verb.REOPEN, Verb.RESUME, Verb.CLOSE})
TROUBLED_LETTERS = frozenset({"held", "failed", "bounced", "perhaps"})


@dataclass(frozen=True)
class SaidShown:
    """A message as it stands in the conversation. `bubble`: message, note, answer (of a department), automatic.

    `mail` is what we know of the mail it came by, for who serves the request.
    """

    said: Said
    bubble: str
    name: str
    channel: str
    kept: PromiseShown | None
    mail: MailShown | None
    files: Sequence[AttachmentSeen]  # those that its own HTML does not show in place


@dataclass(frozen=True)
class TroubledLetter:
    """A letter about the request that its reader does not have, and what to do. `is_mine`: the viewer wrote it.

    `may_work_now`: sending it again can help; to an address that will never work it cannot.
    """

    row: LetterRow
    advice: str
    is_mine: bool
    may_work_now: bool


@dataclass(frozen=True)
class PromiseRow:
    """A promise in the side, with what may be done about it."""

    promise: PromiseShown
    by: str
    may_change: bool
    why_not: str
    form: forms.MoveForm


@dataclass(frozen=True)
class Trouble:
    """What went wrong with an act: the form it came with, and the panel or fold to open."""

    forms: Mapping[str, forms.DeskForm]
    panel: str = ""
    sentence: str = ""  # for an act of one button, which has no form to say it beside


def show_request(
    request: KnownRequest,
    reference: str,
    *,
    at: datetime | None = None,
    trouble: Trouble | None = None,
    panel: str = "",
    department_id: int | None = None,
    step_key: str = "",
    shown: Mapping[str, forms.DeskForm] | None = None,
) -> HttpResponse:
    """Render the page; with `trouble`, what was written stands in it, and the status says that it was not done.

    `shown`: forms that came to be shown again with nothing wrong, as with one more row. `step_key`: the step of the
    plan for which a department is to be asked.
    """
    at = at or now()
    page = queries.request_page(request.viewer, reference, at=at, before=moment_place(request.GET.get("before")))
    context = page_context(request, page, trouble=trouble, department_id=department_id, shown=shown)
    if step_key and trouble is None:
        context["ask"] = ask_for_step(page, step_key)
    context["panel"] = trouble.panel if trouble is not None else panel
    status = 200 if trouble is None else 422 if trouble.forms else 409
    return render(request, "desk/request.html", context, status=status)


def page_context(
    request: KnownRequest,
    page: RequestPage,
    *,
    trouble: Trouble | None = None,
    department_id: int | None = None,
    shown: Mapping[str, forms.DeskForm] | None = None,
) -> dict[str, object]:
    """Everything the template needs."""
    viewer = request.viewer
    teller = Teller(viewer, page.at)
    subject = f"request:{page.request.id}"
    is_full = page.access is Access.FULL
    ratings = voice.ratings_of(viewer, [subject]) if is_full else {}
    last_rating = voice.last_rating_by(viewer, page.request.asker.id) if page.customer is not None else None
    letters = letters_about(subject) if is_full else []
    steps = {step.key: step.title for step in page.steps}
    events = [
        shown_event(item, steps=steps, teller=teller) for item in page.conversation if isinstance(item, EventSeen)
    ]
    given = dict(trouble.forms) if trouble is not None else dict(shown or {})
    forecast = queries.forecasts_of([page.request.id], at=page.at).get(page.request.id) if is_full else None
    # Who was addressed as well reads all of it, and stands in no queue of theirs.
    has_turn = is_full and may_see_turn(viewer, provider_id=page.request.provider.id)
    turn = queries.turn_of(viewer, page.request.reference, at=page.at) if has_turn else None
    mails = mails_shown(viewer, page, given=given)
    if turn is not None:
        given.setdefault("weigh", weigh_form(turn))
    allowed = {verb.value: bool(verdict) for verb, verdict in page.verdicts.items()}
    return {
        "at": page.at,
        "place": "requests",
        "page": page,
        "merged": queries.merged_with(viewer, page.request.id) if is_full else None,
        "state": state_words(page.request, teller),
        "called": called(page.request.asker),
        "hops": hops_of(page, teller=teller),
        "branches": branches_of(page, teller=teller),
        "together": [together_shown(one) for one in page.together],
        "time": time_shown(page.chain_time, teller=teller),
        "conversation": [
            _shown(item, steps=steps, teller=teller, mails=mails)
            for item in page.conversation
            if not _is_told_already(item)
        ],
        "perhaps": [mail.perhaps for mail in mails.values() if mail.perhaps is not None],
        "older_before": place_of(page.older),
        "likely": likely_sentence(forecast, page, teller=teller),
        "steps": steps_shown(page, teller=teller),
        "promises": _promise_rows(page, teller=teller, given=given),
        "customer_rows": customer_rows(page.customer, last_rating) if page.customer is not None else [],
        "customer_url": reverse(f"directory:{page.request.customer.kind}", args=[page.request.customer.id]),
        "rating": ratings.get(subject),
        "letters": letters,
        "troubled_letters": _troubled(letters, viewer.person_id),
        "participants": queries.participants_of(viewer, page.request.id) if is_full else (),
        "history": [*events[::-1], _opening(page)],
        "answers": _answers(page),
        "allowed": allowed,
        "more": [verb.value for verb in MORE if page.verdicts[verb]] if is_full else [],
        "not_now": [
            (verb_words(verb), page.verdicts[verb].reason)
            for verb in MORE
            if not page.verdicts[verb] and verb not in SILENT
        ]
        if is_full
        else [],
        "why_not": {verb.value: verdict.reason for verb, verdict in page.verdicts.items()},
        "refusal": trouble.sentence if trouble is not None else "",
        "reply_language": page.request.language,
        "forms": _forms(page, given=given, language=viewer.language),
        "opens_together": "together" in given,
        "opens_link": "link" in given,
        "ask": ask_context(page, department_id=department_id, given=given),
        "is_mine": page.request.holder is not None and page.request.holder.id == viewer.person_id,
        "turn": None if turn is None else turn_shown(turn, teller=teller),
    }


def ask_context(
    page: RequestPage, *, department_id: int | None, given: Mapping[str, forms.DeskForm]
) -> dict[str, object]:
    """What the panel shows that asks another department: whom, and once that is chosen, for what."""
    chosen = next((one for one in page.askable if one.department_id == department_id), None)
    whom = forms.DepartmentForm(askable=page.askable, initial={"department": department_id if chosen else ""})
    form = given.get("ask")
    if form is None and chosen is not None:
        form = forms.AskForm(services=chosen.services)
    return {"whom": given.get("whom", whom), "department": chosen, "form": form, "is_possible": bool(page.askable)}


def ask_for_step(page: RequestPage, step_key: str) -> dict[str, object]:
    """What the panel shows that asks for the service of a step: filled in, but for what they should know.

    Where it cannot be asked for, the panel is empty.
    """
    step = next((one for one in page.steps if one.key == step_key and one.ask is not None), None)
    if step is None or step.ask is None:
        return ask_context(page, department_id=None, given={})
    whose = next((one for one in page.askable if one.department_id == step.ask.owner_id), None)
    said = {"service": step.ask.version_id, "title": step.title, "is_blocking": True}
    form = forms.AskForm(services=whose.services if whose is not None else (), initial=said)
    return ask_context(page, department_id=step.ask.owner_id, given={form.key: form})


def _forms(page: RequestPage, *, given: Mapping[str, forms.DeskForm], language: str) -> dict[str, forms.DeskForm]:
    """The forms of the page, those that came back with something to mend in their place."""
    return {
        "reply": forms.ReplyForm(),
        "note": forms.NoteForm(),
        "write": forms.WriteForm(),
        "promise": forms.PromiseForm(),
        "assign": forms.AssignForm(colleagues=page.colleagues),
        "together": TogetherForm(askable=page.askable),
        "link": LinkForm(),
        "hand_over": forms.HandOverForm(departments=page.departments, language=language),
        "wait": forms.WaitForm(),
        "cancel": forms.CancelForm(),
        "complaint": forms.ComplaintForm(),
        "merge": forms.MergeForm(),
        **given,
    }


def _shown(
    item: Said | EventSeen, *, steps: Mapping[str, str], teller: Teller, mails: Mapping[int, MailShown]
) -> SaidShown | EventShown:
    if isinstance(item, EventSeen):
        return shown_event(item, steps=steps, teller=teller)
    bubble = {"note": "note", "automatic": "automatic"}.get(item.kind, "message")
    return SaidShown(
        said=item,
        bubble="answer" if item.from_reference else bubble,
        name=item.author.name if item.author is not None else _("Sent by a machine"),
        channel=channel_words(item.channel),
        kept=None if item.kept is None else shown_promise(item.kept, teller=teller),
        mail=mails.get(item.id),
        files=[file for file in item.attachments if not file.is_in_place],
    )


def _is_told_already(item: Said | EventSeen) -> bool:
    """Asking a department says in one line that this request now waits for it."""
    return (
        isinstance(item, EventSeen)
        and item.verb == "waiting_started"
        and item.data.get("state") == State.WAITING_DEPARTMENT
        and item.data.get("because") != "part_reopened"
    )


def _promise_rows(page: RequestPage, *, teller: Teller, given: Mapping[str, forms.DeskForm]) -> list[PromiseRow]:
    rows = []
    for clock in page.clocks:
        if clock.state == "cancelled":
            continue
        promiser = page.promisers.get(clock.promised_by_id or 0)
        verdict = may_change_promise(teller.viewer, promised_by_id=clock.promised_by_id, provider_id=clock.provider_id)
        is_mine = clock.promised_by_id is not None and clock.promised_by_id == teller.viewer.person_id
        form = given.get(f"move{clock.id}")
        rows.append(
            PromiseRow(
                promise=shown_promise(clock, teller=teller),
                by=_("yours") if is_mine else promiser.name if promiser is not None else "",
                may_change=clock.kind == "personal" and clock.is_open and bool(verdict) and page.access is Access.FULL,
                why_not=verdict.reason,
                form=form if isinstance(form, forms.MoveForm) else forms.MoveForm(promise_id=clock.id),
            )
        )
    return rows


def _opening(page: RequestPage) -> EventShown:
    """How it began, for the end of the history, which is told from the newest."""
    words = sentence(
        _("%(name)s asked %(channel)s."),
        name=page.request.asker.name,
        channel=channel_words(page.request.channel),
    )
    return EventShown(icon="inbox", words=words, at=page.request.opened_at)


def _answers(page: RequestPage) -> list[tuple[str, str]]:
    """What the asker brought, by the questions of the form."""
    rows = []
    for field in page.service.fields:
        answer = page.answers.get(field.key)
        if answer in (None, "", []):
            continue
        said = {choice.key: choice.label for choice in field.choices}.get(str(answer), answer)
        if field.kind == "yes_no":
            said = _("yes") if answer in (True, "yes") else _("no")
        rows.append((field.label, ", ".join(map(str, said)) if isinstance(said, list) else str(said)))
    return rows


def _troubled(letters: Sequence[LetterRow], person_id: int | None) -> list[TroubledLetter]:
    """The letters that need somebody, those that the viewer wrote first."""
    found = [
        TroubledLetter(
            row,
            what_to_do(row),
            is_mine=row.by_party_id is not None and row.by_party_id == person_id,
            may_work_now=bool(settings.MAIL_SERVER) and row.state != "held" and not row.bounce_is_hard,
        )
        for row in letters
        if row.state in TROUBLED_LETTERS and not row.is_settled
    ]
    return sorted(found, key=lambda letter: not letter.is_mine)
