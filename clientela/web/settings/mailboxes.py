"""The mailboxes that are read by IMAP: add one, try it, pause it, see what is wrong and how to mend it."""

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.inbox import queries as inbox
from clientela.inbox.actions import mailboxes as actions
from clientela.inbox.actions.addresses import MailAddressError, define_mail_address
from clientela.inbox.actions.mailboxes import WrongMailboxError
from clientela.inbox.mailboxes.trouble import trouble_words
from clientela.inbox.mailboxes.trying import Tried, try_mailbox
from clientela.inbox.queries import mailboxes as found
from clientela.inbox.queries.mailboxes import MailboxSeen
from clientela.kernel.clock import now
from clientela.web.components.toasts import say
from clientela.web.doors import for_administrators
from clientela.web.settings.mailbox_forms import MailboxForm
from clientela.web.viewer import KnownRequest


@dataclass(frozen=True)
class Row:
    """A mailbox in the list: how it stands in a few words, what is wrong, how to mend it, and where its mail goes."""

    mailbox: MailboxSeen
    state: str
    trouble: str
    remedy: str
    leads_to: str


@for_administrators
def mailboxes(request: KnownRequest) -> HttpResponse:
    """Show every mailbox that is read, those in trouble first."""
    rows = [_row(one) for one in found.mailboxes(request.viewer)]
    rows.sort(key=lambda row: row.mailbox.state != "troubled")
    return render(request, "settings/mailboxes.html", {**_section(), "rows": rows})


@for_administrators
def new(request: KnownRequest) -> HttpResponse:
    """Read another mailbox."""
    at = now()
    form = MailboxForm(request.POST or None, at=at, found=None)
    if request.method == "POST" and form.is_valid() and _leads_somewhere(form):
        try:
            with transaction.atomic():
                mailbox_id = actions.define_mailbox(
                    by=request.viewer,
                    at=at,
                    settings=form.settings(),
                    takes_what_is_there=form.cleaned_data["takes_what_is_there"],
                )
                _give_place(request, form)
        except WrongMailboxError as error:
            form.refuse(error.field, error.reason)
        except MailAddressError as error:
            form.refuse("address", error.reason)
        else:
            say(request, _("Added. Try the connection next."))
            return redirect("settings:mailbox", mailbox_id)
    context = {**_section(), "form": form, "is_oauth": _is_oauth(form), "row": None}
    return render(request, "settings/mailbox.html", context, status=422 if form.is_bound else 200)


@for_administrators
def mailbox(request: KnownRequest, mailbox_id: int) -> HttpResponse:
    """Show a mailbox and how it stands; change how it is read."""
    at = now()
    one = found.mailbox(request.viewer, mailbox_id)
    form = MailboxForm(request.POST if request.method == "POST" else None, at=at, found=one)
    if request.method == "POST" and form.is_valid() and _leads_somewhere(form):
        try:
            with transaction.atomic():
                actions.change_mailbox(by=request.viewer, at=at, mailbox_id=mailbox_id, settings=form.settings())
                _give_place(request, form)
        except WrongMailboxError as error:
            form.refuse(error.field, error.reason)
        except MailAddressError as error:
            form.refuse("address", error.reason)
        else:
            say(request, _("Changed. It is read anew from now on."))
            return redirect("settings:mailbox", mailbox_id)
    return _page(request, one, form)


@require_POST
@for_administrators
def try_now(request: KnownRequest, mailbox_id: int) -> HttpResponse:
    """Connect, log in and look at the folders while the administrator waits; then have it read at once."""
    one = found.mailbox(request.viewer, mailbox_id)
    tried = try_mailbox(mailbox_id)
    if not tried.trouble and one.paused_at is None:
        actions.look_into_mailbox(by=request.viewer, mailbox_id=mailbox_id)
    return _page(request, one, MailboxForm(None, at=now(), found=one), tried=tried)


@require_POST
@for_administrators
def pause(request: KnownRequest, mailbox_id: int) -> HttpResponse:
    """Read it no more for now."""
    actions.pause_mailbox(by=request.viewer, at=now(), mailbox_id=mailbox_id)
    say(request, _("Paused. Mail stays in the mailbox until you go on."))
    return redirect("settings:mailbox", mailbox_id)


@require_POST
@for_administrators
def go_on(request: KnownRequest, mailbox_id: int) -> HttpResponse:
    """Read it again."""
    actions.go_on_with_mailbox(by=request.viewer, at=now(), mailbox_id=mailbox_id)
    say(request, _("It is read again, from where it was left."))
    return redirect("settings:mailbox", mailbox_id)


@require_POST
@for_administrators
def remove(request: KnownRequest, mailbox_id: int) -> HttpResponse:
    """Forget it."""
    actions.remove_mailbox(by=request.viewer, at=now(), mailbox_id=mailbox_id)
    say(request, _("Removed, with its secrets. What was taken in stays."))
    return redirect("settings:mailboxes")


def _page(request: KnownRequest, one: MailboxSeen, form: MailboxForm, *, tried: Tried | None = None) -> HttpResponse:
    context = {
        **_section(),
        "row": _row(one),
        "form": form,
        "is_oauth": _is_oauth(form),
        "tried": tried,
        "tried_words": _tried_words(tried) if tried else ("", ""),
    }
    return render(request, "settings/mailbox.html", context, status=422 if form.is_bound else 200)


def _is_oauth(form: MailboxForm) -> bool:
    return str(form["log_in"].value()) == "oauth2"


def _leads_somewhere(form: MailboxForm) -> bool:
    """Refuse an address whose mail nobody would get."""
    if form.cleaned_data["place"] or inbox.place_of_address(form.cleaned_data["address"].strip()) is not None:
        return True
    form.refuse("place", _("Nobody takes mail at this address yet. Choose where its mail goes."))
    return False


def _give_place(request: KnownRequest, form: MailboxForm) -> None:
    """Let the address lead where was chosen, if it leads nowhere yet of its own."""
    address = form.cleaned_data["address"].strip()
    known = {row.address for row in inbox.mail_addresses(request.viewer)}
    if form.cleaned_data["place"] and address.lower() not in known:
        define_mail_address(by=request.viewer, at=now(), address=address, **form.leads_to())


def _row(one: MailboxSeen) -> Row:
    trouble, remedy = trouble_words(one.trouble) if one.trouble else ("", "")
    place = inbox.place_of_address(one.address)
    return Row(
        mailbox=one,
        state=_state_words()[one.state],
        trouble=trouble,
        remedy=remedy,
        leads_to=place.department.name_in(get_language()) if place else "",
    )


def _state_words() -> dict[str, str]:
    return {
        "fine": _("is read"),
        "starting": _("is about to be read"),
        "paused": _("paused"),
        "troubled": _("needs you"),
    }


def _tried_words(tried: Tried) -> tuple[str, str]:
    if tried.trouble:
        return trouble_words(tried.trouble)
    waiting = ngettext("%(n)s mail lies in it.", "%(n)s mails lie in it.", tried.waiting_count)
    told = (
        _("The server tells us of new mail at once.")
        if tried.is_told_at_once
        else _("The server does not tell of new mail; we look every minute.")
    )
    return _("We are in."), f"{waiting % {'n': tried.waiting_count}} {told}"


def _section() -> dict[str, object]:
    return {"at": now(), "place": "settings", "section": "mail", "mail_section": "mailboxes"}
