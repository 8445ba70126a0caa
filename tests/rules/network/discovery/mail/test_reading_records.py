"""A mail server's record as it comes: columns, addresses, what is left out, what cannot be used."""

import gzip
from pathlib import Path

import pytest

from clientela.network.discovery import LogProblemError, Note
from clientela.network.discovery.mail import Addresses, MailFound, MailWish
from clientela.network.discovery.mail import gathering as engine
from clientela.network.discovery.mail.counting import count_mail
from clientela.network.rules.waits import middle_of
from tests.rules.network.discovery.mail.traces import (
    ADDRESSES,
    DESK,
    HEADING,
    LATER,
    SHOP,
    Mail,
    asks_of_five,
    counted,
    mail,
    record,
    written,
)

NOTHING_LEFT_OUT = {
    "machines": 0, "many": 0, "own": 0, "unknown": 0, "too_small": 0, "outside_only": 2, "within": 0,
}  # fmt: skip


def seen(found: MailFound) -> list[tuple[int, int, int, int]]:
    return [(week.provider, week.customer, week.asked, week.answered) for week in found.weeks]


def refused(folder: Path, text: str, **wish: object) -> str:
    path = written(folder, text)
    with pytest.raises(LogProblemError) as problem:
        count_mail(path, MailWish(**wish), ADDRESSES, name="trace.csv")  # type: ignore[arg-type]  # a wish's own fields
    return str(problem.value)


# --- what cannot be used


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    assert refused(tmp_path, "when,who,whom\n2024-03-04,a@b.test,c@b.test\n") == (
        "trace.csv: no column was found for sender, recipients and moment. The columns are: “when”, “who”, “whom”. "
        "Tell which is which: --columns sender=…,recipients=…,moment=…."
    )
    assert refused(tmp_path, record(asks_of_five()), columns={"sender": "sendr_address"}) == (
        "trace.csv: there is no column “sendr_address” for the role sender. Did you mean “sender_address”? The columns "
        "are: “origin_timestamp_utc”, “sender_address”, “recipient_status”, “message_subject”."
    )


def test_one_column_is_not_two_things(tmp_path: Path) -> None:
    told = {"sender": "sender_address", "recipients": "sender_address"}
    assert refused(tmp_path, record(asks_of_five()), columns=told) == (
        "trace.csv: the column “sender_address” cannot be two things at once. Tell another with --columns."
    )


def test_a_column_of_addresses_without_any_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path, record(asks_of_five()), columns={"recipients": "message_subject"}) == (
        "trace.csv, line 2, column “message_subject”: there is no mail address in it. Tell the column of the "
        "recipients: --columns recipients=…."
    )


def test_a_record_without_one_moment_is_refused_with_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path, HEADING + "soon,a@b.test,c@b.test,x\nlater,a@b.test,c@b.test,x\n") == (
        "trace.csv, line 2, column “origin_timestamp_utc”: not one moment can be read. Write them like 2024-03-04 "
        "09:30:00, or name another column: --columns moment=…."
    )


def test_other_files_and_wrong_wishes_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "<log></log>").startswith("trace.csv: ")
    assert "there is no zone “Mars/Base”" in refused(tmp_path, record([]), zone="Mars/Base")
    assert "a number from 1 on" in refused(tmp_path, record([]), most_recipients=0)
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(gzip.compress(record(asks_of_five() * 500).encode())[:200])
    with pytest.raises(LogProblemError, match="ends in the middle"):
        count_mail(path, MailWish(), ADDRESSES)


def test_a_record_without_a_heading_is_refused_and_its_addresses_are_not_repeated(tmp_path: Path) -> None:
    assert refused(tmp_path, "2024-03-04,a@b.test,c@b.test\n2024-03-05,a@b.test,c@b.test\n") == (
        "trace.csv, line 1: this is a mail and no heading. The first line must name the columns."
    )


def test_a_quote_that_never_closes_is_named_with_its_line(tmp_path: Path) -> None:
    text = record([]) + '2024-03-04T09:00:00,"a@b.test,c@b.test,x\n' + "2024-03-04T09:00:00,a@b.test,c@b.test,x\n" * 200
    assert refused(tmp_path, text).startswith("trace.csv, line 3: a quote opens and does not close")


# --- what a record says


