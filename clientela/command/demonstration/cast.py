"""The cast's own requests, word for word: Ana's day, and the washing machine that waits on a pump and a test bench.

Everything is placed by working time back from the end of the story, so that it stands the same whenever that is: Zofia
Nowak's repair is promised three working hours after the end, Maintenance has had it for ten, and so on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clientela.command.demonstration.cast_late import late_washing_machine
from clientela.command.demonstration.cast_parts import Part, Script
from clientela.command.demonstration.content import House, table
from clientela.command.demonstration.hours import DAY, MINUTE, OpenHours, moment
from clientela.command.demonstration.story import (
    AskedDepartment,
    Assigned,
    Complained,
    CustomerWrote,
    Noted,
    PromiseMade,
    Replied,
    RequestStory,
    Resolved,
    Resumed,
    Waiting,
)
from clientela.command.demonstration.words import words_of

ANA, PIOTR, TOMASZ = "ana.ionescu", "piotr.zielinski", "tomasz.wojcik"
WRITING_HOURS = range(7, 21)


def cast_requests(house: House, hours: Mapping[str, OpenHours], *, until: int) -> list[RequestStory]:
    """The requests of the cast as they stand at `until`."""
    script = Script(house, hours, until)
    parts: list[Part] = []
    for tell in (_zofia, _mirasierra, _joiner, _marta, _andrei, _list, _delta, _winter, _lucia, _elena, _jan):
        parts += tell(script)
    for tell in (_mihai, _filter, _caller):
        parts += tell(script)
    parts += late_washing_machine(script, _words("bartosz"))
    return [part.told(script) for part in parts]


def _words(name: str) -> dict[str, Any]:
    found: dict[str, Any] = table("scripted")[name]
    return found


@dataclass(frozen=True, slots=True)
class _Zofia:
    """When what happened to her washing machine."""

    written: int
    replied: int
    asked: int
    looked: int
    stuck: int
    due: int


def _zofias_moments(script: Script) -> _Zofia:
    """Counted back from the end; from half a day before it, and so on, where a holiday leaves no time for it all."""
    care, workshop = script.hours_of("care-bucharest"), script.hours_of("workshop-warsaw")
    upkeep = script.department_hours("maintenance")
    promised = script.house.services["care-repair"].resolution_minutes
    now = script.until
    while True:
        due = care.add(now, 180 * MINUTE)
        taken = care.subtract(due, promised * MINUTE)
        asked = care.add_within(taken, 252 * MINUTE)
        looked = workshop.add_within(asked, 178 * MINUTE)
        stuck = workshop.opening(max(upkeep.subtract(now, 600 * MINUTE), workshop.add(looked, 30 * MINUTE)))
        if stuck + DAY // 24 < script.until:
            break
        now -= DAY // 2
    written = taken
    if not care.is_open(taken - 1):  # it lay in the box when they opened: she wrote the evening before
        evening = workshop.local(taken - DAY).replace(hour=18, minute=2, second=0)
        written = int(evening.timestamp())
    return _Zofia(written, care.add_within(taken, 245 * MINUTE), asked, looked, stuck, due)


def _zofia(script: Script) -> list[Part]:
    """Care ← Workshop, Warsaw ← Maintenance: a pump is in, the bench to test it on has no water pressure."""
    said = _words("zofia")
    care, workshop = script.hours_of("care-bucharest"), script.hours_of("workshop-warsaw")
    moments = _zofias_moments(script)
    replied, asked, stuck = moments.replied, moments.asked, moments.stuck
    due_there = workshop.local(moments.due)
    is_morning = workshop.local(replied).hour < 14  # noqa: PLR2004 - before two there is a van the same day
    pickup = "today" if is_morning else "tomorrow"
    polish, english = words_of("pl").day_slots(due_there.date()), words_of("en").day_slots(due_there.date())
    time = f"{due_there.hour}:{due_there.minute:02d}"
    own = script.part("zofia", "care-repair", "care-bucharest", "zofia.nowak", "pl", title=said["title"])
    own.open(moments.written, said["mail"], attachments=(said["photo"],))
    own.add(Assigned(moment(care.closing(replied - 11 * MINUTE)), "ioana.munteanu", ANA))
    text = said["reply"].format(pickup=said[f"pickup_{pickup}"], by_day=polish["by_day"], time=time)
    own.add(Replied(moment(replied), ANA, text))
    own.add(AskedDepartment(moment(asked), ANA, "zofia-workshop"))
    own.add(Waiting(moment(asked), ANA, "waiting_department"))
    note = said["note"].format(day_en=english["on_day"].removeprefix("on "), time=time)
    own.add(Noted(moment(stuck + MINUTE), PIOTR, note, "en"))
    own.add(
        CustomerWrote(moment(_lately(script, workshop)), "zofia.nowak", _again(script, workshop, moments.due), "email")
    )

    bench = script.part("zofia-workshop", "workshop-repair", "workshop-warsaw", ANA, "en", title=said["workshop_title"])
    bench.ask_for(own, asked)
    text = said["workshop_ask"].format(
        pickup_en=said[f"pickup_en_{pickup}"], on_day_en=english["on_day"].removeprefix("on "), time=time
    )
    bench.open(asked, text)
    bench.add(Replied(moment(moments.looked), PIOTR, said["workshop_reply"]))
    bench.add(AskedDepartment(moment(stuck), PIOTR, "zofia-bench"))
    bench.add(Waiting(moment(stuck), PIOTR, "waiting_department"))

    mending = script.part(
        "zofia-bench", "maintenance-equipment", "maintenance-warsaw", PIOTR, "pl", title=said["bench_title"]
    )
    mending.ask_for(bench, stuck)
    mending.open(stuck, said["bench_ask"])
    here = script.hours_of("maintenance-warsaw")
    seen = here.add_within(stuck, 40 * MINUTE)
    comes = _next_at(script, here, 16)
    on_day = words_of("pl").day_slots(here.local(comes).date())["on_day"]
    mending.add(Replied(moment(seen), TOMASZ, said["bench_reply"].format(on_day=on_day)))
    mending.add(Waiting(moment(seen), TOMASZ, "waiting_date", moment(comes)))
    return [own, bench, mending]


def _lately(script: Script, hours: OpenHours) -> int:
    """Half an hour ago, or the evening before if that is night."""
    at = script.until - 29 * MINUTE
    local = hours.local(at)
    if local.hour in WRITING_HOURS:
        return at
    evening = local.replace(hour=17, minute=40, second=0)
    back = DAY if local.hour < WRITING_HOURS.start else 0
    return int(evening.timestamp()) - back


def _again(script: Script, hours: OpenHours, due: int) -> str:
    said = _words("zofia")
    written, promised = hours.local(_lately(script, hours)), hours.local(due)
    is_for_noon = written.date() == promised.date() and promised.hour == 12 and written.hour < 11  # noqa: PLR2004 - noon
    text: str = said["again_noon" if is_for_noon else "again"]
    return text


def _next_at(script: Script, hours: OpenHours, hour: int) -> int:
    """The next working day's `hour` on the wall clock, after the end of the story."""
    at = script.until
    while True:
        found = int(hours.local(at).replace(hour=hour, minute=0, second=0).timestamp())
        if found > script.until and hours.is_open(found - 1):
            return found
        at += DAY


