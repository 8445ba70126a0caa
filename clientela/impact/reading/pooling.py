"""Suppliers of whom too few said anything never stand alone in what a page shows."""

from dataclasses import replace

import numpy as np

from clientela.impact.reading.contracts import CasesRead
from clientela.impact.reading.problems import Note
from clientela.impact.rules.cases import LEAST_ANSWERS
from clientela.impact.rules.pooling import pooled
from clientela.impact.rules.refusing import NoAnswer, Refusal

POOLED = ""  # the name of all of them together


def pooled_cases(read: CasesRead) -> CasesRead:
    """Count the suppliers with fewer than five answers in every period as one; where all are such, there is no answer.

    Nothing is pooled where the files do not say how many answers stand behind a figure.
    """
    if isinstance(read.cases, NoAnswer) or not read.has_answers:
        return read
    answers = read.inside.answers
    known = np.isfinite(read.inside.quality).all(axis=0)
    is_known = known.any(axis=0)  # of whom nothing is known, nothing would be told
    is_small = (answers.max(axis=0, initial=0) < LEAST_ANSWERS) & is_known
    if not is_small.any():
        return read
    if is_small.sum() == is_known.sum():
        figures = {"cells": int(known.sum()), "of": int(known.sum()), "least_answers": LEAST_ANSWERS}
        return replace(read, cases=NoAnswer(Refusal.TOO_FEW_PEOPLE, figures))
    into = np.where(is_small, int((~is_small).sum()), np.cumsum(~is_small) - 1)
    cases, inside = pooled(read.cases, read.inside, into=into)
    names = [name for name, small in zip(read.suppliers, is_small.tolist(), strict=True) if not small]
    count = int(is_small.sum())
    note = Note("pooled", {"suppliers": count}, f"{count:,} suppliers with fewer than five answers count as one.")
    return replace(read, cases=cases, inside=inside, suppliers=(*names, POOLED), notes=(*read.notes, note))
