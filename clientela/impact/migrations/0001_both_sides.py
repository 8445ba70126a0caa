import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0003_intake"),
    ]

    operations = [
        migrations.CreateModel(
            name="ParityDrawing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("drawn_at", models.DateTimeField()),
                ("seen", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="parity_drawing_is_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="ParityWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week_on", models.DateField()),
                ("side", models.CharField(max_length=8)),
                ("asked", models.PositiveIntegerField(default=0)),
                ("replies_decided", models.PositiveIntegerField(default=0)),
                ("replies_kept", models.PositiveIntegerField(default=0)),
                ("promises_decided", models.PositiveIntegerField(default=0)),
                ("promises_kept", models.PositiveIntegerField(default=0)),
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
                    "late_requests",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "late_seconds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.department",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("week_on", "side", "provider"), name="parity_once_a_week"),
                    models.CheckConstraint(
                        condition=models.Q(("week_on__iso_week_day", 1)), name="parity_week_begins_on_monday"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["inside", "outside"])), name="parity_has_two_sides"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("promises_decided__lte", models.F("asked")),
                            ("promises_kept__lte", models.F("promises_decided")),
                            ("replies_decided__lte", models.F("asked")),
                            ("replies_kept__lte", models.F("replies_decided")),
                        ),
                        name="parity_counts_are_parts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wait_buckets__len", models.F("wait_counts__len"))),
                        name="parity_waits_are_one_histogram",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("late_requests__len", models.F("late_seconds__len"))),
                        name="parity_late_ones_have_their_seconds",
                    ),
                ],
            },
        ),
    ]
