"""Mailboxes on other people's mail servers, read by IMAP: connecting, watching, and taking in what comes."""
