"""Cases from CSV: read in columns, in bounded memory, and made into what is estimated from. No Django, no database.

What pages need (`roles`, `problems`, `heading`) stands in modules that load nothing heavy.
"""
