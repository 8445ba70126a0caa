"""The sealed boxes of anonymous rounds, in the database."""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db import connection

from clientela.voice.models import SealedBox, SurveyInvitation
from clientela.voice.rules.releasing import SealedAnswer
from clientela.voice.rules.sealed_boxes import add_to_box, boxes_for, open_box


def seal(round_id: int, answer: SealedAnswer) -> None:
    """Put an answer into one of the round's boxes, by chance. Raises as `add_to_box`."""
    # Chance chooses among as many boxes as the round has people, so a box of a small round holds all of them.
    invited = SurveyInvitation.objects.filter(round=round_id).count()
    shard = secrets.randbelow(boxes_for(invited))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO voice_sealedbox (round_id, shard, content) VALUES (%s, %s, '') ON CONFLICT DO NOTHING",
            [round_id, shard],
        )
    # Two answers for the same box take turns here.
    box = SealedBox.objects.select_for_update().get(round=round_id, shard=shard)
    content = add_to_box(bytes(box.content), _stored(answer), name=_name(round_id, shard), secret_keys=_keys())
    SealedBox.objects.filter(pk=box.pk).update(content=content)


def opened(round_id: int) -> Iterator[SealedAnswer]:
    """Every answer in the round's boxes, box by box. Raises BoxClosedError."""
    for box in SealedBox.objects.filter(round=round_id).order_by("shard").iterator(chunk_size=1):
        for one in open_box(bytes(box.content), name=_name(round_id, box.shard), secret_keys=_keys()):
            yield SealedAnswer(one["version"], one["values"], one["cuts"], one["language"])


def destroy(round_id: int) -> None:
    """Throw the round's boxes away."""
    SealedBox.objects.filter(round=round_id).delete()


def _stored(answer: SealedAnswer) -> Mapping[str, Any]:
    return {
        "version": answer.version_id,
        "values": dict(answer.values),
        "cuts": dict(answer.cuts),
        "language": answer.language,
    }


def _name(round_id: int, shard: int) -> str:
    return f"round {round_id} box {shard}"


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
