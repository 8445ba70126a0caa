"""What `clientela map mail` says about a record, in words."""

from collections.abc import Iterator, Sequence

from clientela.network.discovery import Note
from clientela.network.discovery.mail import MailFound


def left_out_lines(found: MailFound, too_small: Sequence[str], most_recipients: int) -> Iterator[str]:
    """Say what was left out and why; nothing of what did not happen."""
    small = ", ".join(too_small)
    counts = {**found.left_out, **found.not_kept}
    for why, words in {
        "machines": "from or to machines were left out: no-reply, returned mail, lists",
        "many": f"to more than {most_recipients} recipients were left out: announcements",
        "own": "to oneself were left out",
        "within": "within a department were left out",
        "outside_only": "between people outside were left out",
        "unknown": "have an address of ours that PEOPLE.csv does not name",
        "too_small": f"are with departments of fewer than five people, which are left out: {small}",
        "to_outside": "asks to people outside are not kept: whom you buy from is not counted",
        "first_days": "asks of the first three working days are not kept: they may answer what came before",
        "undecided": "asks of the last three working days have no answer yet, and are not kept",
        "few_people": "asks are of weeks in which fewer than five people took part on either side, and are not kept",
    }.items():
        if counts.get(why):
            yield f"{counts[why]:,} {words}."


def mail_note_words(note: Note) -> str:
    """Say a note in a sentence, with what helps."""
    lines = ", ".join(map(str, note.lines)) + (" and more" if note.count > len(note.lines) else "")
    where = f": {'line' if note.count == 1 else 'lines'} {lines}" if note.lines else ""
    return {
        "encoding": f"The file is not UTF-8; it was read as {note.what}. --encoding tells otherwise.",
        "no_zone": f"{note.count:,} mails tell no zone; UTC was assumed. Tell theirs with --zone Europe/Bucharest.",
        "day_or_month": "Dates like 03/04/2024 were read as day/month/year; the file does not say which comes first.",
        "short_line": f"{note.count:,} lines with another number of columns than the heading were left out{where}.",
        "no_moment": f"{note.count:,} lines without a moment (“{note.what}”) that can be read were left out{where}.",
        "no_reader": f"{note.count:,} lines without a recipient (“{note.what}”) were left out{where}.",
        "lost": f"{note.count:,} mails never arrived (“{note.what}”) and were left out.",
        "steps": f"{note.count:,} lines note steps on the way (“{note.what}”) and are no mails of their own.",
        "again": f"{note.count:,} mails were noted again, by a filter or at another step, and count once.",
        "log_year": f"Its lines name no year: the last one was read as of {note.what}. --until tells otherwise.",
        "log_no_moment": f"{note.what}: {note.count:,} lines begin with no moment and were left out{where}.",
        "log_no_sender": f"{note.what}: {note.count:,} mails began before this log; who wrote them is unknown{where}.",
        "log_broken": f"{note.what}: {note.count:,} lines are broken off and were left out{where}.",
        "log_lost": f"{note.count:,} mails bounced, or a filter threw them away.",
        "nobody_asks": "No mail goes from one department to another. Check that PEOPLE.csv has the addresses of the "
        "record.",
        "nothing_kept": "Nothing is kept: in no week did five people of one department write to five of another. A "
        "longer record of the whole house says more.",
    }[note.code]
