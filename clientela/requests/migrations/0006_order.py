"""What the order needs beyond its tables: how many requests the mean of a queue stands for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests", "0005_legs_never_overlap")]

    operations = [
        migrations.AddField(
            model_name="queuemeasure",
            name="waiting_count",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        # Queues stand in the order of urgency now; by due moment nobody reads them any more.
        migrations.RemoveIndex(model_name="request", name="queue_of_provider"),
        migrations.RemoveIndex(model_name="request", name="queue_of_holder"),
        migrations.RemoveIndex(model_name="request", name="unheld_of_provider"),
    ]
