"""`clientela doctor`: what is broken here, and how to mend it."""

from clientela.command.doctor.command import app

__all__ = ["app"]
