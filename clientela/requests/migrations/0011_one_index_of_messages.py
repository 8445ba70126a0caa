"""Messages are found by the index that begins with their request; the one of the request alone goes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests", "0010_also_live")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="request",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="requests.request",
            ),
        ),
    ]
