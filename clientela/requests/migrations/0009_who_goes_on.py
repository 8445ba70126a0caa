"""Who else may go on with a request, and which departments it also concerns."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_department_tree"),
        ("requests", "0008_merged_signatures_and_inline_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="request",
            name="also_department_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("also_department_ids", []), _negated=True),
                fields=["also_department_ids"],
                name="also_of_department",
            ),
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(blank=True, default="", max_length=320)),
                ("name", models.CharField(blank=True, default="", max_length=200)),
                (
                    "because",
                    models.CharField(
                        choices=[("copied", "Copied"), ("answered", "Answered"), ("merged", "Merged")], max_length=8
                    ),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.person",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="requests.request",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("address", ""), _negated=True),
                        fields=("request", "address"),
                        name="participant_address_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("request", "person"),
                        name="participant_person_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address", ""), ("person__isnull", False)),
                            models.Q(("person__isnull", True), models.Q(("address", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="participant_is_a_person_or_an_address",
                    ),
                ],
            },
        ),
    ]
