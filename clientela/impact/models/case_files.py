"""Cases from elsewhere that somebody brought in as files, and what was estimated from them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

CASE_FILES = "case_files"  # the room of their own files; each lies under the number of its part


class CaseFile(models.Model):
    """Files of cases, which column is what, how far the estimation got, and what it said."""

    class State(models.TextChoices):
        DRAFT = "draft"  # its columns wait to be confirmed
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"

    title = models.CharField(max_length=160)
    brought_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, null=True, related_name="+")
    brought_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)  # when it was last asked for
    outcomes = ArrayField(models.CharField(max_length=200), default=list)  # columns, each estimated by itself
    options = models.JSONField(default=dict)  # as `queries.case_files.CaseOptions`
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    is_cancel_wished = models.BooleanField(default=False)
    progress = models.FloatField(default=0)  # 0 to 1
    rows_read = models.BigIntegerField(default=0)
    error = models.JSONField(null=True)  # {"code", "figures", "words"}: for the page to put into words
    # {"of": {outcome: as `Estimation.result["of"]`, with "supplier" names}, "notes": [{"code", "figures", "words"}]}
    result = models.JSONField(null=True)
    answers = models.JSONField(default=dict)  # outcome to answer: the result in short, for a list
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="case_file_progress_is_a_share", condition=Q(progress__gte=0, progress__lte=1)),
            models.CheckConstraint(
                name="case_file_done_has_a_result", condition=~Q(state="done") | Q(result__isnull=False)
            ),
            models.CheckConstraint(
                name="case_file_failed_says_why", condition=~Q(state="failed") | Q(error__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["-brought_at", "-id"], name="case_files_newest")]


class CaseFilePart(models.Model):
    """One file as it was brought in, byte for byte in a file of its own under this row's number."""

    class Part(models.TextChoices):
        CASES = "cases"
        INSIDE = "inside"  # the suppliers' quality and load by period
        CROSSWALK = "crosswalk"  # which unit depends on which suppliers, by shares

    case_file = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="+", db_index=False)
    part = models.CharField(max_length=9, choices=Part)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    columns = ArrayField(models.CharField(max_length=200))  # its heading
    first_rows = models.JSONField()  # the first five, cut short, to choose columns by
    roles = models.JSONField(default=dict)  # role to column, as confirmed; without outcomes

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_file", "part"], name="case_file_part_once")]
