"""From what is kept of a mailbox to the way into it: secrets opened, a token asked for when one is needed."""

from clientela.inbox.actions.mailbox_reading import keep_refresh_token
from clientela.inbox.mailboxes.connecting import WayIn
from clientela.inbox.mailboxes.tokens import AccessToken, TokenRequest, ask_for_token
from clientela.inbox.mailboxes.trouble import MailboxError, Trouble
from clientela.inbox.models import Mailbox
from clientela.kernel.clock import now
from clientela.kernel.secrets import SecretClosedError, open_secret


class Keys:
    """The access tokens of the mailboxes that one process reads, kept as long as they are good."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[int, int], AccessToken] = {}

    def way_into(self, row: Mailbox) -> WayIn:
        """Everything needed to log in. Raises MailboxError."""
        is_token = row.log_in == Mailbox.LogIn.OAUTH2
        try:
            secret = self._token(row) if is_token else open_secret(row.password_locked)
        except SecretClosedError as error:
            raise MailboxError(Trouble.SECRET_CLOSED) from error
        return WayIn(
            server=row.server,
            port=row.port,
            security=row.security,
            user_name=row.user_name,
            secret=secret,
            is_token=is_token,
            certificate=row.certificate,
        )

    def forget(self, row: Mailbox) -> None:
        """Ask for a new token next time: the server did not take this one, whatever its end."""
        self._tokens.pop((row.pk, row.settings_version), None)

    def _token(self, row: Mailbox) -> str:
        at = now()
        place = (row.pk, row.settings_version)
        kept = self._tokens.get(place)
        if kept is not None and kept.is_good(at):
            return kept.token
        wanted = TokenRequest(
            url=row.token_url,
            client_id=row.client_id,
            client_secret=open_secret(row.client_secret_locked),
            refresh_token=open_secret(row.refresh_token_locked),
            scope=row.scope,
        )
        given = ask_for_token(wanted, at=at)
        if given.refresh_token:
            keep_refresh_token(
                mailbox_id=row.pk, settings_version=row.settings_version, refresh_token=given.refresh_token
            )
        self._tokens[place] = given
        return given.token
