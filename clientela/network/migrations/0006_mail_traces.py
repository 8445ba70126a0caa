"""Who writes to whom, counted by department and week from the mail server's own record."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_intake"),
        ("network", "0005_event_logs"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailTrace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=200)),
                ("size_bytes", models.BigIntegerField()),
                ("brought_at", models.DateTimeField()),
                ("columns", models.JSONField(default=dict)),
                ("zone", models.CharField(blank=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("is_cancel_wished", models.BooleanField(default=False)),
                ("progress", models.FloatField(default=0)),
                ("rows_read", models.BigIntegerField(default=0)),
                ("error", models.JSONField(null=True)),
                ("found", models.JSONField(null=True)),
                ("first_at", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "brought_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week_on", models.DateField()),
                ("asked", models.PositiveIntegerField()),
                ("answered", models.PositiveIntegerField()),
                (
                    "wait_buckets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "wait_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.department",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.department"
                    ),
                ),
                (
                    "trace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="network.mailtrace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailAllowance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("allowed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "allowed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.Value(1),
                        condition=models.Q(("ended_at__isnull", True)),
                        name="mail_is_allowed_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("ended_at__gte", models.F("allowed_at")), _connector="OR"
                        ),
                        name="mail_allowance_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="mailtrace",
            index=models.Index(fields=["-brought_at", "-id"], name="mail_traces_newest"),
        ),
        migrations.AddConstraint(
            model_name="mailtrace",
            constraint=models.CheckConstraint(
                condition=models.Q(("progress__gte", 0), ("progress__lte", 1)), name="mail_trace_progress_is_a_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailtrace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(("first_at__isnull", False), ("found__isnull", False), ("last_at__isnull", False)),
                    _connector="OR",
                ),
                name="mail_trace_done_has_a_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailtrace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), _negated=True), ("error__isnull", False), _connector="OR"
                ),
                name="mail_trace_failed_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailweek",
            constraint=models.UniqueConstraint(
                fields=("trace", "week_on", "provider", "customer"), name="mail_week_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="mailweek",
            constraint=models.CheckConstraint(
                condition=models.Q(("week_on__iso_week_day", 1)), name="mail_week_begins_on_monday"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailweek",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("customer__isnull", True),
                    models.Q(("customer", models.F("provider")), _negated=True),
                    _connector="OR",
                ),
                name="mail_week_leads_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailweek",
            constraint=models.CheckConstraint(
                condition=models.Q(("answered__lte", models.F("asked")), ("asked__gt", 0)),
                name="mail_week_counts_are_parts",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailweek",
            constraint=models.CheckConstraint(
                condition=models.Q(("wait_buckets__len", models.F("wait_counts__len"))),
                name="mail_week_waits_are_one_histogram",
            ),
        ),
    ]
