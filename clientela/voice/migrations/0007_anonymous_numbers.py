"""What is left of rounds that ended before is made as those that end now: classes of numbers, items put together.

There is no way back: what was thrown away is gone.
"""

import secrets
from collections import defaultdict
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from clientela.voice.rules.anonymity.classes import edges_in, read
from clientela.voice.rules.anonymity.keeping import IN_CLASSES, values_kept
from clientela.voice.rules.surveys import QuestionKind, from_json

_AT_ONCE = 2000


def keep_classes(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Round by round, as they were asked, so that a later one keeps to the edges of an earlier one."""
    versions = apps.get_model("voice", "SurveyVersion").objects
    answers = apps.get_model("voice", "SurveyAnswer").objects
    rounds = apps.get_model("voice", "SurveyRound").objects.filter(survey__is_anonymous=True, released_at__isnull=False)
    edges: dict[int, dict[str, set[float]]] = defaultdict(lambda: defaultdict(set))
    for one in rounds.order_by("survey_id", "number"):
        rows = list(answers.filter(round=one, is_complete=True).order_by("pk"))
        used = versions.filter(pk__in={row.version_id for row in rows})
        asked = {question.name: question for each in used for question in from_json(each.definition).questions}
        before = edges[one.survey_id]
        kept = values_kept(
            [row.values for row in rows], list(asked.values()), earlier=before, chance=secrets.SystemRandom()
        )
        for row, values in zip(rows, kept, strict=True):
            row.values = values
        answers.bulk_update(rows, ["values"], batch_size=_AT_ONCE)
        for name, question in asked.items():
            if question.kind in IN_CLASSES:
                given: list[Any] = [values[name] for values in kept if name in values]
                found = (read(value, is_day=question.kind is QuestionKind.DATE) for value in given)
                before[name] |= edges_in(each for each in found if each is not None)


class Migration(migrations.Migration):
    dependencies = [("voice", "0006_results")]
    operations = [migrations.RunPython(keep_classes, migrations.RunPython.noop)]
