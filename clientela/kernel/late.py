"""A module that is loaded when it is first used: what few pages need, and every process would load at its start."""

import importlib
from typing import Any


class Late:
    """Stands for a module by its name; its functions are there as soon as one asks for them.

    special = Late("scipy.special")
    special.ndtr(0.5)  # loads it
    """

    def __init__(self, name: str) -> None:
        """Name the module; nothing is loaded yet."""
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """Give what the module calls so."""
        return getattr(importlib.import_module(self._name), name)
