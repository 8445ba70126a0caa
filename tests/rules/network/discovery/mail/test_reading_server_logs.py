"""Logs of Postfix and Exim: what belongs together, in whatever way its moments are written, and what cannot be used."""

import gzip
from datetime import date, datetime
from pathlib import Path

import pytest

from clientela.network.discovery import LogProblemError, Note
from clientela.network.discovery.mail import MailFound
from clientela.network.discovery.mail.heads import Clock
from clientela.network.discovery.mail.joining import MOST_ENDED, Joining
from clientela.network.discovery.mail.logs import EXIM, POSTFIX, TABLE, kind_of
from clientela.network.discovery.mail.postfix import Postfix
from tests.rules.network.discovery.mail.server_logs import bsd, counted_log, exim, iso, postfix
from tests.rules.network.discovery.mail.traces import (
    DESK,
    LATER,
    SHOP,
    Mail,
    asks_of_five,
    counted,
    mail,
    record,
    written,
)

YEAR = Note("log_year", what="2024")
LAST_DAY = date(2024, 11, 22)


def seen(found: MailFound) -> list[tuple[int, int, int, int]]:
    return [(week.provider, week.customer, week.asked, week.answered) for week in found.weeks]


def figures(found: MailFound) -> tuple[object, ...]:
    return (
        found.deliveries, found.first_at, found.last_at, found.asks, found.answers, found.follow_ups, found.weeks,
        found.left_out, found.not_kept,
    )  # fmt: skip


def codes(found: MailFound) -> list[str]:
    return [note.code for note in found.notes]


# --- what cannot be used


def test_a_log_in_which_nothing_was_delivered_is_refused(tmp_path: Path) -> None:
    text = "Nov 22 10:00:00 mx postfix/qmgr[7]: 4XyZq0001Bz: from=<a@casa.test>, size=1, nrcpt=1 (queue active)\n"
    with pytest.raises(LogProblemError) as problem:
        counted_log(tmp_path, text)
    assert str(problem.value) == (
        "mail.log.0: this is a log of Postfix, and in it not one mail was delivered whose sender it names."
    )


def test_a_log_most_of_whose_lines_tell_no_moment_is_refused_with_the_first(tmp_path: Path) -> None:
    good = postfix([]).splitlines()[0]
    with pytest.raises(LogProblemError, match=r"mail.log.0, line 2: 2 of 3 lines begin with no moment"):
        counted_log(tmp_path, f"{good}\nsomething else\nXyz 40 10:00:00 mx x\n")


def test_several_tables_are_not_counted_as_one(tmp_path: Path) -> None:
    with pytest.raises(LogProblemError, match="of tables one is counted at a time"):
        counted_log(tmp_path, record(asks_of_five()), record([]))


def test_a_log_that_is_packed_and_broken_off_is_named(tmp_path: Path) -> None:
    with pytest.raises(LogProblemError, match=r"mail.log.0: the packed file ends in the middle"):
        counted_log(tmp_path, gzip.compress(postfix(asks_of_five() * 40).encode())[:900])


def test_lines_that_cannot_be_used_are_counted_and_named_with_their_file_and_why(tmp_path: Path) -> None:
    bad = (
        "Feb 30 10:00:00 mx postfix/qmgr[7]: 4XyZq9999Bz: removed\n"
        "Mar  5 10:00:00 mx postfix/lmtp[7]: 4XyZq9999Bz: to=<desk1@casa.test>, relay=x, status=sent (250 ok)\n"
        "Mar  5 10:00:00 mx postfix/lmtp[7]: 4XyZq9999Bz: to=<desk1@casa.test>, cut off he\n"
    )
    found = counted_log(tmp_path, bad + postfix(asks_of_five()))
    assert found.notes[1:] == (
        Note("no_zone", 12),
        Note("log_broken", 1, (3,), "mail.log.0"),
        Note("log_no_moment", 1, (1,), "mail.log.0"),
        Note("log_no_sender", 1, (2,), "mail.log.0"),
    )


# --- what a log says


