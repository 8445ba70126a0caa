"""The working time of a log, seen in it or told, and said aloud."""

from enum import StrEnum

from clientela.requests.rules.replays import Events, Note, WorkingTime, idle_months, seen_working_time


class HoursChoice(StrEnum):
    """Which time counts."""

    SEEN = "seen"
    ALWAYS = "always"


def seen_hours(events: Events, zone: str, *, hours: HoursChoice, notes: list[Note]) -> WorkingTime:
    """Find the working time of a log, and say it aloud."""
    idle = idle_months(events.moment)
    if idle:
        notes.append(
            Note("idle_months", f"{len(idle):,} months between the first and the last event have no event at all; the "
                                "clock stands still in them.", len(idle))
        )  # fmt: skip
    if hours is HoursChoice.ALWAYS:
        return WorkingTime(zone=zone, idle=tuple(idle))
    seen = seen_working_time(events.moment, zone, idle=idle)
    if seen.is_always:
        notes.append(Note("working_time", "The log shows no days or hours of rest; every hour counts, day and night."))
    else:
        days = ", ".join(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day] for day in seen.days)
        notes.append(
            Note("working_time", f"By the log people work {days} from {seen.opens}:00 to {seen.closes}:00 ({zone}); "
                                 "that time counts. With --hours always every hour counts.")
        )  # fmt: skip
    return seen
