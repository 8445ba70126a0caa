"""What was asked, what was said, what waits on what, and whose need goes first.

Two columns stand only in the database (migration 0002): `search` of Request and of Message, generated there for full
text search. Nothing ever writes them, and only `queries.search` reads them.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

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
    # Cache of its place in the order, the larger the sooner; null until it was ranked. See rules.order.
    urgency = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="somebody_is_affected", condition=Q(people_affected__gte=1)),
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
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class AskedTogether(models.Model):
    """Several departments asked on behalf of one request: side by side or in order, all of them or enough of them."""

    class Manner(models.TextChoices):
        SIDE_BY_SIDE = "side_by_side"
        IN_ORDER = "in_order"  # the next is asked when the one before is done

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="asked_together")
    manner = models.CharField(max_length=12, choices=Manner)
    enough = models.PositiveSmallIntegerField()  # so many done are enough; the others are then no longer needed
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="enough_is_at_least_one", condition=Q(enough__gte=1))]


class Dependency(models.Model):
    """`waiting` waits on `needed`: a department asked another on behalf of a customer, or found it asked already.

    Never a circle: a trigger looks for one under a lock (migration 0004), also when several write at once.
    """

    waiting = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="needs")
    needed = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="needed_by")
    is_blocking = models.BooleanField(default=True)  # the waiting request cannot be resolved before the needed one
    # False: it was there already, for others, and only linked; then it is never cancelled because this one is.
    was_opened_for_it = models.BooleanField(default=True, db_default=True)
    together = models.ForeignKey(AskedTogether, on_delete=models.PROTECT, null=True, related_name="dependencies")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["waiting", "needed"], name="dependency_once"),
            models.CheckConstraint(name="nothing_waits_on_itself", condition=~Q(waiting=F("needed"))),
        ]
        indexes = [models.Index(fields=["needed"], name="who_waits_on_it")]


class PlannedAsk(models.Model):
    """One part of what is asked together: asked at once, or when its turn comes; dropped when it is not needed."""

    together = models.ForeignKey(AskedTogether, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    service_version = models.ForeignKey("catalogue.ServiceVersion", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    text = models.TextField()
    language = models.CharField(max_length=8)
    answers = models.JSONField(default=dict)
    asker = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    asked = models.OneToOneField(Request, on_delete=models.PROTECT, null=True, related_name="planned_as")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["together", "position"], name="planned_position_once"),
            models.CheckConstraint(
                name="what_was_asked_is_not_dropped", condition=Q(asked__isnull=True) | Q(dropped_at__isnull=True)
            ),
        ]


class TimeSpan(Func):
    """A range of moments from two columns, half-open as the database makes it; no end: for ever."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Leg(models.Model):
    """One stay of a request at a department: a cache of what the journal tells, rebuilt by `actions.rebuild_legs`.

    All seconds are working seconds of that department's calendar; together they are the working time of the stay.
    """

    class Outcome(models.TextChoices):
        OPEN = "open"  # it is still there
        RESOLVED = "resolved"
        CANCELLED = "cancelled"
        HANDED_OVER = "handed_over"

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="legs")
    position = models.PositiveSmallIntegerField()  # 0 is the first stay
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=11, choices=Outcome)
    queue_seconds = models.PositiveIntegerField(default=0)  # until somebody took it, and whenever nobody had it
    work_seconds = models.PositiveIntegerField(default=0)  # somebody had it and it waited for nothing
    customer_seconds = models.PositiveIntegerField(default=0)  # it waited for the customer
    department_seconds = models.PositiveIntegerField(default=0)  # it waited for another department
    date_seconds = models.PositiveIntegerField(default=0)  # it waited for an agreed date

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="leg_once"),
            models.CheckConstraint(
                name="leg_ends_after_start", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at"))
            ),
            models.CheckConstraint(
                name="open_leg_has_no_end",
                condition=Q(outcome="open", ended_at__isnull=True) | ~Q(outcome="open") & Q(ended_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["request"], condition=Q(ended_at__isnull=True), name="one_open_leg"),
            ExclusionConstraint(
                name="legs_never_overlap",
                expressions=[
                    ("request", RangeOperators.EQUAL),
                    (TimeSpan("started_at", "ended_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["ended_at", "provider"], name="legs_by_end", condition=Q(ended_at__isnull=False)),
            models.Index(fields=["provider", "started_at"], name="legs_of_provider"),
        ]


class Learned(models.Model):
    """What the history of legs says of a service at a department; without a service, of the department; of all.

    A cache that `jobs` makes anew every night from the legs that had ended before `made_at`.
    """

    provider = models.ForeignKey("directory.Department", on_delete=models.CASCADE, null=True, related_name="+")
    service = models.ForeignKey("catalogue.Service", on_delete=models.CASCADE, null=True, related_name="+")
    cases = models.PositiveIntegerField()  # how many legs it was learned from, before shrinking
    work_seconds = models.FloatField()  # expected hands-on working seconds of a leg, shrunk
    # Quantiles of a stay but for its waiting for other departments, in working seconds: [[share, seconds], …], rising.
    stay_seconds = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "service"], name="learned_once", nulls_distinct=False),
            models.CheckConstraint(name="work_takes_time", condition=Q(work_seconds__gt=0)),
        ]


class ForeseenLateness(models.Model):
    """That a promise will likely be late, as it was foreseen before it was: once for each promise and due moment.

    The row stays when things look better again, so that nobody is told twice; `is_likely` says how it looks now.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="+")
    clock = models.ForeignKey("promises.Clock", on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    likely_at = models.DateTimeField()  # half of such cases end by then
    late_seconds = models.PositiveIntegerField()  # working seconds from the due moment to the likely one
    because = models.ForeignKey(Request, on_delete=models.SET_NULL, null=True, related_name="+")  # what it waits on
    because_due_at = models.DateTimeField(null=True)  # by when that is promised
    is_likely = models.BooleanField()
    noticed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "due_at"], name="lateness_foreseen_once")]
        indexes = [
            models.Index(fields=["request"], name="likely_late_requests", condition=Q(is_likely=True)),
        ]


class QueueMeasure(models.Model):
    """What the last full ranking found of a department's queue; a change of one request is ranked by it."""

    provider = models.OneToOneField("directory.Department", on_delete=models.CASCADE, primary_key=True)
    waiting_count = models.PositiveIntegerField()  # how many requests stood there, so that means of means are right
    mean_work_seconds = models.FloatField()
    ranked_at = models.DateTimeField()


class StakePolicyVersion(models.Model):
    """The written policy of whose need goes first, as `rules.order` reads it. Each change is a new version."""

    number = models.PositiveIntegerField(unique=True)
    definition = models.JSONField()
    note = models.CharField(max_length=500, blank=True)  # why it was changed, in the words of who changed it
    made_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()


class OwnChoice(models.Model):
    """That somebody took another request first than the order said, and why: a question to the policy."""

    class Why(models.TextChoices):
        CUSTOMER_IS_HERE = "customer_is_here"  # on the phone, at the counter
        QUICK = "quick"  # done in a minute
        KNOWS_MORE = "knows_more"  # something the order does not know
        CANNOT_NOW = "cannot_now"  # the first one cannot be worked on now: a part, a tool, a person is missing
        OTHER = "other"

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="own_choices")
    instead_of = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, related_name="+")
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=16, choices=Why)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField()  # so long it stands first in that person's day

    class Meta:
        constraints = [
            models.CheckConstraint(name="other_reasons_are_told", condition=~Q(why="other") | ~Q(words="")),
            models.CheckConstraint(name="choice_ends_after_start", condition=Q(until__gt=F("at"))),
        ]
        indexes = [
            models.Index(fields=["person", "until"], name="choices_of_person"),
            models.Index(fields=["-at", "-id"], name="choices_newest"),
        ]


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
