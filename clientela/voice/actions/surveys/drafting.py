"""Making surveys: drafting, changing, publishing, closing. What was published is never changed: a new version is."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require, require_seen
from clientela.voice.actions.surveys.rounds import close_round, open_round
from clientela.voice.models import (
    Survey,
    SurveyVersion,
)
from clientela.voice.policies.survey_making import may_make_survey, may_see_survey
from clientela.voice.rules.editing import empty_survey, mark_of
from clientela.voice.rules.surveys import (
    WARNINGS,
    Problem,
    SurveyDefinition,
    from_json,
    in_language,
    problems_of,
    to_json,
)
from clientela.voice.rules.surveys.ready import ready_survey

_LONGEST_KEY: Final = 50
_TAKEN_KEYS: Final = frozenset({"new", "import", "asking"})  # pages beside the surveys' own


class SurveyProblemsError(ValueError):
    """The survey cannot be asked as it stands: `problems` names every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.code.value for problem in problems))
        self.problems = list(problems)


class DraftChangedError(RuntimeError):
    """Somebody else changed the survey since it was read."""


class NoDraftError(RuntimeError):
    """There is nothing that is not published yet."""


@transaction.atomic
def draft_survey(
    *, by: Viewer, at: datetime, owner_id: int, title: str = "", language: str = "en", source: str = ""
) -> str:
    """Begin a survey and return its key. `source` is "ready:<name>", "copy:<key of a survey>" or "" for an empty one.

    Raises HiddenError for a source that is not there for `by`, and NotAllowedError.
    """
    require(may_make_survey(by, owner_id))
    kind, is_anonymous, definition = _begun(by, title=title, language=language, source=source)
    return begin_survey(
        by=by,
        at=at,
        owner_id=owner_id,
        kind=kind,
        is_anonymous=is_anonymous,
        definition=definition,
        source=source,
        language=language,
    )


def begin_survey(
    *,
    by: Viewer,
    at: datetime,
    owner_id: int,
    kind: str,
    is_anonymous: bool,
    definition: SurveyDefinition,
    source: str,
    language: str = "en",
) -> str:
    """Write a new survey with its first draft; return its key. For actions that have asked whether `by` may."""
    if directory.department_by_id(owner_id) is None:
        raise HiddenError("There is no such department.")
    survey = _created(
        title=in_language(definition.titles, language),
        kind=kind,
        is_anonymous=is_anonymous,
        owner_id=owner_id,
        by=by,
        at=at,
    )
    SurveyVersion.objects.create(
        survey=survey, number=1, definition=to_json(definition), made_at=at, made_by_id=by.person_id
    )
    record_survey_fact("survey_drafted", survey, by=by, at=at, source=source)
    return survey.key


@transaction.atomic
def change_draft(*, by: Viewer, at: datetime, key: str, definition: Mapping[str, Any], seen: str = "") -> str:
    """Replace the whole definition of the draft; of a published survey a new draft version is made. Return its mark.

    `seen` is the mark of the definition that the change was made from ("" does not ask). Raises StoredFormError for
    what is no definition, DraftChangedError, HiddenError, NotAllowedError.
    """
    survey = locked_survey(by, key)
    newest = _newest(survey)
    if seen and seen != mark_of(newest.definition):
        raise DraftChangedError
    stored = to_json(from_json(definition))
    if stored == newest.definition:
        return mark_of(stored)
    if newest.published_at is None:
        newest.definition, newest.made_at, newest.made_by_id = stored, at, by.person_id
        newest.save(update_fields=["definition", "made_at", "made_by"])
    else:
        SurveyVersion.objects.create(
            survey=survey, number=newest.number + 1, definition=stored, made_at=at, made_by_id=by.person_id
        )
        record_survey_fact("survey_version_begun", survey, by=by, at=at, number=newest.number + 1)
    return mark_of(stored)


@transaction.atomic
def go_back_to_version(*, by: Viewer, at: datetime, key: str, number: int) -> str:
    """Make the draft say again what an earlier version said. Return its mark."""
    survey = locked_survey(by, key)
    version = survey.versions.filter(number=number).first()
    if version is None:
        raise HiddenError("There is no such version.")
    return change_draft(by=by, at=at, key=key, definition=version.definition)


@transaction.atomic
def delete_draft(*, by: Viewer, at: datetime, key: str) -> bool:
    """Throw away what is not published. True if the whole survey went: nothing of it ever was. Raises NoDraftError."""
    survey = locked_survey(by, key)
    newest = _newest(survey)
    if newest.published_at is not None:
        raise NoDraftError
    record_survey_fact("survey_draft_deleted", survey, by=by, at=at, number=newest.number)
    newest.delete()
    if survey.versions.exists():
        return False
    survey.delete()
    return True