def test_which_server_wrote_it_is_seen_by_its_lines(tmp_path: Path) -> None:
    other = "Nov 22 10:00:00 mx dovecot: imap(a): Logged out\n"
    assert kind_of(written(tmp_path, other + postfix([]))) == POSTFIX
    assert kind_of(written(tmp_path, "\ufeff" + exim([]))) == EXIM
    assert kind_of(written(tmp_path, record([]))) == TABLE
    assert kind_of(written(tmp_path, other)) == TABLE


@pytest.mark.parametrize("form", ["bsd", "iso", "rfc5424", "exim", "exim by syslog", "packed"])
def test_a_log_says_the_same_as_a_table_of_the_same_mails(tmp_path: Path, form: str) -> None:
    mails: list[Mail] = [
        *asks_of_five(),
        mail(40, "shop1", "desk1", "desk2", "desk3"),
        mail(41, "shop2", *(f"desk{number}" for number in range(1, 7)), *(f"x{n}@else.test" for n in range(6))),
        mail(42, "shop3", "shop4"),
    ]
    as_table = counted(tmp_path, mails)
    text: dict[str, str | bytes] = {
        "bsd": postfix(mails),
        "packed": gzip.compress(postfix(mails).encode()),
        "iso": postfix(mails, moment=iso),
        "rfc5424": postfix(mails, moment=lambda at: f"<22>1 {iso(at)}", tag=" 77 - -"),
        "exim": exim(mails),
        "exim by syslog": "".join(f"Nov  1 10:00:00 mx exim[7]: {line}\n" for line in exim(mails).splitlines()),
    }
    found = counted_log(tmp_path, text[form], zone="UTC")
    assert figures(found) == figures(as_table)
    assert seen(found) == [(DESK, SHOP, 5, 5)]
    assert found.left_out["many"] == 12
    assert found.rows == found.deliveries
    is_exim = form.startswith("exim")
    assert (found.kind, codes(found)) == (
        EXIM if is_exim else POSTFIX, ["log_year"] if form in {"bsd", "packed", "exim by syslog"} else [],
    )  # fmt: skip


def test_rotated_files_in_whatever_order_are_one_log(tmp_path: Path) -> None:
    lines = postfix(asks_of_five()).splitlines(keepends=True)
    old, new = "".join(lines[:8]), "".join(lines[8:])  # cut in the middle of a mail
    whole = counted_log(tmp_path, old + new)
    assert figures(counted_log(tmp_path, new, gzip.compress(old.encode()))) == figures(whole)
    assert figures(counted_log(tmp_path, "", old, new)) == figures(whole)  # just rotated, and nothing in it yet


def test_a_filter_that_hands_a_mail_back_does_not_make_it_two(tmp_path: Path) -> None:
    text = postfix(asks_of_five())
    again = text.replace("4XyZq", "5AbCd").replace("mx[private/dovecot-lmtp]", "127.0.0.1[127.0.0.1]:10024")
    merged = "".join(
        one + other for one, other in zip(again.splitlines(keepends=True), text.splitlines(keepends=True), strict=True)
    )
    found = counted_log(tmp_path, merged, zone="UTC")
    assert figures(found) == figures(counted(tmp_path, asks_of_five()))
    assert found.notes == (YEAR, Note("again", 12))


def test_what_a_filter_throws_away_and_what_bounces_never_arrived(tmp_path: Path) -> None:
    text = postfix(asks_of_five())
    for became in ("status=sent (250 2.7.0 Ok, discarded, id=1 - spam)", "status=bounced (550 no)", "status=expired"):
        with pytest.raises(LogProblemError, match="there is not one mail"):
            counted_log(tmp_path, text.replace("status=sent (250 2.0.0 <x> Saved)", became))


def test_what_was_only_tried_is_not_counted_until_it_is_sent(tmp_path: Path) -> None:
    lines = []
    for line in postfix(asks_of_five()).splitlines():
        if " to=<" in line:
            lines.append(line.replace("status=sent", "status=deferred"))
            lines.append(next(one for one in reversed(lines) if " from=<" in one))  # and it is active again
        lines.append(line)
    assert figures(counted_log(tmp_path, "\n".join(lines), zone="UTC")) == figures(counted(tmp_path, asks_of_five()))