def _mirasierra(script: Script) -> list[Part]:
    said = _words("mirasierra")
    asker = script.contact("Hotel Mirasierra")
    asked = script.back(76)
    own = script.part("mirasierra", "care-repair", "care-bucharest", asker, "es", title=said["title"])
    own.open(script.back(100), said["mail"])
    own.add(Replied(moment(script.back(80)), ANA, said["reply"]))
    due = script.ahead(220)
    own.add(PromiseMade(moment(script.back(80) + 30), ANA, said["promise"], moment(due)))
    own.add(AskedDepartment(moment(asked), ANA, "mirasierra-visit"))
    own.add(Waiting(moment(asked), ANA, "waiting_department"))
    visit = script.part("mirasierra-visit", "workshop-visit", "workshop-madrid", ANA, "es", title=said["visit_title"])
    visit.ask_for(own, asked)
    visit.open(asked, said["visit_ask"])
    visit.reply_after(asked, 25, "andres.quintana", said["visit_reply"])
    return [own, visit]


def _joiner(script: Script) -> list[Part]:
    own = script.part("joiner", "care-question", "care-bucharest", "laura.sava", "en", title=_words("joiner")["title"])
    own.open(script.back(290, "hr"), _words("joiner")["mail"])
    own.reply_after(script.back(290, "hr"), 35, ANA, _words("joiner")["reply"])
    return [own]


