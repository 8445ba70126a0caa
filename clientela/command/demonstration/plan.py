"""The whole story of the demonstration, made up anew from a seed: the same seed tells the same story."""