@transaction.atomic
def publish_survey(*, by: Viewer, at: datetime, key: str, seen: str = "") -> int:
    """Publish the draft, open the first round if none is open, and return the version's number.

    A closed survey without a draft is asked again as it was. A round that has an end goes on to it with its questions;
    one without an end is closed, and the next begins with the new ones. Raises SurveyProblemsError, DraftChangedError,
    NoDraftError, HiddenError, NotAllowedError.
    """
    survey = locked_survey(by, key)
    newest = _newest(survey)
    if seen and seen != mark_of(newest.definition):
        raise DraftChangedError
    if newest.published_at is not None and survey.state == Survey.State.OPEN:
        raise NoDraftError
    definition = from_json(newest.definition)
    problems = [problem for problem in problems_of(definition, definition.languages) if problem.code not in WARNINGS]
    if problems:
        raise SurveyProblemsError(problems)
    if newest.published_at is None:
        newest.published_at = at
        newest.save(update_fields=["published_at"])
    Survey.objects.filter(pk=survey.pk).update(state=Survey.State.OPEN)
    record_survey_fact("survey_published", survey, by=by, at=at, number=newest.number)
    open_now = survey.rounds.filter(released_at__isnull=True).first()
    if open_now is not None and open_now.closes_at is None and open_now.version_id != newest.pk:
        close_round(by=by, at=at, round_id=open_now.pk)
        open_now = None
    if open_now is None:
        open_round(by=by, at=at, survey_id=survey.pk)
    return newest.number


@transaction.atomic
def close_survey(*, by: Viewer, at: datetime, key: str) -> None:
    """Ask no longer. The open round ends now, and its answers are shown as those of every round that ended."""
    survey = locked_survey(by, key)
    if survey.state != Survey.State.OPEN:
        return
    Survey.objects.filter(pk=survey.pk).update(state=Survey.State.CLOSED)
    record_survey_fact("survey_closed", survey, by=by, at=at)
    open_now = survey.rounds.filter(released_at__isnull=True).first()
    if open_now is not None:
        close_round(by=by, at=at, round_id=open_now.pk)


def _begun(by: Viewer, *, title: str, language: str, source: str) -> tuple[str, bool, SurveyDefinition]:
    """What a new survey begins with: its kind, whether it is anonymous, and its questions."""
    what, _colon, name = source.partition(":")
    if what == "ready":
        ready = ready_survey(name)
        if ready is None:
            raise HiddenError("There is no such ready-made survey.")
        return ready.kind, ready.is_anonymous, ready.definition
    if what == "copy":
        other = Survey.objects.filter(key=name).first()
        if other is None:
            raise HiddenError("There is no such survey.")
        require_seen(may_see_survey(by, other.owner_id))
        return other.kind, other.is_anonymous, from_json(_newest(other).definition)
    return Survey.Kind.FREE, False, empty_survey(title.strip() or _("A new survey"), language)


def _created(*, title: str, kind: str, is_anonymous: bool, owner_id: int, by: Viewer, at: datetime) -> Survey:
    start = slugify(title)[:_LONGEST_KEY].strip("-") or "survey"
    # Two that begin a survey of the same title at once take turns on the unique key; the later one gets a number.
    taken = _TAKEN_KEYS | set(Survey.objects.filter(key__startswith=start).values_list("key", flat=True))
    number = 1
    while True:
        key = start if number == 1 else f"{start}-{number}"
        number += 1
        if key in taken:
            continue
        try:
            with refusals_as({"voice_survey_key_key": DraftChangedError()}):
                return Survey.objects.create(
                    key=key,
                    kind=kind,
                    owner_id=owner_id,
                    is_anonymous=is_anonymous,
                    link_key=secrets.token_urlsafe(18),
                    made_by_id=by.person_id,
                    made_at=at,
                )
        except DraftChangedError:
            taken |= {key}


def locked_survey(by: Viewer, key: str) -> Survey:
    """The survey for an action that changes it: they take turns on this lock. Raises HiddenError, NotAllowedError."""
    survey = Survey.objects.select_for_update().filter(key=key).first()
    if survey is None:
        raise HiddenError("There is no such survey.")
    require_seen(may_see_survey(by, survey.owner_id))
    require(may_make_survey(by, survey.owner_id))
    return survey


def _newest(survey: Survey) -> SurveyVersion:
    return survey.versions.order_by("-number")[0]


def record_survey_fact(verb: str, survey: Survey, *, by: Viewer, at: datetime, **data: object) -> None:
    """Write down what was done with a survey."""
    about = [thing("survey", survey.pk), thing("party", survey.owner_id)]
    record(verb=verb, by=by.person_id, at=at, about=about, **data)
