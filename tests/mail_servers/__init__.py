"""Real mail servers on loopback for the length of a test, each in a module of its own."""
