"""Teams of logs: "none of ours" is said of its own, and what was said last can be undone."""

import django.db.models.deletion
from django.db import migrations, models

# Whoever kept the page of a log so far said it of the hundred busiest teams that stood there without a department.
SAID_BEFORE = """
    UPDATE network_logteam AS team SET is_outside = true
    FROM (
        SELECT one.id, row_number() OVER (PARTITION BY one.log_id ORDER BY one.events DESC, one.name) AS place
        FROM network_logteam AS one JOIN network_eventlog AS log ON log.id = one.log_id
        WHERE log.matched_at IS NOT NULL
    ) AS shown
    WHERE shown.id = team.id AND shown.place <= 100 AND team.department_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0006_mail_traces"), ("directory", "0003_intake")]

    operations = [
        migrations.AddField(model_name="logteam", name="is_outside", field=models.BooleanField(default=False)),
        migrations.CreateModel(
            name="LogDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decided_at", models.DateTimeField()),
                ("before", models.JSONField()),
                (
                    "log",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="network.eventlog"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(SAID_BEFORE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="logteam",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_outside", False), ("department__isnull", True), _connector="OR"),
                name="log_team_outside_is_no_department",
            ),
        ),
        migrations.AddIndex(
            model_name="logteam", index=models.Index(fields=["log", "-events", "name"], name="log_teams_busiest")
        ),
    ]