@pytest.mark.parametrize("has_end", [True, False])
def test_an_id_that_is_given_again_is_another_mail(tmp_path: Path, *, has_end: bool) -> None:
    lines = postfix(asks_of_five()).splitlines()
    once = ["4C0FFEE" + line[place + 11 :] if (place := line.find("4XyZq")) >= 0 else line for line in lines]
    once = [line[: line.find("4XyZq")] + tail for line, tail in zip(lines, once, strict=True)]
    text = "\n".join(line for line in once if has_end or "removed" not in line)
    assert figures(counted_log(tmp_path, text, zone="UTC")) == figures(counted(tmp_path, asks_of_five()))


def test_what_was_written_to_a_departments_address_went_to_it_whoever_gets_it(tmp_path: Path) -> None:
    mails = [mail(9 + number / 100, f"shop{number}", "desk") for number in range(1, 6)]
    shared = "to=<desk4@casa.test>, orig_to=<desk@casa.test>,"
    text = postfix(mails).replace("to=<desk@casa.test>,", shared)
    found = counted_log(tmp_path, text, zone="UTC")
    assert figures(found) == figures(counted(tmp_path, mails))
    assert seen(found) == [(DESK, SHOP, 5, 0)]
    unknown = counted_log(tmp_path, postfix(mails).replace("to=<desk@casa.test>,", "to=<desk@mx.local>, orig_to=<d>,"))
    assert seen(unknown) == []


def test_the_new_lines_of_exim_and_its_losses_are_understood(tmp_path: Path) -> None:
    lines = []
    for line in exim(asks_of_five()).splitlines():
        moment, _, rest = line.partition(" 1tAbC")
        lines.append(f"{moment}.250 +0000 [4242] 1tAbC{rest.replace('-00', '-0000000', 1)}")
    lines += [
        "2024-03-06 10:00:00.000 +0000 [1] 1tZZZZ-0000000001a-Xy <= shop1@casa.test U=shop P=local S=1",
        "2024-03-06 10:00:00.000 +0000 [1] 1tZZZZ-0000000001a-Xy ** desk9@casa.test R=x T=y: 550 no such user",
        "2024-03-06 10:00:00.000 +0000 [1] 1tZZZZ-0000000001a-Xy == desk8@casa.test R=x defer (-1)",
        "2024-03-06 10:00:00.000 +0000 [1] 1tZZZZ-0000000001a-Xy => :blackhole: <desk7@casa.test> R=x",
        "2024-03-06 10:00:01.000 +0000 [1] 1tZZZZ-0000000002b-Xy >> desk1@casa.test R=x T=y",
        "2024-03-06 10:00:01.000 +0000 [1] 1tZZZZ-0000000002b-Xy <= shop1@casa.test H=x P=esmtp S=1",
    ]
    found = counted_log(tmp_path, "\n".join(lines))
    assert (seen(found), found.deliveries, found.follow_ups) == ([(DESK, SHOP, 5, 5)], 13, 1)
    assert found.notes == (Note("log_lost", 2),)


# --- the year that a log does not tell


@pytest.mark.parametrize(
    ("latest_on", "first", "last", "year"),
    [
        (date(2024, 11, 22), "Nov 20", "Nov 22", 2024),
        (date(2024, 11, 22), "Dec 20", "Dec 24", 2023),
        (date(2025, 1, 5), "Dec 30", "Jan  4", 2025),
        (date(2024, 11, 22), "Dec 30", "Jan  4", 2024),
        (date(2026, 11, 22), "Feb 29", "Mar  1", 2024),
        (date(2024, 11, 22), "Nov 22", "Nov 23", 2024),  # a zone that is a day ahead
    ],
)
def test_the_year_is_the_newest_that_does_not_go_beyond_the_last_day(
    latest_on: date, first: str, last: str, year: int
) -> None:
    clock = Clock(latest_on)
    read = [clock.read(f"{day} 10:00:00 mx postfix/qmgr[1]: x".encode()) for day in (first, last)]
    assert read[1] is not None
    assert read[1][0] == f"{datetime.strptime(f'{last} {year}', '%b %d %Y').date()} 10:00:00"  # noqa: DTZ007 - a day only
    assert not clock.is_beyond