def _marta(script: Script) -> list[Part]:
    said = _words("marta")
    own = script.part("marta", "care-return", "care-bucharest", "marta.wisniewska", "pl", title=said["title"])
    own.open(script.back(185), said["mail"])
    replied = script.back(150)
    own.add(Replied(moment(replied), ANA, said["reply"]))
    care = script.hours_of("care-bucharest")
    closes = care.local(care.opening(script.until)).replace(hour=18, minute=0, second=0)
    own.add(PromiseMade(moment(replied + 20), ANA, said["promise"], moment(int(closes.timestamp()))))
    own.add(CustomerWrote(moment(script.back(38)), "marta.wisniewska", said["again"], "email"))
    return [own]


def _andrei(script: Script) -> list[Part]:
    own = script.part(
        "andrei", "care-question", "care-bucharest", "andrei.dumitrescu", "en", title=_words("andrei")["title"]
    )
    own.open(script.back(62), _words("andrei")["mail"])
    own.add(Assigned(moment(script.back(41)), "ioana.munteanu", ANA))
    return [own]


def _list(script: Script) -> list[Part]:
    own = script.part("list", "care-question", "care-bucharest", "marian.popa", "en", title=_words("list")["title"])
    opened = script.back(330, "warehouse-bucharest")
    own.open(opened, _words("list")["mail"])
    own.reply_after(opened, 48, ANA, _words("list")["reply"])
    return [own]


def _delta(script: Script) -> list[Part]:
    """Finance has answered, on a working day of its own; now it is Ana's turn again."""
    said = _words("delta")
    care, finance = script.hours_of("care-bucharest"), script.hours_of("finance")
    done = finance.subtract(script.until, 19 * MINUTE)
    asked = min(script.back(515), finance.subtract(done, 90 * MINUTE))
    own = script.part(
        "delta", "care-invoice", "care-bucharest", script.contact("Delta Instal SRL"), "ro", title=said["title"]
    )
    own.open(care.subtract(asked, 45 * MINUTE), said["mail"])
    own.add(Replied(moment(care.subtract(asked, 5 * MINUTE)), ANA, said["reply"]))
    own.add(AskedDepartment(moment(asked), ANA, "delta-correction"))
    own.add(Waiting(moment(asked), ANA, "waiting_department"))
    fixing = script.part("delta-correction", "finance-correction", "finance", ANA, "ro", title=said["correction_title"])
    fixing.ask_for(own, asked)
    fixing.open(asked, said["correction_ask"])
    fixing.add(Resolved(moment(done), "elena.stoian", said["correction_reply"]))
    own.add(Resumed(moment(done), None, "department_answered"))
    return [own, fixing]


def _winter(script: Script) -> list[Part]:
    own = script.part(
        "winter", "care-question", "care-bucharest", "clara.esteve", "en", title=_words("winter")["title"]
    )
    opened = script.back(390, "marketing")
    own.open(opened, _words("winter")["mail"])
    own.reply_after(opened, 70, ANA, _words("winter")["reply"])
    return [own]


