"""What ready-made surveys are made of: texts in four languages, and scales with their ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clientela.voice.rules.surveys.definition import Question, QuestionKind, SurveyDefinition, Texts


@dataclass(frozen=True)
class ReadySurvey:
    """A survey to begin with. `kind` as in models.Survey.Kind; `tells` says in a line what it is for."""

    key: str
    kind: str
    is_anonymous: bool
    names: Texts
    tells: Texts
    definition: SurveyDefinition


def texts(en: str, ro: str, pl: str, es: str) -> dict[str, str]:
    """One text in the four languages."""
    return {"en": en, "ro": ro, "pl": pl, "es": es}


def scale(name: str, titles: Texts, bounds: tuple[int, int], ends: tuple[Texts, Texts], **more: Any) -> Question:
    """A question with a score, from the lowest to the highest of `bounds`, with words at both ends."""
    return Question(
        name,
        QuestionKind.SCALE,
        titles,
        lowest=bounds[0],
        highest=bounds[1],
        low_labels=ends[0],
        high_labels=ends[1],
        **more,
    )


def words(name: str, titles: Texts, **more: Any) -> Question:
    """A question that is answered in one's own words."""
    return Question(name, QuestionKind.TEXT, titles, is_long=True, **more)


def joined(first: Mapping[str, str], second: Mapping[str, str], *, by: str = " ") -> dict[str, str]:
    """Two texts as one, in every language."""
    return {language: f"{text}{by}{second[language]}" for language, text in first.items()}


THANKS = texts(
    "Thank you. What you said will be read, and we will act on it.",
    "Vă mulțumim. Ce ne-ați spus va fi citit și vom ține cont.",
    "Dziękujemy. Przeczytamy Państwa odpowiedzi i wyciągniemy z nich wnioski.",
    "Gracias. Leeremos lo que nos ha dicho y actuaremos en consecuencia.",
)
