"""What the forecasts need beyond their tables: what was foreseen, so that nobody is told twice."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_initial"), ("requests", "0006_order")]

    operations = [
        migrations.CreateModel(
            name="ForeseenLateness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                ("likely_at", models.DateTimeField()),
                ("late_seconds", models.PositiveIntegerField()),
                ("because_due_at", models.DateTimeField(null=True)),
                ("is_likely", models.BooleanField()),
                ("noticed_at", models.DateTimeField()),
                (
                    "because",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="requests.request",
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="promises.clock"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="requests.request"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_likely", True)), fields=["request"], name="likely_late_requests"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("clock", "due_at"), name="lateness_foreseen_once")],
            },
        ),
    ]
