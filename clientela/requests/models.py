"""What was asked, what was said, and what waits on what.

Two columns stand only in the database (migration 0002): `search` of Request and of Message, generated there for full
text search. Nothing ever writes them, and only `queries.search` reads them.
"""

from django.db import models
from django.db.models import F, Q

# The states in which somebody still owes the customer something.
LIVE_STATES = ("open", "waiting_customer", "waiting_department", "waiting_date")


class Request(models.Model):
    """Something a customer, inside or outside, asks a department."""

    class State(models.TextChoices):
        OPEN = "open"
        WAITING_CUSTOMER = "waiting_customer"
        WAITING_DEPARTMENT = "waiting_department"
        WAITING_DATE = "waiting_date"
        RESOLVED = "resolved"
        CLOSED = "closed"
        CANCELLED = "cancelled"

    class Side(models.TextChoices):
        INSIDE = "inside"  # the customer is a department or a colleague at work
        OUTSIDE = "outside"

    class Channel(models.TextChoices):
        EMAIL = "email"
        PORTAL = "portal"
        DESK = "desk"  # an agent wrote it down, or a department asked another
        PHONE = "phone"

    reference = models.CharField(max_length=12, unique=True)  # R-7KX2-4: read aloud, checked by its last sign
    service_version = models.ForeignKey("catalogue.ServiceVersion", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="requests_served")
    customer = models.ForeignKey("directory.Party", on_delete=models.PROTECT, related_name="requests_asked")
    asker = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="requests_written")
    side = models.CharField(max_length=8, choices=Side)
    channel = models.CharField(max_length=8, choices=Channel)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=8)
    answers = models.JSONField(default=dict)  # what the asker brought, by the field keys of the service version
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    waiting_until = models.DateTimeField(null=True)
    holder = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="requests_held")
    is_complaint = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    last_message_at = models.DateTimeField()
    unanswered_since = models.DateTimeField(null=True)  # the customer's first message nobody has answered yet
    next_due_at = models.DateTimeField(null=True)  # cache of the earliest open clock, for ordering queues

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="waiting_for_a_date_names_it",
                condition=Q(state="waiting_date", waiting_until__isnull=False)
                | ~Q(state="waiting_date") & Q(waiting_until__isnull=True),
            ),
            models.CheckConstraint(
                name="resolved_has_its_moment",
                condition=~Q(state__in=["resolved", "closed"]) | Q(resolved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_ended_request_is_not_due",
                condition=~Q(state__in=["closed", "cancelled"]) | Q(next_due_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "next_due_at", "id"],
                name="queue_of_provider",
                condition=Q(state__in=LIVE_STATES),
            ),
            models.Index(
                fields=["holder", "next_due_at", "id"],
                name="queue_of_holder",
                condition=Q(state__in=LIVE_STATES),
            ),
            models.Index(
                fields=["provider", "next_due_at", "id"],
                name="unheld_of_provider",
                condition=Q(state__in=LIVE_STATES, holder__isnull=True),
            ),
            models.Index(fields=["resolved_at"], name="resolved_to_close", condition=Q(state="resolved")),
            models.Index(
                fields=["provider", "unanswered_since", "id"],
                name="unanswered_of_provider",
                condition=Q(unanswered_since__isnull=False),
            ),
            models.Index(fields=["waiting_until"], name="waiting_until_due", condition=Q(waiting_until__isnull=False)),
            models.Index(fields=["customer", "-opened_at", "-id"], name="requests_of_customer"),
            models.Index(fields=["asker", "-opened_at", "-id"], name="requests_of_asker"),
            models.Index(fields=["provider", "-opened_at", "-id"], name="requests_of_provider"),
            models.Index(fields=["-opened_at", "-id"], name="requests_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class Dependency(models.Model):
    """`waiting` waits on `needed`: a department asked another on behalf of a customer.

    Never a circle: what is needed is always asked later, so it has the higher id, and the database insists.
    """

    waiting = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="needs")
    needed = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="needed_by")
    is_blocking = models.BooleanField(default=True)  # the waiting request cannot be resolved before the needed one
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["waiting", "needed"], name="dependency_once"),
            models.CheckConstraint(name="needed_was_asked_later", condition=Q(waiting__lt=F("needed"))),
        ]
        indexes = [models.Index(fields=["needed"], name="who_waits_on_it")]


class Message(models.Model):
    """What was said: by the customer, by an agent to the customer, or among colleagues (a note, only inside)."""

    class Kind(models.TextChoices):
        FROM_CUSTOMER = "from_customer"
        TO_CUSTOMER = "to_customer"
        NOTE = "note"
        AUTOMATIC = "automatic"  # an auto-reply or a bounce: shown, never counted as an answer

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=14, choices=Kind)
    author = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Request.Channel)
    language = models.CharField(max_length=8)
    text = models.TextField()  # what was said this time, quotes cut
    quoted = models.TextField(blank=True)  # the history the mail carried along, folded on the page
    html = models.TextField(blank=True)  # sanitised; shown only in a sandboxed frame
    message_id = models.CharField(max_length=998, blank=True)  # of the mail it came by or went out with, no brackets
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["request", "at", "id"], name="messages_of_request"),
            models.Index(fields=["message_id"], name="message_by_mail", condition=~Q(message_id="")),
        ]


class Attachment(models.Model):
    """A file that came with a message. Its bytes lie in the file store under their SHA-256."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)


class Step(models.Model):
    """A step of the service's plan of tasks, in this request."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "key"], name="step_once")]


class Looking(models.Model):
    """Who has a request open on the screen right now, so that two do not answer at once."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="lookers")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="looking_once")]
