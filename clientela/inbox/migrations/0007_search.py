"""Parts of a sender's address and of a subject, found by an index."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    # The first one of the kernel brings the trigrams.
    dependencies = [("inbox", "0006_taken_over"), ("kernel", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="rawmessage",
            index=GinIndex(
                OpClass(Upper("from_address"), "gin_trgm_ops"),
                OpClass(Upper("subject"), "gin_trgm_ops"),
                name="mail_searched",
            ),
        ),
    ]
