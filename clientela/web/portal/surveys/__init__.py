"""Answering surveys: by the link of an invitation, or by an open link."""
