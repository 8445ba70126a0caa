"""Service quality inside: one department rates another, as it is (the regular pulse) or against how it should be."""

from typing import Final

from clientela.voice.rules.figures.servqual import ITEMS, Dimension
from clientela.voice.rules.surveys.definition import Page, Question, SurveyDefinition, Texts
from clientela.voice.rules.surveys.measures import Side
from clientela.voice.rules.surveys.ready.parts import THANKS, ReadySurvey, joined, scale, texts, words
from clientela.voice.rules.surveys.ready.quality_wording import (
    AGREE,
    AS_IT_IS,
    AS_IT_SHOULD_BE,
    CHANGE_FIRST,
    COUNTS_LITTLE,
    COUNTS_MUCH,
    DIMENSIONS,
    DISAGREE,
    HOW_MUCH_COUNTS,
    IT_IS,
    IT_SHOULD_BE,
    ITEM_WORDS,
    WHAT_COUNTS,
)


def _pages(side: Side, beginning: str, about: Texts, heading: Texts | None) -> tuple[Page, ...]:
    """A page a dimension, with an item each line."""
    return tuple(
        Page(
            f"{beginning}_{dimension}",
            tuple(
                scale(
                    f"{beginning}_{item}",
                    joined(about, ITEM_WORDS[item]),
                    (1, 7),
                    (DISAGREE, AGREE),
                    measure=f"isq:{dimension}:{side}",
                    item=item,
                )
                for item, of in ITEMS.items()
                if of is dimension
            ),
            DIMENSIONS[dimension] if heading is None else joined(heading, DIMENSIONS[dimension], by=": "),
        )
        for dimension in Dimension
    )


def _importance(dimension: Dimension) -> Question:
    lower = {language: text[0].lower() + text[1:] for language, text in DIMENSIONS[dimension].items()}
    return scale(
        f"counts_{dimension}",
        joined(HOW_MUCH_COUNTS, lower),
        (1, 10),
        (COUNTS_LITTLE, COUNTS_MUCH),
        measure=f"isq:{dimension}:{Side.IMPORTANCE}",
    )


_LAST: Final = Page("last", (words("change", CHANGE_FIRST),))
_TITLES: Final = texts(
    "How does this department serve us?",
    "Cum ne servește acest departament?",
    "Jak obsługuje nas ten dział?",
    "¿Cómo nos atiende este departamento?",
)

PULSE: Final = ReadySurvey(
    key="quality",
    kind="isq",
    is_anonymous=True,
    names=texts(
        "Service quality inside: pulse",
        "Calitatea serviciilor interne: puls",
        "Jakość usług wewnętrznych: puls",
        "Calidad del servicio interno: pulso",
    ),
    tells=texts(
        "How the departments that are served see the one that serves them: 22 items, every few months.",
        "Cum văd departamentele servite departamentul care le servește: 22 de afirmații, la câteva luni.",
        "Jak obsługiwane działy widzą dział, który je obsługuje: 22 stwierdzenia, co kilka miesięcy.",
        "Cómo ven los departamentos atendidos al que los atiende: 22 afirmaciones, cada pocos meses.",
    ),
    definition=SurveyDefinition(
        titles=_TITLES,
        introductions=texts(
            "Please say how far each sentence is true. It takes about five minutes; you may leave out what you cannot "
            "judge.",
            "Vă rugăm să spuneți cât de adevărată este fiecare afirmație. Durează circa cinci minute; puteți sări "
            "peste ce nu puteți aprecia.",
            "Prosimy ocenić, na ile każde zdanie jest prawdziwe. Zajmie to około pięciu minut; można pominąć to, "
            "czego nie da się ocenić.",
            "Indique en qué medida es cierta cada frase. Le llevará unos cinco minutos; puede omitir lo que no pueda "
            "valorar.",
        ),
        thanks=THANKS,
        pages=(*_pages(Side.PERCEPTION, "seen", IT_IS, None), _LAST),
    ),
)

GAP: Final = ReadySurvey(
    key="quality_gap",
    kind="isq_gap",
    is_anonymous=True,
    names=texts(
        "Service quality inside: expected and seen",
        "Calitatea serviciilor interne: așteptări și realitate",
        "Jakość usług wewnętrznych: oczekiwania i rzeczywistość",
        "Calidad del servicio interno: lo esperado y lo percibido",
    ),
    tells=texts(
        "How a department should serve and how it does: 22 items twice, and what counts most. Twice a year.",
        "Cum ar trebui să servească un departament și cum o face: 22 de afirmații de două ori și ce contează cel mai "
        "mult. De două ori pe an.",
        "Jak dział powinien obsługiwać i jak to robi: dwa razy 22 stwierdzenia oraz to, co liczy się najbardziej. "
        "Dwa razy w roku.",
        "Cómo debería atender un departamento y cómo lo hace: 22 afirmaciones dos veces y lo que más cuenta. "
        "Dos veces al año.",
    ),
    definition=SurveyDefinition(
        titles=_TITLES,
        introductions=texts(
            "First please say how a department should serve you, then how this one does. It takes about ten minutes; "
            "you may leave out what you cannot judge.",
            "Mai întâi vă rugăm să spuneți cum ar trebui să vă servească un departament, apoi cum o face acesta. "
            "Durează circa zece minute; puteți sări peste ce nu puteți aprecia.",
            "Najpierw prosimy powiedzieć, jak dział powinien Państwa obsługiwać, a potem, jak robi to ten dział. "
            "Zajmie to około dziesięciu minut; można pominąć to, czego nie da się ocenić.",
            "Primero indique cómo debería atenderle un departamento y después cómo lo hace este. Le llevará unos diez "
            "minutos; puede omitir lo que no pueda valorar.",
        ),
        thanks=THANKS,
        pages=(
            *_pages(Side.EXPECTATION, "wanted", IT_SHOULD_BE, AS_IT_SHOULD_BE),
            *_pages(Side.PERCEPTION, "seen", IT_IS, AS_IT_IS),
            Page("counts", tuple(_importance(dimension) for dimension in Dimension), WHAT_COUNTS),
            _LAST,
        ),
    ),
)
