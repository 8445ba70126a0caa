"""One washing machine that is late, because a small electrical repair lay two days in Maintenance's queue."""

from collections.abc import Mapping

from clientela.command.demonstration.cast_parts import Part, Script
from clientela.command.demonstration.hours import MINUTE, moment
from clientela.command.demonstration.story import AskedDepartment, CustomerWrote, Replied, Waiting

MAGDALENA, PIOTR, TOMASZ = "magdalena.krawczyk", "piotr.zielinski", "tomasz.wojcik"
IN_THE_QUEUE = 1260  # working minutes of Maintenance, two of its days, until somebody had time
ASKED_FOR = 2600  # working minutes of Care since the customer wrote


def late_washing_machine(script: Script, said: Mapping[str, str]) -> list[Part]:
    """Care ← Workshop, Warsaw ← Maintenance: the part is there, the lift that it takes is not."""
    care, workshop = script.hours_of("care-warsaw"), script.hours_of("workshop-warsaw")
    upkeep, there = script.department_hours("maintenance"), script.hours_of("maintenance-warsaw")
    opened = care.closing(script.back(ASKED_FOR))
    asked = care.add_within(opened, 50 * MINUTE)
    looked = workshop.add_within(asked, 400 * MINUTE)
    seen = there.closing(script.until - 75 * MINUTE)
    stuck = workshop.opening(max(upkeep.subtract(seen, IN_THE_QUEUE * MINUTE), workshop.add(looked, 20 * MINUTE)))

    own = script.part("bartosz", "care-repair", "care-warsaw", "bartosz.zawadzki", "pl", title=said["title"])
    own.open(opened, said["mail"])
    own.add(Replied(moment(care.add_within(opened, 44 * MINUTE)), MAGDALENA, said["reply"]))
    own.add(AskedDepartment(moment(asked), MAGDALENA, "bartosz-workshop"))
    own.add(Waiting(moment(asked), MAGDALENA, "waiting_department"))
    again = care.closing(script.back(420))
    own.add(CustomerWrote(moment(again), "bartosz.zawadzki", said["again"], "email"))
    own.add(Replied(moment(care.add_within(again, 35 * MINUTE)), MAGDALENA, said["sorry"]))
    own.add(Waiting(moment(care.add_within(again, 36 * MINUTE)), MAGDALENA, "waiting_department"))

    bench = script.part(
        "bartosz-workshop", "workshop-repair", "workshop-warsaw", MAGDALENA, "pl", title=said["workshop_title"]
    )
    bench.ask_for(own, asked)
    bench.open(asked, said["workshop_ask"])
    bench.add(Replied(moment(looked), PIOTR, said["workshop_reply"]))
    bench.add(AskedDepartment(moment(stuck), PIOTR, "bartosz-lift"))
    bench.add(Waiting(moment(stuck), PIOTR, "waiting_department"))

    lift = script.part(
        "bartosz-lift", "maintenance-equipment", "maintenance-warsaw", PIOTR, "pl", title=said["bench_title"]
    )
    lift.ask_for(bench, stuck)
    lift.open(stuck, said["bench_ask"])
    lift.add(Replied(moment(seen), TOMASZ, said["bench_reply"]))
    return [own, bench, lift]