def _lucia(script: Script) -> list[Part]:
    own = script.part("lucia", "care-question", "care-bucharest", "lucia.herrero", "es", title=_words("lucia")["title"])
    own.open(script.back(44), _words("lucia")["mail"])
    own.add(Assigned(moment(script.back(30)), "radu.stan", ANA))
    return [own]


def _elena(script: Script) -> list[Part]:
    said = _words("elena")
    own = script.part("elena", "care-warranty", "care-bucharest", "elena.pop", "ro", title=said["title"])
    own.open(script.back(610), said["mail"])
    own.add(Replied(moment(script.back(545)), ANA, said["reply"]))
    asked = script.back(540)
    own.add(AskedDepartment(moment(asked), ANA, "elena-price"))
    own.add(Waiting(moment(asked), ANA, "waiting_department"))
    price = script.part("elena-price", "purchasing-part", "purchasing", ANA, "en", title=said["price_title"])
    price.ask_for(own, asked)
    price.open(asked, said["price_ask"])
    price.reply_after(asked, 95, "diana.parvu", said["price_reply"])
    return [own, price]


def _jan(script: Script) -> list[Part]:
    said = _words("jan")
    own = script.part("jan", "care-return", "care-bucharest", "jan.kowalczyk", "pl", title=said["title"])
    own.open(script.back(760), said["mail"])
    own.add(Complained(moment(script.back(575)), "jan.kowalczyk", said["complaint"], "email"))
    own.add(Replied(moment(script.back(520)), ANA, said["reply"]))
    asked = script.back(512)
    own.add(AskedDepartment(moment(asked), ANA, "jan-refund"))
    own.add(Waiting(moment(asked), ANA, "waiting_department"))
    refund = script.part("jan-refund", "finance-refund", "finance", ANA, "en", title=said["refund_title"])
    refund.ask_for(own, asked)
    refund.open(asked, said["refund_ask"])
    refund.reply_after(asked, 120, "sabina.roman", said["refund_reply"])
    return [own, refund]


def _mihai(script: Script) -> list[Part]:
    said = _words("mihai")
    own = script.part("mihai", "care-question", "care-bucharest", "mihai.stoica", "ro", title=said["title"])
    own.open(script.back(200), said["mail"])
    replied = script.back(130)
    own.add(Replied(moment(replied), ANA, said["reply"]))
    due = _next_at(script, script.hours_of("care-bucharest"), 14)
    own.add(PromiseMade(moment(replied + 15), ANA, said["promise"], moment(due)))
    own.add(Waiting(moment(replied + 30), ANA, "waiting_date", moment(due)))
    return [own]


def _filter(script: Script) -> list[Part]:
    own = script.part(
        "filter", "care-question", "care-bucharest", "hanna.majewska", "pl", title=_words("filter")["title"]
    )
    own.open(script.back(6), _words("filter")["mail"])
    return [own]


def _caller(script: Script) -> list[Part]:
    """Two hours late at IT."""
    said = _words("caller")
    helpdesk = script.hours_of("it")
    promised = script.house.services["it-fault"].resolution_minutes
    care = script.hours_of("care-bucharest")
    opened = care.closing(helpdesk.subtract(script.until, (promised + 120) * MINUTE))
    own = script.part("caller", "it-fault", "it", ANA, "en", title=said["title"])
    own.open(opened, said["mail"])
    own.reply_after(opened, 32, "paul.manea", said["reply"])
    sorry = helpdesk.subtract(script.until, 50 * MINUTE)
    own.add(Replied(moment(sorry), "paul.manea", said["late"]))
    noon = _next_at(script, helpdesk, 12)
    own.add(PromiseMade(moment(sorry + 40), "paul.manea", said["promise"], moment(noon)))
    return [own]
