"""What is owed and by when. A promise knows who owes what to whom; it does not know what a request is."""

from django.db import models
from django.db.models import F, Q


class Calendar(models.Model):
    """Working hours under one name. Each change is a new version; a running clock keeps the version it started with."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)


class CalendarVersion(models.Model):
    """Zone, weekly windows, dated exceptions and holidays, as `rules` reads them (JSON of a WorkingCalendar)."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_once")]


class DepartmentCalendar(models.Model):
    """The calendar by which a department works."""

    department = models.OneToOneField("directory.Department", on_delete=models.CASCADE, primary_key=True)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT)


class Terms(models.Model):
    """A set of promised times under one name. Each change is a new version."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)


class TermsVersion(models.Model):
    """Minutes of the provider's working time for each promise; null: not promised."""

    class OnReopen(models.TextChoices):
        RESUME = "resume"
        RESTART = "restart"
        NEVER = "never"

    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    first_reply_minutes = models.PositiveIntegerField(null=True)
    next_reply_minutes = models.PositiveIntegerField(null=True)
    resolution_minutes = models.PositiveIntegerField(null=True)
    pauses_while = models.JSONField(default=list)  # ["waiting_customer", "waiting_date"]
    on_reopen = models.CharField(max_length=8, choices=OnReopen)
    warn_share = models.FloatField(default=0.8)  # at risk once this share of the time is used
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["terms", "number"], name="terms_version_once"),
            models.CheckConstraint(
                name="terms_warn_share_is_a_share", condition=Q(warn_share__gt=0, warn_share__lte=1)
            ),
        ]


class Clock(models.Model):
    """One promise: `provider` owes `customer` something about `subject` by a due moment.

    The truth is the clock's events; state, due moment and lateness are computed from them by `rules.clock_state`.
    `due_at`, `next_notice_at` and `is_open` are caches for ordering and sweeping, rebuilt by `actions.rebuild_clocks`.
    """

    class Kind(models.TextChoices):
        FIRST_REPLY = "first_reply"
        NEXT_REPLY = "next_reply"
        RESOLUTION = "resolution"
        PERSONAL = "personal"

    kind = models.CharField(max_length=12, choices=Kind)
    subject = models.CharField(max_length=60)  # "request:12": the thing it is about, named as in the journal
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="clocks_owed")
    customer = models.ForeignKey("directory.Party", on_delete=models.PROTECT, related_name="clocks_due")
    promised_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=300, blank=True)  # a personal promise: "call about the delivery slot"
    terms_version = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, null=True, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="+")
    target_seconds = models.PositiveIntegerField(null=True)  # working seconds; null for a personal promise
    fixed_due_at = models.DateTimeField(null=True)  # a personal promise's own moment
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # cache; null while paused or ended
    next_notice_at = models.DateTimeField(null=True)  # cache; when something must be said next: at risk, then broken
    is_open = models.BooleanField(default=True)  # cache; false once kept or cancelled
    kept_at = models.DateTimeField(null=True)  # cache of the keeping event
    broken_at = models.DateTimeField(
        null=True
    )  # cache: the due moment that passed unkept, once it was noticed or kept late

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="clock_has_one_target",
                condition=Q(target_seconds__isnull=False, fixed_due_at__isnull=True)
                | Q(target_seconds__isnull=True, fixed_due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="clock_personal_has_a_promiser",
                condition=~Q(kind="personal") | Q(promised_by__isnull=False) & ~Q(words=""),
            ),
            models.CheckConstraint(
                name="clock_ended_is_never_due",
                condition=Q(is_open=True) | Q(due_at__isnull=True, next_notice_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["subject", "kind"],
                condition=Q(is_open=True) & ~Q(kind="personal"),
                name="one_open_clock_a_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["subject"], name="clocks_of_subject"),
            models.Index(fields=["next_notice_at"], name="clock_notice_due", condition=Q(next_notice_at__isnull=False)),
            models.Index(fields=["provider", "due_at"], name="clock_open_of_provider", condition=Q(is_open=True)),
            models.Index(fields=["promised_by", "due_at"], name="clock_open_of_person", condition=Q(is_open=True)),
            models.Index(fields=["provider", "started_at"], name="clock_of_provider"),
        ]


class ClockEvent(models.Model):
    """What happened to a clock. Written once, never changed."""

    class Kind(models.TextChoices):
        START = "start"
        PAUSE = "pause"
        RESUME = "resume"
        KEEP = "keep"
        REOPEN = "reopen"
        CANCEL = "cancel"
        CHANGE_TERMS = "change_terms"
        MOVE = "move"

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["clock", "at", "id"], name="events_of_clock")]
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(kind="start"), name="a_clock_starts_once"),
        ]


class Notice(models.Model):
    """That a passing moment has been announced (at risk, broken), so that a sweep run twice says it once."""

    class Kind(models.TextChoices):
        AT_RISK = "at_risk"
        BROKEN = "broken"

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=8, choices=Kind)
    due_at = models.DateTimeField()  # the due moment it spoke of; a moved promise may be announced again
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "kind", "due_at"], name="a_notice_is_given_once"),
            models.CheckConstraint(
                name="broken_is_noticed_after_due", condition=~Q(kind="broken") | Q(given_at__gte=F("due_at"))
            ),
        ]
