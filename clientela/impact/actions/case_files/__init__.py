"""Cases from elsewhere: files brought in, their columns confirmed, estimated from apart, deleted with their bytes."""

from clientela.impact.actions.case_files.asking import (
    CaseFileRefusedError,
    ask_for_case_estimation,
    cancel_case_estimation,
)
from clientela.impact.actions.case_files.bringing import (
    bring_case_file,
    bring_case_part,
    delete_case_file,
    remove_case_part,
    sweep_case_files,
)
from clientela.impact.actions.case_files.running import ESTIMATE_CASES_JOB, give_up_case_files, run_case_estimation

__all__ = [
    "ESTIMATE_CASES_JOB",
    "CaseFileRefusedError",
    "ask_for_case_estimation",
    "bring_case_file",
    "bring_case_part",
    "cancel_case_estimation",
    "delete_case_file",
    "give_up_case_files",
    "remove_case_part",
    "run_case_estimation",
    "sweep_case_files",
]
