"""Tables everybody rests on: the journal of facts, the followers' cursors, and the post."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower, NullIf, Upper
from django.db.models.lookups import Exact


class Fact(models.Model):
    """One thing that happened: who, what, when, about which things. Written once, never changed.

    `xid` is the number of the transaction that wrote it, filled in by the database: followers read in the order
    (xid, id) and only below the oldest transaction that is still running, so a fact that commits late is never skipped.

    The table is split by the month of `at`, so that old months can be moved off. A key of a split table must contain
    the column it is split by, so the database's primary key is (id, at); ids come from one sequence and never repeat.
    Triggers refuse to change or delete a fact, and wake the followers when facts were written.
    """

    xid = models.BigIntegerField(
        db_default=Func(function="kernel_journal_xid", output_field=models.BigIntegerField()), editable=False
    )
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    by_party_id = models.BigIntegerField(null=True)  # null: the house itself
    about = ArrayField(models.CharField(max_length=60))  # "request:12", "party:7"
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "kernel_fact"
        indexes = [
            models.Index(fields=["xid", "id"], name="fact_in_commit_order"),
            models.Index(fields=["verb", "at"], name="fact_by_verb"),
            # Without a list of additions to be sorted in later: reading through it costs up to 20 ms, keeping the index
            # sorted costs 0.01 ms a fact.
            GinIndex(fields=["about"], name="fact_about", fastupdate=False),
        ]


class FollowerCursor(models.Model):
    """How far a follower of the journal has read. Saved in the same transaction as what the follower wrote."""

    name = models.CharField(max_length=60, primary_key=True)
    xid = models.BigIntegerField(default=0)
    fact_id = models.BigIntegerField(default=0)
    failure_count = models.PositiveIntegerField(default=0)  # in a row; zero: all is well
    failed_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")


class Letter(models.Model):
    """A letter in the outbox: complete, in the reader's language. Its attempts tell what became of it.

    Stored as it will be sent; `hold_reason` says in words why it is not sent at all (a boundary of the reader).
    """

    class Priority(models.IntegerChoices):
        ACCESS = 0  # somebody waits at the door for this link
        REPLY = 1  # a person wrote it
        AUTOMATIC = 2  # the house answers by itself
        MANY = 3  # to many at once

    kind = models.CharField(max_length=60)  # "acknowledgement", "reply", "closing"…
    priority = models.PositiveSmallIntegerField(
        choices=Priority, default=Priority.AUTOMATIC, db_default=Priority.AUTOMATIC
    )
    # What its reader may refuse: "service", "offers", "surveys", "news"; "access" is what they asked for just now.
    topic = models.CharField(max_length=20, default="service", db_default="service")
    by_party_id = models.BigIntegerField(null=True)  # who wrote it; null: the house itself
    to_party_id = models.BigIntegerField(null=True)
    to_address = models.CharField(max_length=320)
    to_domain = models.CharField(max_length=255, blank=True, default="", db_default="")  # in lower case, for its pace
    to_name = models.CharField(max_length=200, blank=True)
    from_address = models.CharField(max_length=320)
    from_name = models.CharField(max_length=200, blank=True)
    # Where an answer goes, and what cannot be delivered: it carries the request's token. Empty: to the sender.
    reply_to = models.CharField(max_length=320, blank=True, default="", db_default="")
    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    message_id = models.CharField(max_length=250, unique=True)  # no angle brackets; fixed once, so a repeat is seen
    in_reply_to = models.CharField(max_length=998, blank=True)
    references = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)  # [{"name", "media_type", "sha256", "bytes"}]
    about = ArrayField(models.CharField(max_length=60), default=list)
    written_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)  # the reader's quiet hours
    quiet_hours = models.JSONField(
        default=list, db_default=[]
    )  # [{"from": "18:00", "to": "08:00", "zone"}]: no try then
    failed_tries = models.PositiveSmallIntegerField(default=0)  # since it was written, or sent again by a person
    handing_over_since = models.DateTimeField(null=True)  # a worker speaks to the mail server, or died doing so
    # Exactly one of these six says where the letter stands.
    due_at = models.DateTimeField(null=True)  # waiting: the next try
    hold_reason = models.CharField(max_length=200, blank=True)  # held: never sent, because…
    kept_at = models.DateTimeField(null=True)  # kept: no mail server is set, it can be read on the page Letters
    sent_at = models.DateTimeField(null=True)  # the mail server took it
    failed_at = models.DateTimeField(null=True)  # given up
    perhaps_sent_at = models.DateTimeField(null=True)  # given to the mail server, and nobody knows if it took it
    # Held because its address is suppressed: when that is lifted, a person may send it.
    is_held_by_address = models.BooleanField(default=False, db_default=False)
    # What came back after the mail server took it; the last report counts.
    bounced_at = models.DateTimeField(null=True)
    bounce_is_hard = models.BooleanField(default=False, db_default=False)  # the address will never work
    bounce_status = models.CharField(max_length=20, blank=True, default="", db_default="")  # "5.1.1"
    bounce_reason = models.CharField(max_length=40, blank=True, default="", db_default="")  # "unknown_user"…
    bounce_words = models.CharField(max_length=500, blank=True, default="", db_default="")  # their mail server's
    trouble_settled_at = models.DateTimeField(null=True)  # it did not arrive, and somebody has seen to that

    class Meta:
        indexes = [
            models.Index(fields=["priority", "due_at", "id"], name="letter_due", condition=Q(due_at__isnull=False)),
            models.Index(Lower("to_address"), F("written_at").desc(), name="letter_by_address"),
            models.Index(
                fields=["-bounced_at", "-id"], name="letter_bounced_newest", condition=Q(bounced_at__isnull=False)
            ),
            models.Index(fields=["-written_at", "-id"], name="letter_newest"),
            models.Index(fields=["-written_at", "-id"], name="letter_held_newest", condition=~Q(hold_reason="")),
            models.Index(
                fields=["-written_at", "-id"], name="letter_failed_newest", condition=Q(failed_at__isnull=False)
            ),
            models.Index(
                fields=["-written_at", "-id"], name="letter_perhaps_newest", condition=Q(perhaps_sent_at__isnull=False)
            ),
            models.Index(
                fields=["by_party_id", "-written_at"],
                name="letter_in_trouble",
                condition=Q(trouble_settled_at__isnull=True)
                & (Q(failed_at__isnull=False) | Q(bounced_at__isnull=False) | Q(perhaps_sent_at__isnull=False)),
            ),
            GinIndex(fields=["about"], name="letter_about", fastupdate=False),
            # Searched by a few people, written by everything: what is new waits in a list to be sorted in later, which
            # costs 0.02 ms a letter instead of 0.15.
            GinIndex(
                OpClass(Upper("to_address"), "gin_trgm_ops"),
                OpClass(Upper("to_name"), "gin_trgm_ops"),
                OpClass(Upper("subject"), "gin_trgm_ops"),
                name="letter_searched",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="letter_stands_in_one_place",
                condition=Exact(
                    Func(
                        NullIf("hold_reason", Value("")),
                        *("due_at", "kept_at", "sent_at", "failed_at", "perhaps_sent_at"),
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                    1,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_address}: {self.subject}"


class LetterAttempt(models.Model):
    """One try to hand a letter over, and the mail server's answer."""

    class Outcome(models.TextChoices):
        STARTED = "started"  # under way, and the text's end has not been given; a worker that dies here did no harm
        ENDING = "ending"  # the end of the text is being given; a worker that dies here leaves the answer unknown
        SENT = "sent"
        REFUSED_FOR_NOW = "refused_for_now"  # tried again later
        REFUSED = "refused"  # never tried again
        UNREACHABLE = "unreachable"  # no mail server there; tried again later
        BROKEN_OFF = "broken_off"  # the line, or the worker, went before the end of the text; tried again later
        UNKNOWN = "unknown"  # no answer after the end of the text: perhaps sent
        KEPT = "kept"  # no mail server is set

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome)
    answer = models.CharField(max_length=500, blank=True)  # the mail server's words, or what went wrong


