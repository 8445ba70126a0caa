"""Only the word of a checker that we trust counts, and only where nobody else could have written it."""

import pytest

from clientela.inbox.reading.trust import Trust, trust_of
from tests.rules.inbox.letters import written

TRUSTED = ("mx.house.test",)


def trust(*lines: str, trusted: tuple[str, ...] = TRUSTED) -> Trust:
    """What is believed of a mail with these header lines above its From."""
    return trust_of(written(*lines, "From: Ana <ana@lumen.test>", "Subject: x").headers, trusted)


def results(said: str, who: str = "mx.house.test") -> str:
    return f"Authentication-Results: {who}; {said}"


def test_nobody_is_believed_when_nobody_is_trusted() -> None:
    assert trust(results("dmarc=pass header.from=lumen.test"), trusted=()) == Trust()
    assert trust(results("dmarc=pass header.from=lumen.test"), trusted=("", " ")).as_json() == {}


def test_a_stranger_who_vouches_for_himself_is_not_believed() -> None:
    assert trust(results("spf=pass; dkim=pass; dmarc=pass", who="mx.evil.test")) == Trust()
    assert trust(results("dmarc=pass", who="mx.house.test.evil.test")) == Trust()
    assert trust(results("dmarc=pass", who="evilmx.house.test")) == Trust()
    assert trust("Authentication-Results: (mx.house.test) mx.evil.test; dmarc=pass") == Trust()
    assert trust("X-Authentication-Results: mx.house.test; dmarc=pass") == Trust()


def test_a_checker_that_we_trust_is_believed() -> None:
    found = trust(
        results(
            "spf=pass smtp.mailfrom=ana@lumen.test; dkim=pass header.d=lumen.test; dmarc=pass header.from=lumen.test"
        )
    )
    assert found == Trust("mx.house.test", "pass", "pass", "pass", "passed")
    assert found.as_json() == {
        "checked_by": "mx.house.test",
        "spf": "pass",
        "dkim": "pass",
        "dmarc": "pass",
        "verdict": "passed",
    }


def test_of_two_lines_with_the_same_name_the_upper_one_counts() -> None:
    found = trust(
        results("dmarc=fail header.from=lumen.test"),
        "Received: from evil.test by mx.house.test; Fri, 13 Nov 2026 10:00:00 +0000",
        "Received: from bank.test by mx.house.test; Fri, 13 Nov 2026 09:00:00 +0000",
        results("dmarc=pass header.from=lumen.test"),
    )
    assert (found.dmarc, found.verdict) == ("fail", "failed")


def test_a_line_from_before_the_checker_took_the_mail_is_forged() -> None:
    found = trust(
        "Received: from mx.house.test by inner.house.test; Fri, 13 Nov 2026 10:00:01 +0000",
        "Received: from bank.test by mx.evil.test; Fri, 13 Nov 2026 09:00:00 +0000",
        results("dmarc=pass header.from=lumen.test"),
    )
    assert found == Trust()


def test_results_may_stand_below_the_line_with_which_the_checker_took_the_mail() -> None:
    found = trust(
        "Received: from somewhere.test by mx.house.test; Fri, 13 Nov 2026 10:00:00 +0000",
        results("dmarc=pass header.from=lumen.test"),
        "Received: from inside.somewhere.test by somewhere.test; Fri, 13 Nov 2026 09:00:00 +0000",
        results("dmarc=fail header.from=lumen.test"),
    )
    assert (found.dmarc, found.verdict) == ("pass", "passed")


def test_hops_inside_our_house_do_not_hide_the_results() -> None:
    found = trust(
        "Received: from relay.other.test by store.other.test; Fri, 13 Nov 2026 10:00:02 +0000",
        "Received: from mx.house.test by relay.other.test; Fri, 13 Nov 2026 10:00:01 +0000",
        results("dmarc=pass header.from=lumen.test"),
        "Received: from somewhere.test by mx.house.test; Fri, 13 Nov 2026 10:00:00 +0000",
    )
    assert found.verdict == "passed"


