"""Mail that lay in an old mailbox: nobody is thanked for it any more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0005_intake")]

    operations = [
        migrations.AddField(
            model_name="rawmessage",
            name="is_taken_over",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
