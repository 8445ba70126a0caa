"""What was written to one question of a survey, a page at a time, each page going on where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError
from clientela.voice.queries.survey_lists.single import SurveyHead
from clientela.voice.queries.survey_results.counting import BEGINNING, Place
from clientela.voice.queries.survey_results.reading import chosen_survey
from clientela.voice.rules.anonymity.cuts import LEAST_TEXTS
from clientela.voice.rules.surveys import Question, QuestionKind

TEXTS_A_PAGE: Final = 50
_NEWEST: Final = (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))

_COLUMNS: Final = """a.id, a."values" ->> %(name)s, a.language, a.side, a.supplier_id, a.answered_at"""
# Of each round the next page, in the order in which its index has them; so no page costs what lies before it.
_NEWER_FIRST: Final = f"""
SELECT found.* FROM unnest(%(rounds)s::bigint[]) AS asked (round_id) CROSS JOIN LATERAL (
    SELECT {_COLUMNS} FROM voice_surveyanswer AS a
    WHERE a.round_id = asked.round_id AND a.is_complete AND a.answered_at <= %(at)s
        AND (a.answered_at, a.id) < (%(at)s, %(id)s) AND a."values" ? %(name)s
    ORDER BY a.answered_at DESC, a.id DESC LIMIT %(most)s
) AS found (id, text, language, side, supplier_id, answered_at)
ORDER BY answered_at DESC, id DESC LIMIT %(most)s
"""  # noqa: S608 - put together from constants
# Words of an anonymous round lie apart from the answers. Whether enough people wrote is seen by looking at so many.
_BY_RANDOM_IDS: Final = f"""
SELECT found.* FROM unnest(%(rounds)s::bigint[]) AS asked (round_id) CROSS JOIN LATERAL (
    SELECT {_COLUMNS} FROM voice_surveyanswer AS a
    WHERE a.round_id = asked.round_id AND NOT a.is_complete AND a.saved_at IS NULL AND a.id > %(id)s
        AND a."values" ? %(name)s
    ORDER BY a.id LIMIT %(most)s
) AS found (id, text, language, side, supplier_id, answered_at)
WHERE EXISTS (
    SELECT FROM voice_surveyanswer AS a
    WHERE a.round_id = asked.round_id AND NOT a.is_complete AND a.saved_at IS NULL AND a."values" ? %(name)s
    OFFSET %(least)s - 1
)
ORDER BY id LIMIT %(most)s
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, kw_only=True)
class TextSeen:
    """What somebody wrote. The day is None of an anonymous survey."""

    id: str
    text: str
    language: str
    side: str
    supplier: str
    said_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class TextsPage:
    """A page of what was written to one question. `next_after`: where the next page begins; None: there is none."""

    head: SurveyHead
    title: str
    question: Question
    texts: tuple[TextSeen, ...]
    next_after: Place | None


def texts_page(
    viewer: Viewer, key: str, name: str, *, language: str, round_number: int | None = None, after: Place | None = None
) -> TextsPage:
    """What was written to one question, the newest first, from a place on. Raises HiddenError, NotAllowedError.

    Of an anonymous survey the order is that of random ids, and a round in which fewer than ten wrote is left out.
    """
    chosen = chosen_survey(viewer, key, language=language, round_number=round_number)
    question = next((one for one in chosen.definition.questions if one.name == name), None)
    if question is None or question.kind is not QuestionKind.TEXT:
        raise HiddenError("There is no such question.")
    found = _texts(chosen.round_ids, name, after, is_anonymous=chosen.survey.is_anonymous)
    names = {card.id: card.name_in(language) for card in directory.departments()}
    titles = question.titles
    shown = found[:TEXTS_A_PAGE]
    return TextsPage(
        head=chosen.head,
        title=titles.get(language) or next(iter(titles.values()), name),
        question=question,
        texts=tuple(
            TextSeen(
                id=str(number),
                text=text or "",
                language=code,
                side=side,
                supplier=names.get(supplier_id or 0, ""),
                said_at=said_at,
            )
            for number, text, code, side, supplier_id, said_at in shown
        ),
        next_after=(shown[-1][5], shown[-1][0]) if len(found) > TEXTS_A_PAGE else None,
    )


_Row = tuple[UUID, str | None, str, str, int | None, datetime | None]


def _texts(round_ids: Sequence[int], name: str, after: Place | None, *, is_anonymous: bool) -> list[_Row]:
    """The texts of a page and one more. One statement."""
    last_at, last_id = after or (BEGINNING if is_anonymous else _NEWEST)
    asked: dict[str, Any] = {
        "rounds": list(round_ids),
        "name": name,
        "at": last_at or _NEWEST[0],
        "id": last_id,
        "most": TEXTS_A_PAGE + 1,
        "least": LEAST_TEXTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_RANDOM_IDS if is_anonymous else _NEWER_FIRST, asked)
        return list(cursor.fetchall())
