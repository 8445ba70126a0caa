"""The past in bulk: stories as plain data, written as the actions would have written them."""

from clientela.requests.actions.history.stories import Asked, Event, Happening, Story
from clientela.requests.actions.history.writing import write_history

__all__ = ["Asked", "Event", "Happening", "Story", "write_history"]
