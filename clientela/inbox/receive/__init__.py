"""`clientela receive`: take in mail from files, old mailboxes or a pipe, one line a message about what came of it."""

from clientela.inbox.receive.command import app

__all__ = ["app"]
