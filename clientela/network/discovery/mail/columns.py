"""Which column of a mail server's record holds what: told, or found by the names that mail servers use."""

from collections.abc import Mapping

from clientela.network.discovery.contracts import Sample
from clientela.network.discovery.mail.contracts import NEEDED, ROLES, MailColumns
from clientela.network.discovery.naming import column_told, in_words, listed, plain, plain_names
from clientela.network.discovery.problems import LogProblemError

TOLD, NAME = "told", "name"
NONE = "none"  # what is told of a role that no column holds
ADDRESSES = ("sender", "recipients")
# As Microsoft 365 and Exchange, Google Workspace, and what people export from Postfix call them, the surest first.
USUAL = {
    "sender": ("sender_address", "sender", "from_address", "from", "mail from", "envelope sender", "envelope from",
               "sender email", "header from", "return path"),
    "recipients": ("recipient_status", "recipient_addresses", "recipient_address", "recipients", "recipient",
                   "to_address", "to", "rcpt to", "rcpt", "envelope recipients", "envelope to", "recipient email"),
    "moment": ("origin_timestamp_utc", "origin_timestamp", "received", "date_time_utc", "date_time", "timestamp",
               "start date", "event date", "date", "time", "moment", "sent at", "sent", "received at"),
    "status": ("status", "delivery_status", "event status", "event_id"),
    # One mail may stand in several lines: for each step, or each reader.
    "message": ("message_id", "internet message id", "message id header"),
}  # fmt: skip


def guess_mail_columns(sample: Sample, told: Mapping[str, str], *, where: str) -> MailColumns:
    """Say which column holds which role. A role told as "none" is not looked for.

    Raises LogProblemError where the first line is no heading; naming the columns where the sender, the recipients or
    the moment is not found; where one column is to be two of them; and where a column of addresses holds none.
    """
    check_heading(sample, where=where)
    named: dict[str, str] = {}
    found_by: dict[str, str] = {}
    for role, name in told.items():
        if name and name != NONE:
            named[role], found_by[role] = column_told(name, role, sample.names, where=where), TOLD
    by_plain = plain_names(sample.names)
    for role in ROLES:
        if role not in told:
            name = _by_name(role, by_plain, set(named.values()))
            if name:
                named[role], found_by[role] = name, NAME
    _check(named, sample, where)
    return MailColumns({role: named[role] for role in ROLES if role in named}, found_by)


def check_heading(sample: Sample, *, where: str) -> None:
    """Refuse a record whose first line is a mail already: its addresses would be shown and kept as names of columns."""
    if any("@" in name for name in sample.names):
        raise LogProblemError(
            f"{where}, line 1: this is a mail and no heading. The first line must name the columns.", "no_heading"
        )


def _by_name(role: str, by_plain: Mapping[str, str], taken: set[str]) -> str:
    return next(
        (name for usual in USUAL[role] if (name := by_plain.get(plain(usual), "")) and name not in taken), ""
    )  # fmt: skip


def _check(named: Mapping[str, str], sample: Sample, where: str) -> None:
    missing = [role for role in NEEDED if role not in named]
    if missing:
        raise LogProblemError(
            f"{where}: no column was found for {in_words(missing)}. The columns are: {listed(sample.names)}. "
            "Tell which is which: --columns sender=…,recipients=…,moment=….",
            "no_role", role=", ".join(missing),
        )  # fmt: skip
    twice = [name for name in named.values() if list(named.values()).count(name) > 1]
    if twice:
        raise LogProblemError(
            f"{where}: the column “{twice[0]}” cannot be two things at once. Tell another with --columns.",
            "one_column_twice", name=twice[0],
        )  # fmt: skip
    for role in ADDRESSES:
        place = sample.names.index(named[role])
        if not any("@" in row[place] for row in sample.rows):
            raise LogProblemError(
                f"{where}, line 2, column “{named[role]}”: there is no mail address in it. Tell the column of the "
                f"{role}: --columns {role}=….",
                "no_address", name=named[role], role=role, line=2,
            )  # fmt: skip
