"""The old cases brought to the product by the owner, as anybody would bring theirs; the worker works them out."""

from clientela.command.demonstration.content import table
from clientela.command.demonstration.earlier.story import earlier_story
from clientela.command.demonstration.earlier.writing import earlier_files
from clientela.command.demonstration.listening.house import Loaded
from clientela.impact.actions.case_files import ask_for_case_estimation, bring_case_file, bring_case_part
from clientela.impact.queries.case_files import CaseOptions


def bring_earlier_cases(loaded: Loaded) -> int:
    """Bring both files and have them worked out; return the number of the file of cases."""
    told, plan = table("earlier")["story"], loaded.plan
    last = loaded.morning(told["ended_days_ago"]).date()
    files = earlier_files(earlier_story(plan.departments, plan.branches), until=last)
    by, at = loaded.owner, plan.until
    number = bring_case_file(by=by, at=at, name=told["cases_file"], chunks=[files.cases], title=told["title"])
    bring_case_part(by=by, at=at, number=number, part="inside", name=told["inside_file"], chunks=[files.inside])
    ask_for_case_estimation(
        by=by, at=at, number=number, roles=files.roles, outcomes=files.outcomes, options=CaseOptions()
    )
    return number
