"""Surveys of other tools: SurveyJS JSON in, as a draft, and out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import require
from clientela.voice.actions.surveys.drafting import begin_survey
from clientela.voice.models import Survey
from clientela.voice.policies.survey_making import may_make_survey
from clientela.voice.rules.surveys.surveyjs import ImportProblem, from_surveyjs


class ImportRefusedError(ValueError):
    """The file cannot be taken over, or not whole: `problems` names every reason; `has_rest`: the rest could be."""

    def __init__(self, problems: Sequence[ImportProblem], *, has_rest: bool) -> None:
        super().__init__(", ".join(f"{problem.place} {problem.code.value}" for problem in problems))
        self.problems = list(problems)
        self.has_rest = has_rest


@transaction.atomic
def import_survey(*, by: Viewer, at: datetime, owner_id: int, raw: bytes, takes_rest: bool = False) -> str:
    """Begin a survey from a file and return its key. With `takes_rest` what cannot be taken over is left out.

    Raises ImportRefusedError, and NotAllowedError.
    """
    require(may_make_survey(by, owner_id))
    imported = from_surveyjs(raw, takes_rest=takes_rest)
    definition = imported.definition
    if definition is None:
        has_rest = not takes_rest and from_surveyjs(raw, takes_rest=True).definition is not None
        raise ImportRefusedError(imported.problems, has_rest=has_rest)
    if not definition.languages:
        definition = replace(definition, titles={"en": _("A survey that was brought in")})
    return begin_survey(
        by=by,
        at=at,
        owner_id=owner_id,
        kind=Survey.Kind.FREE,
        is_anonymous=False,
        definition=definition,
        source="surveyjs",
    )
