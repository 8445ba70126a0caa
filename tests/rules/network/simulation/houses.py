"""Small houses for the tests: an office that works nine to five, and the workshop it asks."""

from dataclasses import replace

from clientela.network.simulation.house import EVEN, Ask, Delay, Department, Hours, House, Service, Stream

NINE_TO_FIVE = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))
OFFICE, WORKSHOP, STORE = 1, 2, 3


def house(*, office: int = 2, workshop: int = 2, store: int = 1, shape: str = "exponential") -> House:
    """An office (1) that asks a workshop (2) for every second request, which asks a store (3) for every third."""
    people = ((OFFICE, office), (WORKSHOP, workshop), (STORE, store))
    return House(
        departments=tuple(Department(number, NINE_TO_FIVE, (count,) * 168) for number, count in people),
        services=(
            Service(
                "1:1", OFFICE, Hours(1.0, shape), first_share=0.5, asks=(Ask("2:2", 0.5),), promise_hours=8.0, pauses=()
            ),
            Service(
                "2:2",
                WORKSHOP,
                Hours(2.0, shape),
                first_share=0.4,
                asks=(Ask("3:3", 1 / 3),),
                lying=Delay(1.0, Hours(1.0, shape)),
                promise_hours=16.0,
                pauses=(),
            ),
            Service("3:3", STORE, Hours(1.5, shape), customer=Delay(0.2, Hours(3.0, shape)), promise_hours=4.0),
        ),
        streams=(Stream("outside", "1:1", 40.0, "even"), Stream("inside", "3:3", 6.0, "even")),
        rhythms={"even": EVEN},
    )


def only_office(people: int = 1, *, hours: float = 1.0, a_week: float = 30.0) -> House:
    """One department and nothing else: a simple queue."""
    whole = house(office=people)
    return replace(
        whole,
        departments=whole.departments[:1],
        services=(Service("1:1", OFFICE, Hours(hours), promise_hours=8.0),),
        streams=(Stream("outside", "1:1", a_week, "even"),),
    )
