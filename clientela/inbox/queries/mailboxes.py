"""The mailboxes that are read, and how each stands. Secrets are never among it, only whether they are there."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from clientela.directory.policies import Viewer
from clientela.inbox.models import Mailbox
from clientela.inbox.policies import may_look_after_mailboxes
from clientela.kernel.policies import HiddenError, require_seen


@dataclass(frozen=True)
class MailboxSeen:
    """A mailbox as its administrators see it. `trouble` is a code of `mailboxes.trouble`, "" when all is well."""

    id: int
    address: str
    server: str
    port: int
    security: str
    certificate: str
    user_name: str
    log_in: str
    has_password: bool
    token_url: str
    client_id: str
    has_client_secret: bool
    has_refresh_token: bool
    scope: str
    folder: str
    done_folder: str
    unreadable_folder: str
    created_at: datetime
    since_at: datetime | None
    paused_at: datetime | None
    taken_count: int
    unreadable_count: int
    to_move_count: int
    looked_at: datetime | None
    taken_at: datetime | None
    is_told_at_once: bool
    trouble: str
    trouble_detail: str
    trouble_since_at: datetime | None
    next_look_at: datetime | None

    @property
    def state(self) -> str:
        """How it stands: paused, troubled, fine, or starting (nobody has looked into it yet)."""
        if self.paused_at is not None:
            return "paused"
        if self.trouble:
            return "troubled"
        return "fine" if self.looked_at is not None else "starting"


def mailboxes(viewer: Viewer) -> list[MailboxSeen]:
    """Return every mailbox, by address. One statement. Raises HiddenError for who does not look after them."""
    require_seen(may_look_after_mailboxes(viewer))
    rows = Mailbox.objects.annotate(to_move_count=Count("to_move")).order_by("address")
    return [_seen(row, row.to_move_count) for row in rows]


def mailbox(viewer: Viewer, mailbox_id: int) -> MailboxSeen:
    """Return one mailbox. One statement. Raises HiddenError."""
    require_seen(may_look_after_mailboxes(viewer))
    row = Mailbox.objects.annotate(to_move_count=Count("to_move")).filter(pk=mailbox_id).first()
    if row is None:
        raise HiddenError(f"There is no mailbox {mailbox_id}.")
    return _seen(row, row.to_move_count)


def _seen(row: Mailbox, to_move_count: int) -> MailboxSeen:
    return MailboxSeen(
        id=row.pk,
        address=row.address,
        server=row.server,
        port=row.port,
        security=row.security,
        certificate=row.certificate,
        user_name=row.user_name,
        log_in=row.log_in,
        has_password=bool(row.password_locked),
        token_url=row.token_url,
        client_id=row.client_id,
        has_client_secret=bool(row.client_secret_locked),
        has_refresh_token=bool(row.refresh_token_locked),
        scope=row.scope,
        folder=row.folder,
        done_folder=row.done_folder,
        unreadable_folder=row.unreadable_folder,
        created_at=row.created_at,
        since_at=row.since_at,
        paused_at=row.paused_at,
        taken_count=row.taken_count,
        unreadable_count=row.unreadable_count,
        to_move_count=to_move_count,
        looked_at=row.looked_at,
        taken_at=row.taken_at,
        is_told_at_once=row.is_told_at_once,
        trouble=row.trouble,
        trouble_detail=row.trouble_detail,
        trouble_since_at=row.trouble_since_at,
        next_look_at=row.next_look_at,
    )
