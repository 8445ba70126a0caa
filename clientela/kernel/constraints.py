"""The database keeps the promise; this turns its refusal into the exception of the action that ran into it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from django.db import IntegrityError, transaction


@contextmanager
def refusals_as(errors: Mapping[str, Exception]) -> Iterator[None]:
    """Run the block in a savepoint; a violated constraint named in `errors` raises its exception, others pass on.

    After the exception the surrounding transaction goes on as if the block had never run.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refusal:
        error = errors.get(violated_constraint(refusal))
        if error is None:
            raise
        raise error from refusal


def violated_constraint(refusal: IntegrityError) -> str:
    """The name of the constraint that refused, or "" if the database named none."""
    cause = refusal.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, psycopg.Error) else ""


def violation_detail(refusal: IntegrityError) -> str:
    """What the database told in detail about its refusal, or "" if nothing."""
    cause = refusal.__cause__
    return (cause.diag.message_detail or "") if isinstance(cause, psycopg.Error) else ""
