import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_intake"),
        ("impact", "0003_estimates"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=160)),
                ("brought_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                (
                    "outcomes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), default=list, size=None
                    ),
                ),
                ("options", models.JSONField(default=dict)),
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
                ("result", models.JSONField(null=True)),
                ("answers", models.JSONField(default=dict)),
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
            name="CaseFilePart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[("cases", "Cases"), ("inside", "Inside"), ("crosswalk", "Crosswalk")], max_length=9
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.BigIntegerField()),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), size=None),
                ),
                ("first_rows", models.JSONField()),
                ("roles", models.JSONField(default=dict)),
                (
                    "case_file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="impact.casefile",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="casefile",
            index=models.Index(fields=["-brought_at", "-id"], name="case_files_newest"),
        ),
        migrations.AddConstraint(
            model_name="casefile",
            constraint=models.CheckConstraint(
                condition=models.Q(("progress__gte", 0), ("progress__lte", 1)), name="case_file_progress_is_a_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="casefile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True), ("result__isnull", False), _connector="OR"
                ),
                name="case_file_done_has_a_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="casefile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), _negated=True), ("error__isnull", False), _connector="OR"
                ),
                name="case_file_failed_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="casefilepart",
            constraint=models.UniqueConstraint(fields=("case_file", "part"), name="case_file_part_once"),
        ),
    ]
