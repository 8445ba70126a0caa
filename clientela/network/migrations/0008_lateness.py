import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0007_teams_of_logs"),
        ("catalogue", "0002_serviceversion_finishes_by_itself"),
        ("requests", "0011_one_index_of_messages"),
    ]

    operations = [
        migrations.CreateModel(
            name="LatenessCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("xid", models.BigIntegerField(default=0)),
                ("fact_id", models.BigIntegerField(default=0)),
                ("groups", models.JSONField(default=dict)),
                ("is_filled", models.BooleanField(default=False)),
                ("filled_to", models.DateTimeField(null=True)),
                ("filled_to_case", models.BigIntegerField(default=0)),
                ("filled_cases", models.PositiveIntegerField(default=0)),
                ("cases_to_fill", models.PositiveIntegerField(default=0)),
                ("whole_from", models.DateField(null=True)),
                (
                    "stale_weeks",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None),
                ),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="lateness_count_is_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="LatenessWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week_on", models.DateField()),
                ("department", models.BigIntegerField()),
                ("cases", models.PositiveIntegerField()),
                ("seconds", models.PositiveBigIntegerField()),
                ("past_own_seconds", models.PositiveBigIntegerField()),
                ("squares", models.DecimalField(decimal_places=0, max_digits=38)),
                ("products", models.DecimalField(decimal_places=0, max_digits=38)),
                (
                    "largest_cases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "largest_seconds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("week_on", "department"), name="lateness_week_once"),
                    models.CheckConstraint(
                        condition=models.Q(("past_own_seconds__lte", models.F("seconds"))),
                        name="lateness_past_own_is_a_part",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PassageWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week_on", models.DateField()),
                ("department", models.BigIntegerField()),
                ("role", models.CharField(max_length=6)),
                ("services", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("cases", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["week_on"], name="passages_of_week")],
            },
        ),
        migrations.CreateModel(
            name="CaseWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week_on", models.DateField()),
                ("segment", models.CharField(max_length=24)),
                ("cases", models.PositiveIntegerField()),
                ("decided", models.PositiveIntegerField()),
                ("late", models.PositiveIntegerField()),
                ("late_cases", models.PositiveIntegerField()),
                ("late_seconds", models.PositiveBigIntegerField()),
                ("late_squares", models.DecimalField(decimal_places=0, max_digits=38)),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.service",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("week_on", "service", "segment"), name="case_week_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided__lte", models.F("cases")),
                            ("late__lte", models.F("decided")),
                            ("late_cases__lte", models.F("late")),
                        ),
                        name="case_week_counts_are_parts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EndedCase",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="requests.request",
                    ),
                ),
                ("week_on", models.DateField()),
                ("ended_at", models.DateTimeField()),
                ("segment", models.CharField(max_length=24)),
                ("is_decided", models.BooleanField()),
                ("is_late", models.BooleanField()),
                ("late_seconds", models.PositiveBigIntegerField()),
                ("parts", models.JSONField(default=list)),
                ("passages", models.JSONField(default=list)),
                ("hops", models.JSONField(default=list)),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.service",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["week_on"], name="ended_cases_of_week"),
                    models.Index(
                        condition=models.Q(("is_late", True)),
                        fields=["service", "-ended_at"],
                        name="late_cases_of_service",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("week_on__iso_week_day", 1)), name="ended_case_week_begins_on_monday"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_late", False), ("is_decided", True), _connector="OR"),
                        name="ended_case_is_late_when_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HopWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week_on", models.DateField()),
                ("customer", models.BigIntegerField(null=True)),
                ("department", models.BigIntegerField()),
                ("cases", models.PositiveIntegerField()),
                ("asked", models.PositiveIntegerField()),
                ("requests", models.PositiveIntegerField()),
                ("decided", models.PositiveIntegerField()),
                ("late", models.PositiveIntegerField()),
                (
                    "depths",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None),
                ),
                (
                    "depth_counts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None),
                ),
                (
                    "wait_buckets",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None),
                ),
                (
                    "wait_counts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.service",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["week_on"], name="hops_of_week")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service", "week_on", "customer", "department"),
                        name="hop_week_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided__lte", models.F("requests")), ("late__lte", models.F("decided"))),
                        name="hop_counts_are_parts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("depths__len", models.F("depth_counts__len")),
                            ("wait_buckets__len", models.F("wait_counts__len")),
                        ),
                        name="hop_histograms_fit",
                    ),
                ],
            },
        ),
    ]
