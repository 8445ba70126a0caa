"""The demonstration's years before Clientela: cases of its old shop program, drawn by chance from a stated truth."""
