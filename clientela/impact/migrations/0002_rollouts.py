import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_intake"),
        ("impact", "0001_both_sides"),
        ("voice", "0005_acting"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rollout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=160)),
                ("what", models.TextField()),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("satisfied", "Satisfied"),
                            ("satisfied_outside", "Satisfied Outside"),
                            ("satisfied_inside", "Satisfied Inside"),
                            ("promises_kept", "Promises Kept"),
                            ("waiting", "Waiting"),
                        ],
                        max_length=20,
                    ),
                ),
                ("worth", models.FloatField()),
                ("steps", models.PositiveSmallIntegerField()),
                ("step_weeks", models.PositiveSmallIntegerField()),
                ("baseline_weeks", models.PositiveSmallIntegerField()),
                ("plan", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("stopped", "Stopped"),
                            ("dropped", "Dropped"),
                        ],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("seed", models.CharField(blank=True, max_length=32)),
                ("first_on", models.DateField(null=True)),
                ("planned_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_because", models.CharField(blank=True, max_length=300)),
                ("result", models.JSONField(null=True)),
                ("analysed_at", models.DateTimeField(null=True)),
                (
                    "improvement",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="voice.improvement"
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RolloutPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_running", models.BooleanField(default=False)),
                ("step", models.PositiveSmallIntegerField(null=True)),
                ("starts_on", models.DateField(null=True)),
                ("began_on", models.DateField(null=True)),
                ("left_on", models.DateField(null=True)),
                ("left_because", models.CharField(blank=True, max_length=300)),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "began_noted_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.department"
                    ),
                ),
                (
                    "rollout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="impact.rollout"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="rollout",
            index=models.Index(
                models.OrderBy(models.F("planned_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="rollouts_newest",
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.CheckConstraint(
                condition=models.Q(("steps__gte", 2), ("steps__lte", 12)), name="rollout_steps"
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("baseline_weeks__gte", 1),
                    ("baseline_weeks__lte", 26),
                    ("step_weeks__gte", 1),
                    ("step_weeks__lte", 26),
                ),
                name="rollout_weeks",
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.CheckConstraint(condition=models.Q(("worth__gt", 0)), name="rollout_worth_something"),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("first_on__isnull", False),
                        ("started_at__isnull", False),
                        ("state__in", ("running", "done", "stopped")),
                        models.Q(("seed", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state__in", ("running", "done", "stopped")), _negated=True),
                        ("first_on__isnull", True),
                        ("seed", ""),
                        ("started_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="rollout_drawn_when_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__isnull", True), ("state__in", ("done", "stopped")), _connector="OR"),
                name="rollout_result_only_at_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "stopped"), _negated=True),
                    models.Q(("ended_because", ""), _negated=True),
                    _connector="OR",
                ),
                name="rollout_stopped_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("analysed_at__isnull", True), ("result__isnull", True)),
                    models.Q(("analysed_at__isnull", False), ("result__isnull", False)),
                    _connector="OR",
                ),
                name="rollout_worked_out_at_a_moment",
            ),
        ),
        migrations.AddIndex(
            model_name="rolloutplace",
            index=models.Index(
                condition=models.Q(("is_running", True), ("reminded_at__isnull", True)),
                fields=["starts_on"],
                name="rollout_places_to_remind",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolloutplace",
            constraint=models.UniqueConstraint(fields=("rollout", "department"), name="one_place_a_department"),
        ),
        migrations.AddConstraint(
            model_name="rolloutplace",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_running", True)),
                fields=("department",),
                name="one_running_rollout_a_department",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolloutplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_running", False), ("starts_on__isnull", True), ("step__isnull", True)),
                    models.Q(("starts_on__isnull", False), ("step__gte", 1)),
                    _connector="OR",
                ),
                name="rollout_place_is_drawn_or_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolloutplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_because", ""), ("left_on__isnull", True)),
                    models.Q(("left_on__isnull", False), models.Q(("left_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="rollout_place_left_says_why",
            ),
        ),
    ]
