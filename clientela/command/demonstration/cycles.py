"""Making much at once without Python looking through all of it for circles over and over."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_looking_for_cycles() -> Iterator[None]:
    """Switch off Python's search for objects that hold each other, and on again if it was on. Also a decorator.

    Some hundred thousand things of the story are alive until its end, none of them waste; looking through them again
    and again would be a third of all the work, and finds nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
