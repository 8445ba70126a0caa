"""Organisations made up for the tests of the map: a house of twelve departments, and one of three hundred teams."""
