"""Mail as it came in, byte for byte, and what was understood of it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper


class RawMessage(models.Model):
    """A message exactly as it arrived. Stored before it is acknowledged, understood later, kept for ever after."""

    class Outcome(models.TextChoices):
        OPENED = "opened"
        CONTINUED = "continued"
        AUTOMATIC = "automatic"
        BOUNCE = "bounce"
        DUPLICATE = "duplicate"
        QUARANTINED = "quarantined"

    class CameBy(models.TextChoices):
        SMTP = "smtp"
        LMTP = "lmtp"
        IMAP = "imap"
        PIPE = "pipe"  # a mail server handed it to `clientela receive -`
        FILE = "file"

    received_at = models.DateTimeField()
    came_by = models.CharField(max_length=8, choices=CameBy)
    peer = models.CharField(max_length=45, blank=True, default="", db_default="")  # the address of who handed it over
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = ArrayField(models.CharField(max_length=320), default=list)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    understood_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    mail_id = models.CharField(max_length=998, blank=True)  # its Message-ID, no brackets
    from_address = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=400, blank=True)
    request = models.ForeignKey("requests.Request", on_delete=models.PROTECT, null=True, related_name="+")
    # Found by its subject's number, and not certain enough to join: an agent decides.
    perhaps_of = models.ForeignKey("requests.Request", on_delete=models.SET_NULL, null=True, related_name="+")
    # What a receiver that we trust said of its origin, see `reading.trust`; empty: nobody whom we trust checked it.
    trust = models.JSONField(default=dict, db_default={})
    # What else was understood of it and is shown with it: bounces, an invitation, the forwarded sender…
    details = models.JSONField(default=dict, db_default={})
    tried_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    # It lay in an old mailbox that was taken over: nobody is thanked for it any more.
    is_taken_over = models.BooleanField(default=False, db_default=False)
    message = models.OneToOneField("requests.Message", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="understood_has_an_outcome",
                condition=Q(understood_at__isnull=True, outcome="") | Q(understood_at__isnull=False) & ~Q(outcome=""),
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="mail_to_understand", condition=Q(understood_at__isnull=True)),
            models.Index(fields=["sha256"], name="mail_by_hash"),
            models.Index(fields=["mail_id"], name="mail_by_mail_id", condition=~Q(mail_id="")),
            models.Index(fields=["-received_at", "-id"], name="mail_newest"),
            models.Index(fields=["-received_at", "-id"], name="mail_put_aside", condition=Q(outcome="quarantined")),
            # What is new waits in a list to be sorted in later: 0.02 ms a mail instead of 0.15.
            GinIndex(
                OpClass(Upper("from_address"), "gin_trgm_ops"),
                OpClass(Upper("subject"), "gin_trgm_ops"),
                name="mail_searched",
            ),
        ]


class Mailbox(models.Model):
    """A mailbox on somebody's mail server that we read by IMAP: where it is, how to get in, and how far we have read.

    Secrets are locked, see `kernel.secrets`. Everything up to `taken_uid` in the folder's present life (its
    UIDVALIDITY) has been taken in; what of it still lies there to be moved are its `MailToMove`.
    """

    class Security(models.TextChoices):
        TLS = "tls"
        STARTTLS = "starttls"
        NONE = "none"  # only to this machine itself

    class LogIn(models.TextChoices):
        PASSWORD = "password"  # noqa: S105 - a way to log in
        OAUTH2 = "oauth2"

    address = models.CharField(max_length=320, unique=True)  # whose mail lies in it; leads to who serves it
    server = models.CharField(max_length=255)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=8, choices=Security)
    certificate = models.TextField(blank=True)  # PEM, of a server that vouches for itself; empty: the usual authorities
    user_name = models.CharField(max_length=320)
    log_in = models.CharField(max_length=8, choices=LogIn)
    password_locked = models.TextField(blank=True)
    token_url = models.CharField(max_length=500, blank=True)
    client_id = models.CharField(max_length=500, blank=True)
    client_secret_locked = models.TextField(blank=True)
    refresh_token_locked = models.TextField(blank=True)
    scope = models.CharField(max_length=500, blank=True)
    folder = models.CharField(max_length=255)
    done_folder = models.CharField(max_length=255)
    unreadable_folder = models.CharField(max_length=255)
    created_at = models.DateTimeField()
    # What came before this is left where it lies; None: all that lies there is taken in.
    since_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    # One more with every change, so that its reader begins anew.
    settings_version = models.PositiveIntegerField(default=1)
    # How far it has been read, and how it stands.
    uid_validity = models.BigIntegerField(null=True)
    taken_uid = models.BigIntegerField(default=0)
    taken_count = models.PositiveBigIntegerField(default=0)
    unreadable_count = models.PositiveBigIntegerField(default=0)
    stuck_uid = models.BigIntegerField(default=0)  # the mail at which reading broke, and how often
    stuck_count = models.PositiveSmallIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    is_told_at_once = models.BooleanField(default=False)  # the server tells of new mail (IDLE); else we look ourselves
    trouble = models.CharField(max_length=30, blank=True)  # a code of `mailboxes.trouble`; empty: all is well
    trouble_detail = models.CharField(max_length=500, blank=True)
    trouble_since_at = models.DateTimeField(null=True)
    failed_count = models.PositiveIntegerField(default=0)  # in a row
    next_look_at = models.DateTimeField(null=True)  # after a failure


class MailToMove(models.Model):
    """A mail that was taken in and still lies in the folder it came to. Gone once the server has moved it."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="to_move")
    uid = models.BigIntegerField()
    is_readable = models.BooleanField()
    raw = models.ForeignKey(RawMessage, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "uid"], name="mail_to_move_once")]


class MailAddress(models.Model):
    """An address at which we take mail besides those that departments have, and what it leads to.

    In the form of `rules.addresses.address_key`. `*@domain` takes whatever has no place of its own at that domain.
    """

    address = models.CharField(max_length=320, unique=True)
    department = models.ForeignKey("directory.Department", on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT, null=True, related_name="+")
    defined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_address_leads_to_one_place",
                condition=Q(department__isnull=False, service__isnull=True)
                | Q(department__isnull=True, service__isnull=False),
            ),
            models.CheckConstraint(name="mail_address_in_small_letters", condition=Q(address=Lower("address"))),
        ]

    def __str__(self) -> str:
        return self.address
