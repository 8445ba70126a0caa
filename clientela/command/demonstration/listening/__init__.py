"""Listening in the demonstration: what people say, the surveys that ask, the talks, and what came of it."""
