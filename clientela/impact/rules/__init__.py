"""What inside does to outside: pure calculations on arrays, no Django, no clock."""
