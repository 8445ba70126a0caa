"""Encoder processes that misbehave as real ones might: each runs the real worker and breaks one thing."""
