"""What Impact tells, as plain data ready to show."""
