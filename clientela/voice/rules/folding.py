"""Folding a text: what makes two texts the same for us."""

import unicodedata

LONGEST_READ = 20_000  # signs; of a longer text only its beginning counts

_CEDILLAS = str.maketrans("şţŞŢ", "șțȘȚ")


def folded(text: str) -> str:
    """Return the text without lone surrogates and control signs, NFKC, its white space single, cedillas made commas.

    Bounded: at most `LONGEST_READ` signs go in, and at most so many come out (one sign may unfold into many).
    """
    clean = text[:LONGEST_READ].encode("utf-8", "ignore").decode()
    plain = unicodedata.normalize("NFKC", clean)[:LONGEST_READ].translate(_CEDILLAS)
    kept = "".join(" " if unicodedata.category(sign) in {"Cc", "Zs", "Zl", "Zp"} else sign for sign in plain)
    return " ".join(kept.split())
