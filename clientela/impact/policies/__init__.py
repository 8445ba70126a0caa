"""Who sees and does what in the impact room."""
