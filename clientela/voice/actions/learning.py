"""Learning: the texts that people of the house scored teach the machine, and it says how well it does.

What was learned is used only where, on texts that it had not seen, it is not worse than what the product brings along.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.files import store_file
from clientela.kernel.journal import record, thing
from clientela.kernel.languages import detect_language
from clientela.kernel.policies import require
from clientela.voice.actions.hearing import text_key
from clientela.voice.actions.readers import (
    Encodes,
    cuts_as_bytes,
    feelings_as_bytes,
    house_reader,
    rows_of,
)
from clientela.voice.actions.reading import kept_vectors
from clientela.voice.meaning.feeling import Feeling
from clientela.voice.meaning.training import (
    Figure,
    LearnedFeelings,
    LearnedSubjects,
    ScoredExample,
    learn_feelings,
    learn_subjects,
)
from clientela.voice.models import LearnedModel, ScoredText, Subject
from clientela.voice.models.meaning import FEELINGS
from clientela.voice.policies.heard import may_teach

MOST_LEARNED_FROM = 20_000  # of more, the newest
MODELS_KEPT = 10  # of each kind; the older ones go
LARGEST_FILE_BYTES = 20_000_000
LONGEST_SCORED_TEXT = 20_000
MOST_ROWS = 50_000
COLUMNS = ("text", "feeling", "subjects", "language")


class ScoredFileError(ValueError):
    """A file that cannot be read at all. The message says why, in the viewer's words."""


@dataclass(frozen=True)
class ScoredRow:
    """A line of a file: what it says, or what is wrong with it. `line` counts from 1, the heading is line 1."""

    line: int
    text: str
    feeling: str
    subjects: tuple[str, ...] | None
    language: str
    errors: tuple[str, ...]


def learn_from_scored_texts(*, at: datetime, encodes: Encodes) -> bool:
    """Learn anew from everything that was scored, if something was since the last time. Whether something was learned.

    Whoever reads next reads as was learned now. The encoder must work; raises its errors.
    """
    newest = ScoredText.objects.order_by("-said_at").values_list("said_at", flat=True).first()
    last = LearnedModel.objects.order_by("-made_at").values_list("made_at", flat=True).first()
    if newest is None or (last is not None and newest <= last):
        return False
    reader = house_reader(at=at, encodes=encodes)
    scored = list(ScoredText.objects.order_by("-said_at", "-pk")[:MOST_LEARNED_FROM])
    vectors = kept_vectors(at=at, reader=reader, texts={bytes(one.text_key): one.text for one in scored})
    examples = [
        ScoredExample(
            text=one.text,
            language=one.language,
            vector=rows_of([vectors[bytes(one.text_key)]])[0],
            feeling=Feeling(one.feeling) if one.feeling else None,
            subjects=None if one.subjects is None else frozenset(one.subjects),
        )
        for one in scored
    ]
    feelings = learn_feelings(examples, name=_next_name(LearnedModel.Kind.FEELING))
    subjects = learn_subjects(examples, reader.subjects, name=_next_name(LearnedModel.Kind.SUBJECTS))
    _keep(feelings, subjects, at=at)
    return True


@transaction.atomic
def _keep(feelings: LearnedFeelings | None, subjects: LearnedSubjects, *, at: datetime) -> None:
    if feelings is not None:
        _keep_model(
            LearnedModel.Kind.FEELING,
            feelings.model.name,
            feelings_as_bytes(feelings.model),
            _figures(feelings.figures, feelings.figures_shipped)
            | {"calibration_error": round(feelings.calibration_error, 4)},
            is_used=feelings.is_used,
            at=at,
        )
    _keep_model(
        LearnedModel.Kind.SUBJECTS,
        subjects.name,
        cuts_as_bytes(subjects.cuts),
        _figures(subjects.figures, subjects.figures_of_list),
        is_used=bool(subjects.cuts),
        at=at,
    )


def _keep_model(
    kind: str, name: str, content: bytes, figures: Mapping[str, object], *, is_used: bool, at: datetime
) -> None:
    # Two that learn at once take turns on the one that is used; the later one is used in the end.
    list(LearnedModel.objects.select_for_update().filter(kind=kind, is_used=True))
    LearnedModel.objects.filter(kind=kind, is_used=True).update(is_used=False)
    model = LearnedModel.objects.create(
        kind=kind, name=name, content=content, figures=figures, is_used=is_used, made_at=at
    )
    kept = LearnedModel.objects.filter(kind=kind).order_by("-pk").values_list("pk", flat=True)[:MODELS_KEPT]
    LearnedModel.objects.filter(kind=kind).exclude(pk__in=list(kept)).delete()
    record(verb="model_learned", by=None, at=at, about=[thing("model", model.pk)], kind=kind, is_used=is_used)


def _next_name(kind: str) -> str:
    last = LearnedModel.objects.filter(kind=kind).order_by("-pk").values_list("name", flat=True).first()
    return f"house-{int(last.rpartition('-')[2]) + 1 if last else 1}"


def _figures(mine: Mapping[str, Figure], before: Mapping[str, Figure]) -> dict[str, object]:
    return {
        group: {
            "right": figure.right,
            "n": figure.n,
            "low": round(figure.low, 4),
            "high": round(figure.high, 4),
            "right_before": before[group].right,
        }
        for group, figure in mine.items()
    }