def test_filters_that_write_a_line_each_are_read_together() -> None:
    found = trust(
        results("dmarc=none header.from=lumen.test"),
        results("dkim=pass header.d=lumen.test"),
        results("spf=softfail smtp.mailfrom=bounce@list.test"),
    )
    assert found == Trust("mx.house.test", "softfail", "pass", "none", "passed")


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("none", "unknown"),
        ("spf=none; dkim=none; dmarc=none", "unknown"),
        ("spf=temperror; dkim=temperror", "unknown"),
        ("spf=neutral smtp.mailfrom=ana@lumen.test", "unknown"),
        ("spf=pass smtp.mailfrom=ana@lumen.test", "passed"),
        ("spf=pass smtp.mailfrom=mail.lumen.test", "passed"),
        ("spf=pass smtp.mailfrom=evil.test; dkim=none", "unknown"),
        ("dkim=pass header.i=@lumen.test", "passed"),
        ("dkim=pass header.d=evil.test", "unknown"),
        ("dkim=pass header.d=evillumen.test", "unknown"),
        ("dkim=fail header.d=lumen.test; spf=pass smtp.mailfrom=lumen.test", "passed"),
        ("dkim=fail header.d=lumen.test; spf=pass smtp.mailfrom=evil.test", "failed"),
        ("dkim=fail header.d=list.test; dkim=pass header.d=lumen.test", "passed"),
        ("spf=fail smtp.mailfrom=lumen.test", "failed"),
        ("spf=softfail smtp.mailfrom=lumen.test", "failed"),
        ("dmarc=fail (p=none) header.from=lumen.test; spf=pass smtp.mailfrom=lumen.test", "failed"),
        ("dmarc=pass", "passed"),
        ("dmarc=pass header.from=evil.test", "failed"),
        ("DMARC=PASS header.from=Lumen.Test", "passed"),
        ('dkim=pass reason="good; dmarc=fail" header.d=lumen.test', "passed"),
        ("dkim=pass (2048-bit (key); dmarc=fail) header.d=lumen.test", "passed"),
        ("x-dmarc=pass; iprev=pass policy.iprev=192.0.2.1; auth=pass", "unknown"),
    ],
)
def test_the_verdict_is_about_the_domain_in_from(said: str, verdict: str) -> None:
    assert trust(results(said)).verdict == verdict


def test_two_authors_are_never_proven() -> None:
    line = results("dmarc=pass header.from=lumen.test")
    two_lines = written(line, "From: ana@lumen.test", "From: ceo@bank.test", "Subject: x")
    one_line = written(line, "From: ana@lumen.test, ceo@bank.test", "Subject: x")
    assert trust_of(two_lines.headers, TRUSTED).verdict == "failed"
    assert trust_of(one_line.headers, TRUSTED).verdict == "failed"


def test_a_name_may_bear_a_version_and_capitals() -> None:
    assert trust("Authentication-Results: MX.House.Test 1; dmarc=pass").checked_by == "mx.house.test"


def test_a_checker_without_a_name_is_known_by_the_line_above() -> None:
    nameless = "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=lumen.test; dmarc=pass"
    taken = "Received: from a.test by AM1.mail.protection.outlook.com (10.0.0.1); Fri, 13 Nov 2026 10:00:00 +0000"
    trusted = ("protection.outlook.com",)
    assert trust(taken, nameless, trusted=trusted).verdict == "passed"
    assert trust(nameless, taken, trusted=trusted) == Trust()
    assert trust(taken.replace("outlook.com", "outlook.test"), nameless, trusted=trusted) == Trust()


@pytest.mark.parametrize(
    "broken",
    [
        "",
        ";",
        ";;;",
        "mx.house.test",
        "mx.house.test;",
        "mx.house.test; =",
        "mx.house.test; dkim=",
        '"mx.house.test',
        "((((",
        "\\",
    ],
)
def test_a_broken_line_says_nothing_and_breaks_nothing(broken: str) -> None:
    found = trust(f"Authentication-Results: {broken}")
    assert (found.spf, found.dkim, found.dmarc, found.verdict) == ("", "", "", "unknown")
