"""What a letter is about, so that a wish of its reader reaches it while it waits; and parts of words found by an index."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models.functions import Upper

# What waits at this moment was written before a letter said what it is about.
WAITING_LETTERS = """
UPDATE kernel_letter SET topic = CASE kind WHEN 'access' THEN 'access' ELSE 'surveys' END
WHERE due_at IS NOT NULL AND (kind = 'access' OR kind = 'closing' AND headers ? 'List-Unsubscribe')
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_trouble_with_letters")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="topic",
            field=models.CharField(db_default="service", default="service", max_length=20),
        ),
        migrations.RunSQL(WAITING_LETTERS, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="letter",
            index=GinIndex(
                OpClass(Upper("to_address"), "gin_trgm_ops"),
                OpClass(Upper("to_name"), "gin_trgm_ops"),
                OpClass(Upper("subject"), "gin_trgm_ops"),
                name="letter_searched",
            ),
        ),
    ]
