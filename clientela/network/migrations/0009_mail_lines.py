"""Customers outside by mail are of a segment, and the map finds its lines without reading every week."""

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("network", "0008_lateness")]

    operations = [
        migrations.AddField(model_name="mailtrace", name="latest_on", field=models.DateField(null=True)),
        migrations.AddField(
            model_name="mailweek",
            name="segment",
            field=models.CharField(blank=True, default="", max_length=24),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="mailweek", name="mail_week_once"),
        migrations.AddConstraint(
            model_name="mailweek",
            constraint=models.UniqueConstraint(
                fields=("trace", "week_on", "provider", "customer", "segment"),
                name="mail_week_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="mailweek",
            constraint=models.CheckConstraint(
                condition=models.Q(("customer__isnull", True), ("segment", ""), _connector="OR"),
                name="mail_week_of_a_department_or_a_segment",
            ),
        ),
        migrations.AddIndex(model_name="mailweek", index=models.Index(fields=["week_on"], name="mail_weeks_by_week")),
        migrations.AddIndex(
            model_name="mailweek",
            index=models.Index("provider", Coalesce("customer", 0), "segment", name="mail_weeks_by_pair"),
        ),
    ]