def test_a_record_of_microsoft_365_is_read_as_it_is(tmp_path: Path) -> None:
    found = counted(tmp_path, asks_of_five())
    assert seen(found) == [(DESK, SHOP, 5, 5)]
    assert (found.rows, found.deliveries, found.asks, found.answers, found.follow_ups) == (12, 12, 5, 5, 0)
    assert (found.left_out, found.not_kept, found.notes) == (NOTHING_LEFT_OUT, {}, ())
    assert (found.first_at, found.last_at) == ("2024-02-26T00:00:00Z", "2024-03-18T00:00:00Z")
    assert found.columns.named == {
        "sender": "sender_address", "recipients": "recipient_status", "moment": "origin_timestamp_utc",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Received,SenderAddress,RecipientAddress,Status\n", "{moment}Z,{sender},{reader},Delivered\n"),
        ("Message ID,Start date,Sender,Recipient address\n", "<1@x>,{moment}+00:00,{sender},{reader}\n"),
        ("date;from;to\n", "{moment}Z;{sender};<{reader}>\n"),
    ],
)
def test_other_servers_write_otherwise(tmp_path: Path, heading: str, line: str) -> None:
    lines = record([*asks_of_five(), LATER]).splitlines()[1:]
    parts = [one.replace('"', "").split(",", 2) for one in lines]
    text = heading + "".join(
        line.format(moment=moment[:19], sender=sender, reader=rest.split("##")[0].split(",")[0])
        for moment, sender, rest in parts
    )
    assert seen(count_mail(written(tmp_path, text), MailWish(), ADDRESSES)) == [(DESK, SHOP, 5, 5)]


def test_packed_and_in_utf_16_it_is_the_same(tmp_path: Path) -> None:
    text = record([*asks_of_five(), LATER])
    packed, wide = tmp_path / "trace.csv.gz", tmp_path / "wide.csv"
    packed.write_bytes(gzip.compress(text.encode()))
    wide.write_bytes(text.encode("utf-16"))
    plain = count_mail(written(tmp_path, text), MailWish(), ADDRESSES)
    for path in (packed, wide):
        assert count_mail(path, MailWish(), ADDRESSES).weeks == plain.weeks != ()


def test_capitals_and_sub_addresses_are_the_same_person(tmp_path: Path) -> None:
    mails: list[Mail] = [
        (hours, sender.upper(), readers.replace("@", "+tag@")) for hours, sender, readers in asks_of_five()
    ]
    assert seen(counted(tmp_path, mails)) == [(DESK, SHOP, 5, 5)]


def test_one_mail_in_many_rows_is_one_mail(tmp_path: Path) -> None:
    """Some servers write a row for each recipient, and repeat them for every step."""
    mails = [mail(9 + n / 100, f"shop{n}", f"desk{m}") for n in range(1, 6) for m in range(1, 6)]
    found = counted(tmp_path, [*mails, *mails])
    assert (found.rows, found.deliveries, found.asks, found.follow_ups) == (52, 27, 5, 20)


def test_everything_that_is_left_out_is_counted(tmp_path: Path) -> None:
    many = [f"x{number}@elsewhere.test" for number in range(10)]
    found = counted(
        tmp_path,
        [
            mail(1, "", "shop1"),  # a bounce
            mail(2, "no-reply", "shop1"),
            mail(3, "shop1", "bounce-7@lists.test"),
            mail(4, "shop1", "desk1", *many),  # an announcement to eleven
            mail(5, "shop1", "shop1"),
            mail(6, "shop1", "shop2"),
            mail(7, "stranger", "shop1"),  # at our domain, and nobody's
            mail(8, "boss", "shop1"),  # of a department of too few
            mail(9, "shop1", "desk1", "desk2"),
        ],
    )
    assert found.left_out == {
        "machines": 3, "many": 11, "own": 1, "unknown": 1, "too_small": 1, "outside_only": 2, "within": 1,
    }  # fmt: skip
    assert (found.deliveries, found.asks, found.follow_ups) == (22, 1, 1)
    assert found.not_kept == {"few_people": 1}
    assert found.notes == (Note("nothing_kept"),)


def test_ten_recipients_are_not_too_many_and_the_number_can_be_told(tmp_path: Path) -> None:
    ten = [mail(9, "shop1", "desk1", *(f"x{number}@elsewhere.test" for number in range(9)))]
    assert counted(tmp_path, ten).left_out["many"] == 0
    assert counted(tmp_path, ten, most_recipients=9).left_out["many"] == 10


def test_a_reader_whom_a_mail_never_reached_is_left_out_and_the_others_are_not(tmp_path: Path) -> None:
    became = "desk1@casa.test##Receive, Fail;desk2@casa.test##Receive, Deliver", "desk3@casa.test##Receive, Fail"
    found = counted(tmp_path, [(9, "shop1@casa.test", became[0]), (10, "shop2@casa.test", became[1])])
    assert (found.deliveries, found.notes[0]) == (3, Note("lost", 1, (), "recipient_status"))


