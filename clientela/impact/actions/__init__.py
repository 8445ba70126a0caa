"""What can be done in Impact, a verb each."""
