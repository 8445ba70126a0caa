"""The short ones, of one score and a word: satisfaction, effort, recommendation, and an opinion poll."""

from typing import Final

from clientela.voice.rules.surveys.definition import (
    Comparison,
    Condition,
    Join,
    KeepsAs,
    Operator,
    Option,
    Page,
    Question,
    QuestionKind,
    SurveyDefinition,
)
from clientela.voice.rules.surveys.ready.parts import THANKS, ReadySurvey, scale, texts, words


def _if(operator: Operator, score: int) -> Condition:
    return Condition(Join.ALL, (Comparison("score", operator, score),))


SATISFACTION: Final = ReadySurvey(
    key="satisfaction",
    kind="csat",
    is_anonymous=False,
    names=texts("Satisfaction", "Mulțumirea", "Zadowolenie", "Satisfacción"),
    tells=texts(
        "How satisfied people are with the way they were served, from 1 to 5, and why.",
        "Cât de mult îi mulțumește pe oameni felul în care au fost serviți, de la 1 la 5, și de ce.",
        "Zadowolenie z obsługi od 1 do 5 i jego powód.",
        "Satisfacción con la atención recibida, de 1 a 5, y el motivo.",
    ),
    definition=SurveyDefinition(
        titles=texts("How did we serve you?", "Cum v-am servit?", "Jak nam poszło?", "¿Cómo le hemos atendido?"),
        thanks=THANKS,
        pages=(
            Page(
                "satisfaction",
                (
                    scale(
                        "score",
                        texts(
                            "How satisfied are you with the way we served you?",
                            "În ce măsură v-a mulțumit felul în care v-am servit?",
                            "Jak duże jest Państwa zadowolenie z naszej obsługi?",
                            "¿Cuál es su grado de satisfacción con la atención recibida?",
                        ),
                        (1, 5),
                        (
                            texts("very dissatisfied", "deloc", "bardzo małe", "muy bajo"),
                            texts("very satisfied", "pe deplin", "bardzo duże", "muy alto"),
                        ),
                        is_required=True,
                        measure="csat",
                    ),
                    words(
                        "better",
                        texts(
                            "What should we have done better?",
                            "Ce ar fi trebuit să facem mai bine?",
                            "Co należało zrobić lepiej?",
                            "¿Qué deberíamos haber hecho mejor?",
                        ),
                        shows_if=_if(Operator.AT_MOST, 3),
                    ),
                    words(
                        "best",
                        texts(
                            "What did you like best?",
                            "Ce v-a plăcut cel mai mult?",
                            "Co najbardziej się Państwu podobało?",
                            "¿Qué es lo que más le ha gustado?",
                        ),
                        shows_if=_if(Operator.AT_LEAST, 4),
                    ),
                ),
            ),
        ),
    ),
)

EFFORT: Final = ReadySurvey(
    key="effort",
    kind="ces",
    is_anonymous=False,
    names=texts("Effort", "Efortul", "Wysiłek", "Esfuerzo"),
    tells=texts(
        "How easy it was to get what was needed, from 1 to 7, and what made it hard.",
        "Cât de ușor a fost, de la 1 la 7, și ce a îngreunat lucrurile.",
        "Czy załatwienie sprawy było łatwe, od 1 do 7, i co je utrudniło.",
        "Si fue fácil conseguir lo necesario, de 1 a 7, y qué lo dificultó.",
    ),
    definition=SurveyDefinition(
        titles=texts("Was it easy?", "A fost ușor?", "Czy było łatwo?", "¿Fue fácil?"),
        thanks=THANKS,
        pages=(
            Page(
                "effort",
                (
                    scale(
                        "score",
                        texts(
                            "Getting what you needed from us was easy.",
                            "Ați obținut ușor de la noi lucrul de care aveați nevoie.",
                            "Załatwienie sprawy z nami było łatwe.",
                            "Le resultó fácil conseguir de nosotros lo que necesitaba.",
                        ),
                        (1, 7),
                        (
                            texts("not at all", "dezacord total", "zdecydowanie nie", "totalmente en desacuerdo"),
                            texts("entirely", "acord total", "zdecydowanie tak", "totalmente de acuerdo"),
                        ),
                        is_required=True,
                        measure="ces",
                    ),
                    words(
                        "harder",
                        texts(
                            "What made it hard?",
                            "Ce a îngreunat lucrurile?",
                            "Co to utrudniło?",
                            "¿Qué lo hizo difícil?",
                        ),
                        shows_if=_if(Operator.AT_MOST, 4),
                    ),
                ),
            ),
        ),
    ),
)

