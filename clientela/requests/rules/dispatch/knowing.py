"""What is known at a moment: which operations are there, what is expected of them, and who waits on whom."""

from collections.abc import Sequence

from clientela.requests.rules.dispatch.operations import Operation, UnknownNeedError


class Known:
    """The operations by their place in what was given, as far as anybody knows of them by now.

    Rules see this and nothing else. What work an operation will really take is not in it.
    """

    def __init__(self, operations: Sequence[Operation], *, unpromised_hours: float) -> None:
        self.operations = operations
        self.ready_hours = [0.0] * len(operations)
        self.expected_hours = [operation.expected_hours for operation in operations]
        self.due_hours = [
            operation.arrives_hours + unpromised_hours if operation.due_hours is None else operation.due_hours
            for operation in operations
        ]
        self.is_there = [False] * len(operations)
        self.is_done = [False] * len(operations)
        places = {operation.id: place for place, operation in enumerate(operations)}
        if len(places) != len(operations):
            raise UnknownNeedError("Two operations have the same id.")
        nothing: tuple[int, ...] = ()
        try:
            self.needs = [
                tuple(places[one] for one in operation.needs) if operation.needs else nothing
                for operation in operations
            ]
            self.after = [
                tuple(places[one] for one in operation.after) if operation.after else nothing
                for operation in operations
            ]
        except KeyError as gone:
            raise UnknownNeedError(f"Operation {gone.args[0]} is needed, but it is not there.") from None
        self.needed_by = _turned(self.needs)
        self.followed_by = _turned(self.after)

    def carried(self, place: int) -> dict[int, float]:
        """Itself and all that wait on it, each with the expected work on the longest way up to it, both included."""
        paths = {place: self.expected_hours[place]}
        if not self.needed_by[place]:
            return paths
        again = [place]
        while again:
            here = again.pop()
            for above in self.needed_by[here]:
                if self.is_there[above]:
                    path = paths[here] + self.expected_hours[above]
                    if path > paths.get(above, 0.0):
                        paths[above] = path
                        again.append(above)
        return paths

    def waited_on_by(self, place: int) -> set[int]:
        """Tell what is there, not done, and stands under this one at any depth."""
        below: set[int] = set()
        again = [place]
        while again:
            for one in self.needs[again.pop()]:
                if self.is_there[one] and not self.is_done[one] and one not in below:
                    below.add(one)
                    again.append(one)
        return below


def _turned(needs: Sequence[tuple[int, ...]]) -> list[tuple[int, ...] | list[int]]:
    nothing: tuple[int, ...] = ()
    turned: list[tuple[int, ...] | list[int]] = [nothing] * len(needs)
    for place, wanted in enumerate(needs):
        for one in wanted:
            if not turned[one]:
                turned[one] = [place]
            else:
                turned[one] = [*turned[one], place]
    return turned