class SuppressedAddress(models.Model):
    """An address that will never work: nothing is sent there until somebody lifts it. Lifted ones are kept."""

    address = models.CharField(max_length=320)  # in lower case
    since = models.DateTimeField()
    status = models.CharField(max_length=20, blank=True)  # "5.1.1", of the report that said so
    words = models.CharField(max_length=500, blank=True)  # their mail server's, or the person's who suppressed it
    letter = models.ForeignKey(Letter, on_delete=models.SET_NULL, null=True, related_name="+")  # what bounced
    by_party_id = models.BigIntegerField(null=True)  # null: the house itself, because of a bounce
    lifted_at = models.DateTimeField(null=True)
    lifted_by_party_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address"], name="address_suppressed_once", condition=Q(lifted_at__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["-since", "-id"], name="suppressed_newest")]

    def __str__(self) -> str:
        return self.address


class DomainPace(models.Model):
    """How fast one domain takes letters now: what it put off makes the next ones wait, what it took lets them go."""

    domain = models.CharField(max_length=255, primary_key=True)
    put_off_count = models.PositiveIntegerField(default=0)  # in a row
    paused_until = models.DateTimeField(null=True)
    words = models.CharField(max_length=500, blank=True)  # what its mail server said last when it put a letter off
    minute_began_at = models.DateTimeField()
    minute_count = models.PositiveIntegerField(default=0)  # letters tried in that minute

    def __str__(self) -> str:
        return self.domain