def test_steps_on_the_way_are_no_mails_and_a_mail_in_several_lines_counts_once(tmp_path: Path) -> None:
    text = "date_time_utc,event_id,message_id,sender_address,recipient_address,message_subject\n" + "".join(
        f"2024-03-04T09:00:0{second},{event},{name},shop1@casa.test,desk{name[1]}@casa.test,Secret\n"
        for second, event, name in (
            (0, "RECEIVE", "<1@x>"), (1, "RESOLVE", "<1@x>"), (2, "SEND", "<1@x>"), (3, "DELIVER", "<1@x>"),
            (4, "DELIVER", "<2@x>"), (5, "FAIL", "<3@x>"), (6, "DELIVER", ""),
        ) if name or event
        for name in [name or "<4@x>"]
    )  # fmt: skip
    found = count_mail(written(tmp_path, text), MailWish(), ADDRESSES)
    assert found.deliveries == 3
    assert found.notes[:3] == (Note("lost", 1, (), "event_id"), Note("steps", 2, (), "event_id"), Note("again", 1))
    assert found.first_at == "2024-03-04T09:00:02Z"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-le with a mark"])
def test_a_record_in_utf_16_or_with_a_mark_is_the_same(tmp_path: Path, encoding: str) -> None:
    text = record([*asks_of_five(), LATER], HEADING.replace("message_subject", "tema_ążę"))
    path = tmp_path / "trace.csv"
    path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le") if " " in encoding else text.encode(encoding))
    found = count_mail(path, MailWish(), ADDRESSES)
    assert (seen(found), found.notes) == ([(DESK, SHOP, 5, 5)], ())


def test_mail_that_never_arrived_is_left_out(tmp_path: Path) -> None:
    text = "Received,SenderAddress,RecipientAddress,Status\n" + "".join(
        f"2024-03-04T09:00:0{n},shop{n}@casa.test,desk{n}@casa.test,{status}\n"
        for n, status in enumerate(["Delivered", "Failed", "Quarantined", "FilteredAsSpam", "Pending"], start=1)
    )
    found = count_mail(written(tmp_path, text), MailWish(zone="UTC"), ADDRESSES)
    assert (found.deliveries, found.notes[0]) == (2, Note("lost", 3, (), "Status"))


def test_lines_that_cannot_be_read_are_left_out_and_named(tmp_path: Path) -> None:
    text = record([*asks_of_five(), LATER]) + "soon,a@b.test,c@b.test,x\n2024-03-04,a@b.test,nobody,x\n1,2\n"
    found = count_mail(written(tmp_path, text), MailWish(), ADDRESSES)
    assert found.notes == (
        Note("short_line", 1, (16,)),
        Note("no_moment", 1, (14,), "origin_timestamp_utc"),
        Note("no_reader", 1, (15,), "recipient_status"),
    )
    assert seen(found) == [(DESK, SHOP, 5, 5)]


def test_clocks_without_a_zone_are_said_to_be_read_in_utc(tmp_path: Path) -> None:
    text = record([*asks_of_five(), LATER]).replace("origin_timestamp_utc", "moment")
    path = written(tmp_path, text)
    assert count_mail(path, MailWish(), ADDRESSES).notes == (Note("no_zone", 12),)
    told = count_mail(path, MailWish(zone="Europe/Bucharest"), ADDRESSES)
    assert (told.notes, told.first_at) == ((), "2024-02-25T22:00:00Z")


def test_a_column_that_says_utc_is_utc_and_working_days_are_the_house_s(tmp_path: Path) -> None:
    """Friday 23:00 in UTC is Saturday in Bucharest, and Sunday 23:00 is Monday: one working hour has passed."""
    mails = asks_of_five(4 * 24 + 23, answer_after=48)
    found = counted(tmp_path, mails, zone="Europe/Bucharest")
    assert (found.first_at, found.notes) == ("2024-02-26T00:00:00Z", ())
    assert [sum(week.waits.values()) for week in found.weeks] == [5]
    assert all(3540 < middle_of(bucket) < 3840 for week in found.weeks for bucket in week.waits)
    assert counted(tmp_path, mails).weeks != found.weeks


def test_nothing_of_the_addresses_is_in_what_comes_out(tmp_path: Path) -> None:
    said = repr(counted(tmp_path, asks_of_five()))
    assert not {"casa.test", "shop1", "elsewhere", "Secret"} & set(said.replace("@", " ").split())
    assert "@" not in said
    assert "Secret" not in said


def test_a_large_record_comes_in_pieces_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mails = [one for week in range(60) for one in asks_of_five(24 * 7 * week + 9)]
    monkeypatch.setattr(engine, "MAILS_AT_ONCE", 50)
    path = written(tmp_path, record([*reversed(mails)]))
    found = count_mail(path, MailWish(), ADDRESSES)
    assert seen(found) == [(DESK, SHOP, 5, 5)] * 60


def test_nobody_known_is_said_plainly(tmp_path: Path) -> None:
    path = written(tmp_path, record(asks_of_five()))
    found = count_mail(path, MailWish(), Addresses(()))
    assert (found.asks, found.left_out["outside_only"], found.notes) == (0, 11, (Note("nobody_asks"),))
