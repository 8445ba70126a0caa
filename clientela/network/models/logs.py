"""Event logs that somebody brought in, and who hands over to whom in them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

LOG_FILES = "logs"  # the room of their own files


class EventLog(models.Model):
    """A log as it was brought in, byte for byte in a file of its own; how it is to be read, and how far that got."""

    class State(models.TextChoices):
        DRAFT = "draft"  # its columns wait to be confirmed
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    class Reading(models.TextChoices):
        """What it means when a case goes from one team to the next."""

        ASKS = "asks"  # the first asks the next for help: the next serves the first
        DELIVERS = "delivers"  # the first is done and delivers: it serves the next

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    brought_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    brought_at = models.DateTimeField()
    columns = models.JSONField(default=dict)  # role to column, as confirmed
    zone = models.CharField(max_length=64, blank=True)  # of clocks that tell none
    reading = models.CharField(max_length=8, choices=Reading, default=Reading.ASKS)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    is_cancel_wished = models.BooleanField(default=False)
    progress = models.FloatField(default=0)  # 0 to 1
    rows_read = models.BigIntegerField(default=0)
    error = models.JSONField(null=True)  # {"code", "figures", "words"}: for the page to put into words
    found = models.JSONField(null=True)  # events, cases, moments, notes: everything but teams and edges
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    matched_at = models.DateTimeField(null=True)  # when somebody said which team is which department

    class Meta:
        constraints = [
            models.CheckConstraint(name="log_progress_is_a_share", condition=Q(progress__gte=0, progress__lte=1)),
            models.CheckConstraint(name="log_done_has_a_result", condition=~Q(state="done") | Q(found__isnull=False)),
            models.CheckConstraint(name="log_failed_says_why", condition=~Q(state="failed") | Q(error__isnull=False)),
        ]
        indexes = [models.Index(fields=["-brought_at", "-id"], name="logs_newest")]


class LogTeam(models.Model):
    """A team as the log calls it, and the department that it is; or it is none of ours. Else nobody has said yet."""

    log = models.ForeignKey(EventLog, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=300)
    events = models.BigIntegerField()
    cases = models.BigIntegerField()
    department = models.ForeignKey("directory.Department", on_delete=models.SET_NULL, null=True, related_name="+")
    is_outside = models.BooleanField(default=False)  # a firm outside the house, a machine: none of ours
    members = ArrayField(models.CharField(max_length=300), default=list)  # of a team that the log itself suggested

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["log", "name"], name="log_team_once"),
            models.CheckConstraint(
                name="log_team_outside_is_no_department", condition=Q(is_outside=False) | Q(department__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["log", "-events", "name"], name="log_teams_busiest")]


class LogDecision(models.Model):
    """One step of saying which team is which, and what was said before: the newest can be undone. The last few stay."""

    log = models.ForeignKey(EventLog, on_delete=models.CASCADE, related_name="+")
    decided_at = models.DateTimeField()
    before = models.JSONField()  # name of the team to [department or none, whether it was none of ours]


class LogEdge(models.Model):
    """How often cases went from one team to another. `back` of the hand-overs went to who had had the case before."""

    log = models.ForeignKey(EventLog, on_delete=models.CASCADE, related_name="+")
    giver = models.ForeignKey(LogTeam, on_delete=models.CASCADE, related_name="+", db_index=False)
    taker = models.ForeignKey(LogTeam, on_delete=models.CASCADE, related_name="+")
    handovers = models.BigIntegerField()
    cases = models.BigIntegerField()
    median_wait_seconds = models.FloatField()
    back = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["giver", "taker"], name="log_edge_once"),
            models.CheckConstraint(name="log_edge_counts_fit", condition=Q(cases__lte=F("handovers"))),
            models.CheckConstraint(name="log_edge_back_fits", condition=Q(back__lte=F("handovers"))),
            models.CheckConstraint(name="log_edge_between_two", condition=~Q(giver=F("taker"))),
        ]
