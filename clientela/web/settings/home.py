"""Settings at a glance: what is set up, what is missing, and what was set when the house was started."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.queries.accounts import accounts_page
from clientela.inbox import queries as inbox
from clientela.inbox.queries.mailboxes import mailboxes as all_mailboxes
from clientela.kernel.clock import now
from clientela.kernel.environment import SETTINGS, Environment
from clientela.promises import queries as promises
from clientela.requests.queries.letters import post_page
from clientela.web.doors import for_administrators
from clientela.web.viewer import KnownRequest

MOST_COUNTED = 50
NOT_SECRET = ("CLIENTELA_ORGANISATION",)


@dataclass(frozen=True)
class Room:
    """One part of Settings: how it stands, and what is missing ("" when all is well)."""

    words: str
    url: str
    icon: str
    stands: str
    missing: str


@for_administrators
def home(request: KnownRequest) -> HttpResponse:
    """Show every part of Settings with what is missing first."""
    at = now()
    rooms = _rooms(request, at=at)
    context = {
        "at": at,
        "place": "settings",
        "section": "home",
        "rooms": rooms,
        "missing": [room for room in rooms if room.missing],
        "environment": environment_rows(settings.ENVIRONMENT),
        "mail_domain": settings.MAIL_DOMAIN,
        "ends_here": not settings.MAIL_SERVER,
    }
    return render(request, "settings/home.html", context)


def _rooms(request: KnownRequest, *, at: datetime) -> list[Room]:
    language = get_language() or "en"
    departments = directory.departments()
    services = [row for row in catalogue.services_page(at=at, language=language) if not row.is_retired]
    due = sum(row.is_review_due for row in services)
    has_hours = promises.calendar_versions()
    without_hours = [card.name_in(language) for card in departments if card.id not in has_hours]
    calendars, terms = promises.calendars(), promises.all_terms()
    mails = inbox.received_mail(request.viewer, limit=1)
    mailboxes = all_mailboxes(request.viewer)
    unread = [mailbox.address for mailbox in mailboxes if mailbox.state == "troubled"]
    failed = len(post_page(request.viewer, state="failed", limit=MOST_COUNTED).letters)
    accounts = accounts_page(request.viewer, at=at, limit=1)
    failed_url = f"{reverse('settings:letters')}?{urlencode({'state': 'failed'})}" if failed else ""
    mail_url = f"{reverse('settings:mail')}?{urlencode({'outcome': 'quarantined'})}" if mails.quarantined_count else ""
    return [
        Room(
            _("Services"),
            reverse("settings:services"),
            "hand-click",
            ngettext("%(n)s is offered", "%(n)s are offered", len(services)) % {"n": len(services)},
            _if(due, ngettext("%(n)s is due for a review", "%(n)s are due for a review", due) % {"n": due})
            or _if(not services, _("Nothing can be asked yet. Offer the first service.")),
        ),
        Room(
            _("Calendars"),
            reverse("settings:calendars"),
            "calendar",
            ngettext("%(n)s calendar", "%(n)s calendars", len(calendars)) % {"n": len(calendars)},
            _if(without_hours, _("Without working hours: %(names)s") % {"names": ", ".join(without_hours)}),
        ),
        Room(
            _("Terms"),
            reverse("settings:terms"),
            "flag",
            ngettext("%(n)s set of promises", "%(n)s sets of promises", len(terms)) % {"n": len(terms)},
            _if(not terms, _("Nothing is promised yet. Make the first terms.")),
        ),
        Room(
            _("Departments"),
            reverse("settings:departments"),
            "sitemap",
            ngettext("%(n)s department", "%(n)s departments", len(departments)) % {"n": len(departments)},
            _if(not departments, _("There is no department yet. Import them, or add the first.")),
        ),
        Room(
            _("Accounts"),
            reverse("settings:accounts"),
            "key",
            _("Who logs in, with which rights"),
            _if(
                accounts.without_account_count,
                ngettext(
                    "%(n)s colleague cannot log in", "%(n)s colleagues cannot log in", accounts.without_account_count
                )
                % {"n": accounts.without_account_count},
            ),
        ),
        Room(
            _("Received mail"),
            mail_url or reverse("settings:mail"),
            "mail-opened",
            _("What came in, and what became of it"),
            _if(
                mails.quarantined_count,
                ngettext("%(n)s message is put aside", "%(n)s messages are put aside", mails.quarantined_count)
                % {"n": mails.quarantined_count},
            ),
        ),
        Room(
            _("Mailboxes"),
            reverse("settings:mailboxes"),
            "inbox",
            ngettext("%(n)s mailbox elsewhere is read", "%(n)s mailboxes elsewhere are read", len(mailboxes))
            % {"n": len(mailboxes)},
            _if(unread, _("Cannot be read: %(names)s") % {"names": ", ".join(unread)}),
        ),
        Room(
            _("Letters"),
            failed_url or reverse("settings:letters"),
            "send",
            _("What was sent, held back, kept"),
            _if(failed, ngettext("%(n)s letter failed", "%(n)s letters failed", failed) % {"n": failed}),
        ),
    ]


def environment_rows(environment: Environment) -> list[tuple[str, str]]:
    """Return what was set when the house was started, a row each; of secrets only that they are there."""
    yes_no = {True: _("yes"), False: _("no")}
    none = _("none")
    values = {
        "CLIENTELA_HOME": str(environment.home),
        "CLIENTELA_LISTEN": environment.listen,
        "CLIENTELA_HTTP_PORT": str(environment.http_port),
        "CLIENTELA_SMTP_PORT": str(environment.smtp_port),
        "CLIENTELA_LMTP_PORT": str(environment.lmtp or none),
        "CLIENTELA_TLS_CERTIFICATE": str(environment.tls_certificate or none),
        "CLIENTELA_TLS_KEY": str(environment.tls_key or none),
        "CLIENTELA_MAIL_RELAYS": ", ".join(map(str, environment.mail_relays)) or none,
        "CLIENTELA_SECRET_KEY": _("set, and not shown"),
        "CLIENTELA_OLD_SECRET_KEYS": _("set, and not shown") if environment.old_secret_keys else none,
        "CLIENTELA_PUBLIC_URL": environment.public_url,
        "CLIENTELA_ALLOWED_HOSTS": ", ".join(environment.allowed_hosts),
        "CLIENTELA_MAIL_DOMAIN": environment.mail_domain,
        "CLIENTELA_MAIL_SERVER": _without_secret(environment.mail_server) or _("none: letters end here"),
        "CLIENTELA_DOMAIN_LETTERS_A_MINUTE": str(environment.domain_letters_a_minute),
        "CLIENTELA_DKIM_KEY": str(environment.dkim_key or none),
        "CLIENTELA_DKIM_SELECTOR": environment.dkim_selector,
        "CLIENTELA_TRUSTED_CHECKERS": ", ".join(environment.trusted_checkers) or none,
        "CLIENTELA_MESSAGE_LIMIT_MB": str(environment.message_limit_bytes // 1024 // 1024),
        "CLIENTELA_DEMO": yes_no[environment.demo],
        "CLIENTELA_DEBUG": yes_no[environment.debug],
        "DATABASE_URL": _without_secret(environment.database_url) or _("the one that Clientela brings along"),
    }
    plain = {name: str(getattr(environment, name.removeprefix("CLIENTELA_").lower(), "")) for name in NOT_SECRET}
    return [(setting.name, (plain | values).get(setting.name, _("set, and not shown"))) for setting in SETTINGS]


def _without_secret(url: str) -> str:
    """Return an address without the name and password in it, and without its options, which may hold some too."""
    if not url:
        return ""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _if(condition: object, words: str) -> str:
    return words if condition else ""
