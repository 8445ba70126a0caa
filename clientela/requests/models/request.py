"""What somebody asked, and how it stands."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
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
    people_affected = models.PositiveIntegerField(
        default=1, db_default=1
    )  # how many people wait for it, the asker included
    touches_safety = models.BooleanField(
        default=False, db_default=False
    )  # somebody's safety or dignity: not priced, goes before all
    stops_work = models.BooleanField(
        default=False, db_default=False
    )  # an obstacle: people cannot work until it is gone
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    last_message_at = models.DateTimeField()
    unanswered_since = models.DateTimeField(null=True)  # the customer's first message nobody has answered yet
    next_due_at = models.DateTimeField(null=True)  # cache of the earliest open clock, for ordering queues
    # Two requests turned out to be one: what is said to this one goes on there. Never a circle: only one that was not
    # merged itself takes another in.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_from")
    # Departments that the customer wrote to as well: they read all of it, and may write notes; the provider serves it.
    also_department_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    # Cache of its place in the order, the larger the sooner; null until it was ranked. See rules.order.
    urgency = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="somebody_is_affected", condition=Q(people_affected__gte=1)),
            models.CheckConstraint(
                name="merged_into_another",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")) & Q(state__in=["closed", "cancelled"]),
            ),
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
                F("provider"),
                F("urgency").desc(nulls_first=True),
                F("next_due_at").asc(nulls_last=True),
                F("id"),
                name="turns_of_provider",
                condition=Q(state__in=LIVE_STATES),
            ),
            models.Index(
                F("provider"),
                F("urgency").desc(nulls_first=True),
                F("next_due_at").asc(nulls_last=True),
                F("id"),
                name="turns_of_unheld",
                condition=Q(state__in=LIVE_STATES, holder__isnull=True),
            ),
            models.Index(
                F("holder"),
                F("urgency").desc(nulls_first=True),
                F("next_due_at").asc(nulls_last=True),
                F("id"),
                name="turns_of_holder",
                condition=Q(state__in=LIVE_STATES),
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
            GinIndex(fields=["also_department_ids"], name="also_of_department", condition=~Q(also_department_ids=[])),
            GinIndex(
                fields=["also_department_ids"],
                name="also_live_of_department",
                condition=~Q(also_department_ids=[]) & Q(state__in=LIVE_STATES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"
