"""What voices and figures mean: pure calculations, no database."""
