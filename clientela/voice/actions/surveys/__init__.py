"""Surveys: made, asked in rounds, answered, released."""