@transaction.atomic
def ask_to_learn(*, by: Viewer, at: datetime) -> None:
    """Let the machine learn now instead of by night. Raises NotAllowedError."""
    require(may_teach(by))
    if by.person_id is not None:
        record(verb="learning_asked", by=by.person_id, at=at, about=[thing("party", by.person_id)])


def give_scored_file(*, by: Viewer, content: bytes) -> str:
    """Keep a file of scored comments as it is, and return its name in the file store; nothing is learned from it yet.

    Raises NotAllowedError, and ScoredFileError for what cannot be such a file.
    """
    scored_rows(by=by, content=content)
    return store_file(content).sha256


def scored_rows(*, by: Viewer, content: bytes) -> list[ScoredRow]:
    """Read a file of scored comments, CSV with the columns text, feeling, subjects and language; nothing is kept.

    Subjects are keys, separated by semicolons. Comma, semicolon and tab all part columns. Raises NotAllowedError, and
    ScoredFileError for what is no such file.
    """
    require(may_teach(by))
    if len(content) > LARGEST_FILE_BYTES:
        raise ScoredFileError(_("The file is larger than 20 MB. Split it, and give the parts one after another."))
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ScoredFileError(_("The file is not written in UTF-8. Save it as “CSV UTF-8”.")) from None
    heading = words.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    table = csv.DictReader(io.StringIO(words.replace("\0", ""), newline=""), delimiter=delimiter, restkey="more")
    table.fieldnames = [name.strip().lower() for name in table.fieldnames or ()]
    if "text" not in table.fieldnames or not {"feeling", "subjects"} & set(table.fieldnames):
        raise ScoredFileError(
            _("The first line names the columns: text, and feeling or subjects or both; also language, if you like.")
        )
    known = frozenset(Subject.objects.filter(state=Subject.State.USED).values_list("key", flat=True))
    rows: list[ScoredRow] = []
    seen: set[bytes] = set()
    try:
        for row in table:
            if len(rows) >= MOST_ROWS:
                raise ScoredFileError(_("The file has more than 50,000 lines. Split it."))
            rows.append(_scored_row(row, table.line_num, known, seen))
    except csv.Error:
        raise ScoredFileError(
            _("Line %(line)s cannot be read as a line of a table.") % {"line": table.line_num}
        ) from None
    return rows


def _scored_row(
    row: Mapping[str, str | list[str] | None], line: int, known: frozenset[str], seen: set[bytes]
) -> ScoredRow:
    told = {name: value.strip() for name in COLUMNS if isinstance(value := row.get(name), str)}
    text = told.get("text", "")[:LONGEST_SCORED_TEXT]
    feeling = told.get("feeling", "").lower()
    keys = told.get("subjects", "").lower()
    subjects = tuple(key.strip() for key in keys.split(";") if key.strip()) if "subjects" in row else None
    if not keys and feeling:
        subjects = None  # an empty cell beside a feeling: nothing was said of its subjects
    language = told.get("language", "").lower()[:2] or detect_language(text, fallback="en")
    key = text_key(text)
    errors = []
    if key is None:
        errors.append(_("There is no text."))
    elif key in seen:
        errors.append(_("The same text stands further up."))
    else:
        seen.add(key)
    if feeling and feeling not in FEELINGS:
        errors.append(
            _("“%(feeling)s” is no feeling: write negative, mixed, neutral or positive.") % {"feeling": feeling}
        )
    if not feeling and not subjects:
        errors.append(_("Neither a feeling nor a subject is said."))
    errors += [_("There is no subject “%(key)s”.") % {"key": one} for one in subjects or () if one not in known]
    if row.get("more"):
        errors.append(_("There are more cells than columns."))
    return ScoredRow(line, text, feeling, subjects, language, tuple(errors))


@transaction.atomic
def import_scored_texts(*, by: Viewer, at: datetime, rows: Sequence[ScoredRow]) -> int:
    """Keep the lines that are without errors; return how many. A text scored before is scored anew.

    Raises NotAllowedError.
    """
    require(may_teach(by))
    good = {key: row for row in rows if not row.errors and (key := text_key(row.text)) is not None}
    ScoredText.objects.bulk_create(
        [
            ScoredText(
                text_key=key,
                text=row.text,
                language=row.language,
                feeling=row.feeling,
                subjects=None if row.subjects is None else sorted(set(row.subjects)),
                said_by_id=by.person_id,
                said_at=at,
            )
            for key, row in good.items()
        ],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["text_key"],
        update_fields=["feeling", "subjects", "language", "said_by", "said_at"],
    )
    if good and by.person_id is not None:
        record(verb="texts_scored", by=by.person_id, at=at, about=[thing("party", by.person_id)], count=len(good))
    return len(good)


@transaction.atomic
def forget_scored_text(*, by: Viewer, at: datetime, scored_id: int) -> None:
    """Learn no longer from this text. Raises NotAllowedError."""
    require(may_teach(by))
    gone, _by_table = ScoredText.objects.filter(pk=scored_id).delete()
    if gone:
        record(verb="scored_text_forgotten", by=by.person_id, at=at, about=[thing("scored_text", scored_id)])
