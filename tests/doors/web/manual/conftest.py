"""The cast, for the manual's pages."""

from tests.world import world

__all__ = ["world"]
