"""The reviews of the real data as (text, what people said of it), split in two halves by the text itself.

Negative and positive: LaRoSeDa 1–2 against 4–5 stars, with the title before the text; PolEval sentences that are only
one of the two; OpeNER (hotels) negative and strongly negative against the positive ones; Olist 1–2 against 4–5 stars.
"""

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.shared_data import shared_data

TROUBLE = {
    "problemas_de_entrega": "delivery",
    "problemas_de_qualidade": "quality",
    "satisfeito_com_pedido": "satisfied",
}


@dataclass(frozen=True)
class Said:
    """A text, whether people call it positive (None: neither), and for Olist what went wrong."""

    text: str
    is_positive: bool | None
    matter: str = ""

    @property
    def half(self) -> int:
        """0 or 1, by the text."""
        return hashlib.sha256(self.text.encode()).digest()[0] & 1


def sample(told: list[Said], size: int) -> list[Said]:
    """The same ones every time."""
    return sorted(told, key=lambda one: hashlib.sha256(one.text.encode()).digest()[1:])[:size]


def romanian() -> list[Said]:
    told = []
    for name, is_positive in (("negative", False), ("positive", True)):
        rows = json.loads(shared_data("reviews", f"ro_laroseda_{name}_reviews.json").read_text(encoding="utf-8"))
        told += [Said(f"{row['title']}. {row['content']}", is_positive) for row in rows]
    return told


def polish() -> list[Said]:
    with shared_data("reviews", "pl_poleval2024_in.tsv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    with shared_data("reviews", "pl_poleval2024_expected.tsv").open(encoding="utf-8", newline="") as file:
        marks = list(csv.DictReader(file, delimiter="\t"))
    told = []
    for text, mark in zip(texts, marks, strict=True):
        is_positive, is_negative, is_neutral = (mark[name] == "True" for name in ("Positive", "Negative", "Neutral"))
        # A row of number signs stands for a whole review.
        if text.startswith("###") or is_neutral or is_positive == is_negative:
            continue
        told.append(Said(text, is_positive))
    return told


def hotels(language: str) -> list[Said]:
    told = []
    for name, is_positive in (("neg", False), ("strneg", False), ("pos", True), ("strpos", True)):
        lines = shared_data("reviews", f"opener_{language}", f"{name}.txt").read_text(encoding="utf-8").splitlines()
        told += [Said(line.strip(), is_positive) for line in lines if line.strip()]
    return told


def portuguese() -> list[Said]:
    with shared_data("reviews", "pt_olist_promise_score_half.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    middle = 3
    return [
        Said(
            row["review_comment_message"],
            None if (score := int(row["review_score"])) == middle else score > middle,
            TROUBLE.get(row["most_voted_class"], ""),
        )
        for row in rows
    ]


SETS: dict[str, Callable[[], list[Said]]] = {
    "ro": romanian,
    "pl": polish,
    "es": lambda: hotels("es"),
    "en": lambda: hotels("en"),
    "pt": portuguese,
}
