"""Surveys: asked, answered, released."""
