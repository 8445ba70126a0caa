"""Casa Lavora, the organisation of the demonstration: who it is, what it offers, and a believable past."""
