"""Who sees files of cases from elsewhere and what was estimated from them, and who brings them."""

from clientela.directory.policies import Viewer
from clientela.impact.policies.estimates import may_estimate, may_see_impact
from clientela.kernel.policies import Verdict


def may_see_case_files(viewer: Viewer) -> Verdict:
    """Whoever sees Impact: the figures are of suppliers as a file calls them, never of persons."""
    return may_see_impact(viewer)


def may_bring_case_files(viewer: Viewer) -> Verdict:
    """Whoever may have Impact worked out brings files, says what their columns are, and deletes them."""
    return may_estimate(viewer)
