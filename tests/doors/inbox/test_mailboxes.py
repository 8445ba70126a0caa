"""Mailboxes on a real dovecot: told at once, moved when done, nothing lost or doubled whatever breaks."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from clientela.directory.policies import HOUSE
from clientela.inbox.actions.mailbox_reading import MOST_TRIES_AT_ONE_MAIL
from clientela.inbox.actions.mailboxes import change_mailbox, pause_mailbox
from clientela.inbox.models import Mailbox, MailToMove, RawMessage
from clientela.kernel.clock import now
from tests.doors.inbox.mailbox_parts import (
    DONE,
    UNREADABLE,
    mail,
    mailbox_on,
    reading,
    settings_of,
    stored,
    until,
)
from tests.mail_servers.breaking import breaker
from tests.mail_servers.dovecot import dovecot
from tests.mail_servers.tokens import provider

SOON = timedelta(milliseconds=50)
pytestmark = pytest.mark.django_db(transaction=True)


def test_what_lies_there_is_stored_byte_for_byte_and_only_then_moved_to_done() -> None:
    with dovecot() as server:
        server.deliver("care", mail(1))
        server.deliver("care", mail(2))
        with reading(mailbox_on(server)):
            until(lambda: len(server.folders("care").get(DONE, [])) == 2)
        assert stored() == [mail(1), mail(2)]
        assert server.folders("care") == {"INBOX": [], DONE: [mail(1), mail(2)], UNREADABLE: []}
    raw = RawMessage.objects.order_by("pk")[0]
    assert (raw.came_by, raw.envelope_to, raw.envelope_from) == ("imap", ["care@casa-lavora.test"], "")
    row = Mailbox.objects.get()
    assert (row.taken_count, row.trouble, row.is_told_at_once, MailToMove.objects.count()) == (2, "", True, 0)
    assert row.looked_at is not None


def test_the_server_tells_of_new_mail_and_it_is_there_within_seconds() -> None:
    with dovecot() as server, reading(mailbox_on(server)):
        until(lambda: Mailbox.objects.get().looked_at)
        server.deliver("care", mail(1))
        until(lambda: stored() == [mail(1)], seconds=5)
        server.deliver("care", mail(2))
        until(lambda: stored() == [mail(1), mail(2)], seconds=5)
        until(lambda: server.folders("care")["INBOX"] == [])


def test_without_idle_somebody_can_have_us_look_and_without_move_we_copy_and_take_away() -> None:
    with dovecot(without=["IDLE", "MOVE"]) as server:
        with reading(mailbox_on(server)) as (watcher,):
            until(lambda: Mailbox.objects.get().looked_at)
            server.deliver("care", mail(1))
            watcher.look_now()
            until(lambda: server.folders("care")[DONE] == [mail(1)])
        assert server.folders("care")["INBOX"] == []
        assert not Mailbox.objects.get().is_told_at_once


def test_without_uidplus_what_was_copied_stays_marked_as_deleted_and_is_not_taken_again() -> None:
    with dovecot(without=["MOVE", "UIDPLUS"]) as server:
        server.deliver("care", mail(1))
        with reading(mailbox_on(server)) as (watcher,):
            until(lambda: Mailbox.objects.get().taken_count == 1 and not MailToMove.objects.exists())
            watcher.look_now()
            server.deliver("care", mail(2))
            until(lambda: stored() == [mail(1), mail(2)])
            until(lambda: not MailToMove.objects.exists())
        assert all("\\Deleted" in flags for flags in server.flags("care"))
        assert server.folders("care")[DONE] == [mail(1), mail(2)]


def test_a_password_that_is_wrong_is_said_and_the_other_mailbox_goes_on() -> None:
    with dovecot(["care", "it"]) as server:
        server.deliver("it", mail(1))
        broken = mailbox_on(server, password="wrong")
        fine = mailbox_on(server, address="it@casa-lavora.test", user_name="it")
        with reading(broken, fine):
            until(lambda: Mailbox.objects.get(pk=broken).trouble)
            until(lambda: stored() == [mail(1)])
        row = Mailbox.objects.get(pk=broken)
        assert (row.trouble, row.failed_count) == ("wrong_login", 1)
        assert row.next_look_at is not None
        assert (row.next_look_at - now()).total_seconds() < 6
        assert Mailbox.objects.get(pk=fine).trouble == ""


def test_a_server_that_is_away_is_tried_again_with_growing_pauses_and_found_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("clientela.inbox.actions.mailbox_reading.FIRST_PAUSE", SOON)
    with dovecot() as first:
        ports, folder = (first.port, first.tls_port), first.folder
        mailbox_id = mailbox_on(first)
    assert not folder.exists()
    with reading(mailbox_id) as (watcher,):
        until(lambda: Mailbox.objects.get().failed_count >= 2)
        assert Mailbox.objects.get().trouble == "unreachable"
        with dovecot(ports=ports) as server:
            server.deliver("care", mail(1))
            certificate = server.certificate.path.read_text()
            change_mailbox(
                by=HOUSE, at=now(), mailbox_id=mailbox_id, settings=settings_of(server, certificate=certificate)
            )
            watcher.look_now()
            watcher.join(10)
            with reading(mailbox_id):
                until(lambda: stored() == [mail(1)])
                until(lambda: Mailbox.objects.get().looked_at)
    assert (Mailbox.objects.get().trouble, Mailbox.objects.get().failed_count) == ("", 0)


def test_a_certificate_that_nobody_vouches_for_is_refused_and_said() -> None:
    with dovecot() as server, reading(mailbox_on(server, certificate="")):
        until(lambda: Mailbox.objects.get().trouble)
        row = Mailbox.objects.get()
        assert (row.trouble, row.trouble_detail) == ("certificate", "self-signed certificate")


def test_starttls_is_used_where_it_is_asked_for() -> None:
    with dovecot() as server:
        server.deliver("care", mail(1))
        with reading(mailbox_on(server, security="starttls", port=server.port)):
            until(lambda: stored() == [mail(1)])
        assert "TLS" in server.said()


def test_a_folder_that_is_not_there_is_said() -> None:
    with dovecot() as server, reading(mailbox_on(server, folder="Anfragen")):
        until(lambda: Mailbox.objects.get().trouble)
        assert Mailbox.objects.get().trouble == "no_folder"


def test_a_connection_cut_before_the_move_moves_later_and_stores_nothing_twice() -> None:
    with dovecot() as server, breaker(server.port) as between:
        server.deliver("care", mail(1))
        mailbox_id = mailbox_on(server, security="none", port=between.port)
        between.cut_when = b"UID MOVE"
        with reading(mailbox_id):
            until(lambda: Mailbox.objects.get().trouble)
            assert stored() == [mail(1)]
            assert server.folders("care")["INBOX"] == [mail(1)]
            assert between.cut_count == 1
        between.cut_when = b""
        with reading(mailbox_id):
            until(lambda: server.folders("care")["INBOX"] == [])
            until(lambda: not MailToMove.objects.exists())
        assert stored() == [mail(1)]
        assert server.folders("care")[DONE] == [mail(1)]


def test_a_connection_cut_after_the_move_finds_that_it_was_done() -> None:
    with dovecot() as server, breaker(server.port) as between:
        server.deliver("care", mail(1))
        mailbox_id = mailbox_on(server, security="none", port=between.port)
        between.cut_after = b"UID MOVE"
        with reading(mailbox_id):
            until(lambda: Mailbox.objects.get().trouble)
        between.cut_after = b""
        assert MailToMove.objects.count() == 1
        with reading(mailbox_id):
            until(lambda: not MailToMove.objects.exists())
        assert stored() == [mail(1)]
        assert server.folders("care") == {"INBOX": [], DONE: [mail(1)], UNREADABLE: []}


def test_a_connection_that_dies_in_idle_is_noticed_and_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clientela.inbox.actions.mailbox_reading.FIRST_PAUSE", SOON)
    with dovecot() as server, breaker(server.port) as between:
        mailbox_id = mailbox_on(server, security="none", port=between.port)
        with reading(mailbox_id):
            until(lambda: any(b"IDLE" in words for words in between.heard))
            between.cut()
            server.deliver("care", mail(1))
            until(lambda: stored() == [mail(1)])


def test_what_is_no_mail_is_stored_and_lies_in_the_folder_for_unreadable_ones() -> None:
    rubbish = b"\x00\x01\x02\x03" * 200 + b"\r\n"
    with dovecot() as server:
        (server.folder / "mail" / "care" / "Maildir" / "new").mkdir(parents=True)
        for name in ("cur", "tmp"):
            (server.folder / "mail" / "care" / "Maildir" / name).mkdir()
        (server.folder / "mail" / "care" / "Maildir" / "new" / "1.rubbish.host").write_bytes(rubbish)
        _open_to_all(server.folder / "mail" / "care")
        server.deliver("care", mail(1))
        with reading(mailbox_on(server)):
            until(lambda: server.folders("care").get(DONE) == [mail(1)])
        assert len(server.folders("care")[UNREADABLE]) == 1
        assert server.folders("care")["INBOX"] == []
    assert len(stored()) == 2
    assert (Mailbox.objects.get().taken_count, Mailbox.objects.get().unreadable_count) == (2, 1)


def test_a_mail_over_the_limit_is_never_taken_whole_and_its_sender_can_still_be_told() -> None:
    large = mail(1, text="x" * 70 + "\r\n" + ("y" * 70 + "\r\n") * 3000)
    with dovecot() as server, override_settings(MESSAGE_LIMIT_BYTES=100_000):
        server.deliver("care", large)
        server.deliver("care", mail(2))
        with reading(mailbox_on(server)):
            until(lambda: server.folders("care").get(DONE) == [mail(2)])
        assert server.folders("care")[UNREADABLE] == [large]
    kept = RawMessage.objects.order_by("pk")[0]
    assert bytes(kept.content) == large.split(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert kept.size_bytes == len(large)


def test_one_mail_at_which_the_server_breaks_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clientela.inbox.actions.mailbox_reading.FIRST_PAUSE", SOON)
    with dovecot() as server, breaker(server.port) as between:
        for number in (1, 2, 3):
            server.deliver("care", mail(number))
        mailbox_id = mailbox_on(server, security="none", port=between.port)
        # All three at once, which breaks; then one by one, and only the second breaks, again and again.
        between.cut_when = rb"FETCH (1,2,3|2) \(BODY"
        with reading(mailbox_id):
            until(lambda: server.folders("care").get(DONE) == [mail(1), mail(3)])
            until(lambda: not MailToMove.objects.exists())
        assert between.cut_count == 1 + MOST_TRIES_AT_ONE_MAIL
        assert server.folders("care")[UNREADABLE] == [mail(2)]
    assert stored() == [mail(1), mail(3)]
    row = Mailbox.objects.get()
    assert (row.taken_count, row.unreadable_count, row.stuck_uid, row.trouble) == (2, 1, 0, "")


def test_a_full_mailbox_is_taken_in_and_moved_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clientela.inbox.mailboxes.fetching.ASKED_AT_ONCE", 3)
    monkeypatch.setattr("clientela.inbox.mailboxes.fetching.GROUP_MAILS", 2)
    with dovecot() as server, breaker(server.port) as between:
        for number in range(8):
            server.deliver("care", mail(number))
        between.cut_when = rb"FETCH 6 \(BODY"  # the third mail of the second piece
        mailbox_id = mailbox_on(server, security="none", port=between.port)
        with reading(mailbox_id):
            until(lambda: Mailbox.objects.get().trouble)
        assert server.folders("care")[DONE] == [mail(0), mail(1), mail(2)]
        assert stored() == [mail(number) for number in range(5)]
        between.cut_when = b""
        with reading(mailbox_id):
            until(lambda: server.folders("care")["INBOX"] == [] and not MailToMove.objects.exists())
        assert server.folders("care")[DONE] == [mail(number) for number in range(8)]
    assert stored() == [mail(number) for number in range(8)]


def test_what_lay_there_before_stays_where_it_lies_if_only_new_mail_is_wanted() -> None:
    old = mail(1)
    with dovecot() as server:
        maildir = server.folder / "mail" / "care" / "Maildir"
        for name in ("new", "cur", "tmp"):
            (maildir / name).mkdir(parents=True)
        path = maildir / "cur" / "1000000000.old.host:2,S"
        path.write_bytes(old)
        _set_mtime(path, 1_000_000_000)
        _open_to_all(server.folder / "mail" / "care")
        with reading(mailbox_on(server, takes_what_is_there=False)):
            until(lambda: Mailbox.objects.get().looked_at)
            server.deliver("care", mail(2))
            until(lambda: server.folders("care").get(DONE) == [mail(2)])
        assert server.folders("care")["INBOX"] == [old]
    assert stored() == [mail(2)]


def test_a_folder_that_was_made_anew_is_read_again_and_nothing_is_stored_twice() -> None:
    with dovecot() as server:
        server.deliver("care", mail(1))
        mailbox_id = mailbox_on(server)
        with reading(mailbox_id):
            until(lambda: Mailbox.objects.get().taken_count == 1)
        Mailbox.objects.update(uid_validity=1, taken_uid=500)
        server.deliver("care", mail(1))
        server.deliver("care", mail(2))
        with reading(mailbox_id):
            until(lambda: server.folders("care")["INBOX"] == [])
        assert stored() == [mail(1), mail(2)]
        assert server.folders("care")[DONE] == [mail(1), mail(1), mail(2)]


def test_a_paused_mailbox_is_left_alone_at_once() -> None:
    with dovecot() as server:
        mailbox_id = mailbox_on(server)
        with reading(mailbox_id) as (watcher,):
            until(lambda: Mailbox.objects.get().looked_at)
            pause_mailbox(by=HOUSE, at=now(), mailbox_id=mailbox_id)
            server.deliver("care", mail(1))
            watcher.join(10)
            assert not watcher.is_alive()
        assert server.folders("care")["INBOX"] == [mail(1)]
    assert stored() == []


def test_two_readers_of_one_mailbox_take_each_mail_once() -> None:
    with dovecot() as server:
        for number in range(30):
            server.deliver("care", mail(number))
        mailbox_id = mailbox_on(server)
        with reading(mailbox_id), reading(mailbox_id):
            until(lambda: server.folders("care")["INBOX"] == [] and not MailToMove.objects.exists())
    assert sorted(stored()) == sorted(mail(number) for number in range(30))


def test_oauth2_logs_in_with_a_token_that_is_asked_for_and_keeps_the_next_refresh_token() -> None:
    with provider() as google, dovecot(token_info_url=google.info_url) as server:
        google.renews = True
        server.deliver("care", mail(1))
        wanted: dict[str, Any] = {
            "log_in": "oauth2",
            "password": None,
            "token_url": google.token_url,
            "client_id": "client-of-ours",
            "client_secret": "secret-of-ours",
            "refresh_token": "refresh-1",
            "scope": "https://mail.google.com/",
        }
        mailbox_id = mailbox_on(server, **wanted)
        with reading(mailbox_id):
            until(lambda: stored() == [mail(1)])
            until(lambda: not MailToMove.objects.exists())
        assert google.asked == [
            {
                "grant_type": "refresh_token",
                "client_id": "client-of-ours",
                "client_secret": "secret-of-ours",
                "refresh_token": "refresh-1",
                "scope": "https://mail.google.com/",
            }
        ]
        server.deliver("care", mail(2))
        with reading(mailbox_id):
            until(lambda: stored() == [mail(1), mail(2)])
        assert google.asked[1]["refresh_token"] == "refresh-2"
        assert "method=XOAUTH2" in server.said()


def test_a_consent_that_was_taken_back_is_said_in_the_providers_words() -> None:
    with provider() as google, dovecot(token_info_url=google.info_url) as server:
        wanted: dict[str, Any] = {
            "log_in": "oauth2",
            "password": None,
            "token_url": google.token_url,
            "client_id": "client-of-ours",
            "client_secret": "secret-of-ours",
            "refresh_token": "taken-back",
        }
        with reading(mailbox_on(server, **wanted)):
            until(lambda: Mailbox.objects.get().trouble)
        row = Mailbox.objects.get()
        assert (row.trouble, row.trouble_detail) == (
            "token_refused",
            "invalid_grant The refresh token was taken back.",
        )


def _set_mtime(path: Path, seconds: int) -> None:
    os.utime(path, (seconds, seconds))


def _open_to_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
