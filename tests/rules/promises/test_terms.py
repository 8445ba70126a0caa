from typing import Any

import pytest

from clientela.promises.rules import Terms, TermsProblemError


def test_terms_promise_working_seconds_or_nothing() -> None:
    terms = Terms(first_reply_minutes=30, resolution_minutes=960, pauses_while=frozenset({"waiting_customer"}))
    assert terms.target_seconds("first_reply") == 1800
    assert terms.target_seconds("next_reply") is None
    assert terms.target_seconds("resolution") == 57_600
    assert (terms.on_reopen, terms.warn_share) == ("resume", 0.8)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"first_reply_minutes": 0}, "first_reply_minutes", "no-time"),
        ({"next_reply_minutes": -5}, "next_reply_minutes", "no-time"),
        ({"resolution_minutes": 0}, "resolution_minutes", "no-time"),
        ({"pauses_while": frozenset({"waiting_customer", "lunch"})}, "pauses_while", "unknown-state"),
        ({"on_reopen": "again"}, "on_reopen", "unknown-reopening"),
        ({"warn_share": 0}, "warn_share", "not-a-share"),
        ({"warn_share": 1.01}, "warn_share", "not-a-share"),
        ({"warn_share": float("nan")}, "warn_share", "not-a-share"),
    ],
)
def test_terms_that_cannot_be_kept_track_of_are_refused(change: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(TermsProblemError) as caught:
        Terms(**change)
    assert (caught.value.field, caught.value.code) == (field, code)
    assert str(caught.value) == f"Terms, {field}: {caught.value.problem} {caught.value.remedy}"
