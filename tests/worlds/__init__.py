"""Organisations drawn by chance in which the effect of inside quality on outside scores is known.

See README.md in this folder: it describes the model like a paper does. Nothing here needs Django or a database.
"""