RECOMMENDATION: Final = ReadySurvey(
    key="recommendation",
    kind="nps",
    is_anonymous=False,
    names=texts("Recommendation", "Recomandarea", "Polecenie", "Recomendación"),
    tells=texts(
        "Whether people would recommend you, from 0 to 10, and the main reason.",
        "Dacă oamenii v-ar recomanda, de la 0 la 10, și motivul principal.",
        "Czy ludzie polecą Państwa innym, od 0 do 10, i główny powód.",
        "Si la gente les recomendaría, de 0 a 10, y el motivo principal.",
    ),
    definition=SurveyDefinition(
        titles=texts("Would you recommend us?", "Ne-ați recomanda?", "Czy nas Państwo polecą?", "¿Nos recomendaría?"),
        thanks=THANKS,
        pages=(
            Page(
                "recommendation",
                (
                    scale(
                        "score",
                        texts(
                            "How likely is it that you will recommend us to people you know?",
                            "Cât de probabil este să ne recomandați cunoscuților?",
                            "Jak prawdopodobne jest, że polecą nas Państwo znajomym?",
                            "¿Qué probabilidad hay de que nos recomiende a personas que conoce?",
                        ),
                        (0, 10),
                        (
                            texts("not at all likely", "deloc probabil", "wcale nie", "ninguna"),
                            texts("very likely", "foarte probabil", "bardzo prawdopodobne", "muy alta"),
                        ),
                        is_required=True,
                        measure="nps",
                    ),
                    words(
                        "reason",
                        texts(
                            "What is the main reason?",
                            "Care este motivul principal?",
                            "Jaki jest główny powód?",
                            "¿Cuál es el motivo principal?",
                        ),
                    ),
                ),
            ),
        ),
    ),
)

POLL: Final = ReadySurvey(
    key="poll",
    kind="poll",
    is_anonymous=False,
    names=texts("Opinion poll", "Sondaj de opinie", "Sondaż opinii", "Sondeo de opinión"),
    tells=texts(
        "What matters most to people; their answers are noted on their record.",
        "Ce contează cel mai mult pentru oameni; răspunsurile se notează în fișa lor.",
        "Co jest dla ludzi najważniejsze; odpowiedzi trafiają do ich karty.",
        "Qué es lo que más importa a la gente; las respuestas se anotan en su ficha.",
    ),
    definition=SurveyDefinition(
        titles=texts(
            "What matters to you?",
            "Ce contează pentru dumneavoastră?",
            "Co jest dla Państwa ważne?",
            "¿Qué es importante para usted?",
        ),
        thanks=THANKS,
        pages=(
            Page(
                "poll",
                (
                    Question(
                        "matters",
                        QuestionKind.CHOICES,
                        texts(
                            "What matters most to you when we serve you? Choose one or two.",
                            "Ce contează cel mai mult când vă servim? Alegeți unul sau două răspunsuri.",
                            "Co jest dla Państwa najważniejsze, gdy Państwa obsługujemy? "
                            "Proszę wybrać jedną lub dwie odpowiedzi.",
                            "¿Qué es lo más importante cuando le atendemos? Elija una o dos respuestas.",
                        ),
                        options=(
                            Option("speed", texts("Speed", "Rapiditatea", "Szybkość", "La rapidez")),
                            Option(
                                "news",
                                texts(
                                    "Being kept informed",
                                    "Informarea pe parcurs",
                                    "Informacje na bieżąco",
                                    "Estar al corriente",
                                ),
                            ),
                            Option(
                                "right",
                                texts(
                                    "Work done right the first time",
                                    "Lucrul bine făcut din prima",
                                    "Dobra praca za pierwszym razem",
                                    "Que todo esté bien a la primera",
                                ),
                            ),
                            Option("price", texts("The price", "Prețul", "Cena", "El precio")),
                            Option("kindness", texts("Kindness", "Amabilitatea", "Życzliwość", "La amabilidad")),
                            Option(
                                "reach",
                                texts("Being easy to reach", "Contactul ușor", "Łatwy kontakt", "El contacto fácil"),
                            ),
                        ),
                        most_choices=2,
                        is_required=True,
                        keeps_as=KeepsAs.PREFERENCE,
                    ),
                    words(
                        "else",
                        texts(
                            "What else do you expect of us?",
                            "Ce altceva așteptați de la noi?",
                            "Czego jeszcze Państwo od nas oczekują?",
                            "¿Qué más espera de nosotros?",
                        ),
                        keeps_as=KeepsAs.EXPECTATION,
                    ),
                ),
            ),
        ),
    ),
)
