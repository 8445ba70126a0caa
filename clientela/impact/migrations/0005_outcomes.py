from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("impact", "0004_case_files")]
    operations = [
        migrations.AddField(
            model_name="estimation",
            name="back_days",
            field=models.PositiveSmallIntegerField(db_default=90, default=90),
        ),
        migrations.AddField(
            model_name="estimation",
            name="left_days",
            field=models.PositiveSmallIntegerField(db_default=180, default=180),
        ),
        migrations.AddConstraint(
            model_name="estimation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("back_days__gte", 7), ("back_days__lte", 730), ("left_days__gte", 7), ("left_days__lte", 730)
                ),
                name="estimation_days_are_a_span",
            ),
        ),
    ]