def test_a_log_over_more_than_a_year_begins_as_many_years_earlier(tmp_path: Path) -> None:
    assert counted_log(tmp_path, postfix(asks_of_five()), latest_on="2024-03-20").first_at == "2024-02-26T00:00:00Z"
    old = postfix([]).splitlines()[:5]
    days = ("A", "Jan 10"), ("B", "Jun 10"), ("C", "Dec 10")
    old = [line.replace("Feb 26", day).replace("4XyZq", name) for name, day in days
           for line in old]  # fmt: skip
    found = counted_log(tmp_path, "\n".join([*old, postfix(asks_of_five())]), latest_on="2024-03-20")
    assert (found.first_at[:10], found.last_at[:10], found.notes[0]) == ("2023-01-10", "2024-03-18", YEAR)


def test_a_late_line_of_december_is_still_of_the_old_year() -> None:
    clock = Clock(LAST_DAY)
    days = ("Dec 31 23:59:58", "Jan  1 00:00:00", "Dec 31 23:59:59", "Jan  1 00:00:01")
    read = [clock.read(f"{day} mx x: y".encode()) for day in days]
    assert [one and one[0][:10] for one in read] == ["2023-12-31", "2024-01-01", "2023-12-31", "2024-01-01"]


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-11-22T10:00:00+0100 mx", "2026-11-22 10:00:00+01:00"),
        ("2026-11-22T10:00:00.123456Z mx", "2026-11-22 10:00:00Z"),
        ("2026-11-22 10:00:00 mx", "2026-11-22 10:00:00"),
        ("Sun 2026-11-22 10:00:00 CET mx", "2026-11-22 10:00:00"),
        ("Sun 2026-11-22 10:00:00 UTC mx", "2026-11-22 10:00:00Z"),
        ("<22>Nov  2 2026 10:00:00 mx", "2026-11-02 10:00:00"),
        ("1795341600.123456 mx", "2026-11-22 10:00:00Z"),
    ],
)
def test_every_way_in_which_syslog_and_journald_write_moments_is_read(said: str, moment: str) -> None:
    read = Clock(LAST_DAY).read(said.encode())
    assert read == (moment, len(said) - 2)


@pytest.mark.parametrize("said", ["2026-13-01T10:00:00 mx", "Nov 31 10:00:00 mx", "Nov 30 25:00:00 mx", "10:00 mx", ""])
def test_what_is_no_moment_is_none(said: str) -> None:
    assert Clock(LAST_DAY).read(said.encode()) is None


# --- memory


def test_what_has_left_the_queue_is_let_go() -> None:
    joining = Joining(frozenset())
    reader = Postfix(joining, Clock(LAST_DAY))
    start = bsd(datetime(2024, 3, 4))  # noqa: DTZ001 - as logs write it
    for number in range(MOST_ENDED + 500):
        head = f"{start} mx postfix/qmgr[1]: 4XyZq{number:05d}: ".encode()
        reader.take(head + b"from=<a@casa.test>, size=1, nrcpt=1 (queue active)\n" + head + b"removed\n", 2 * number)
    assert joining.open_count == MOST_ENDED


def test_a_log_that_never_says_removed_holds_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clientela.network.discovery.mail.joining.MOST_OPEN", 50)
    monkeypatch.setattr("clientela.network.discovery.mail.joining.MOST_ENDED", 10)
    joining = Joining(frozenset())
    for number in range(500):
        joining.begin(b"%d" % number, "2024-03-04 10:00:00")
    assert joining.open_count == 60


def test_asks_of_a_log_are_those_of_its_days(tmp_path: Path) -> None:
    assert LATER[0] == 14 * 24
    found = counted_log(tmp_path, postfix(asks_of_five()), zone="Europe/Bucharest")
    assert found.first_at == "2024-02-25T22:00:00Z"
