"""The manual, read where the work is done."""
