"""Surveys for the tests: small ones by hand, and any at all for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from clientela.voice.rules.surveys import (
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

K = QuestionKind
RED, BLUE, GREEN = (Option(key, {"en": key.title(), "pl": f"{key} po polsku"}) for key in ("red", "blue", "green"))
NEEDS: dict[QuestionKind, dict[str, Any]] = {
    K.SCALE: {"lowest": 1, "highest": 5},
    K.CHOICE: {"options": (RED, BLUE, GREEN)},
    K.CHOICES: {"options": (RED, BLUE, GREEN)},
    K.RANKING: {"options": (RED, BLUE, GREEN)},
    K.MATRIX: {"options": (RED, BLUE), "rows": (Option("speed", {"en": "Speed"}), Option("care", {"en": "Care"}))},
    K.TEXT: {},
    K.NUMBER: {},
    K.DATE: {},
}


def question(name: str, kind: QuestionKind = K.SCALE, **more: Any) -> Question:
    return Question(**{"name": name, "kind": kind, "titles": {"en": f"About {name}?"}, **NEEDS[kind], **more})


def survey(*questions: Question, **more: Any) -> SurveyDefinition:
    return SurveyDefinition(**{"titles": {"en": "How was it?"}, "pages": (Page("first", tuple(questions)),), **more})


def if_all(*parts: Comparison | Condition) -> Condition:
    return Condition(Join.ALL, parts)


def if_any(*parts: Comparison | Condition) -> Condition:
    return Condition(Join.ANY, parts)


def compare(other: str, operator: str, value: Any = None) -> Comparison:
    return Comparison(other, Operator(operator), True if value is None else value)


# -- any survey at all -------------------------------------------------------------------------------------------------

_LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="{}")
WORDS = st.text(_LETTERS, min_size=1, max_size=12).map(str.strip).filter(bool)
TEXTS = st.dictionaries(st.sampled_from(["en", "ro", "pl", "es"]), WORDS, min_size=1, max_size=4)
SOME_TEXTS = st.one_of(st.just({}), TEXTS)
KEYS = WORDS.filter(lambda key: key == key.strip())


def options(least: int) -> st.SearchStrategy[tuple[Option, ...]]:
    keys = st.lists(KEYS, min_size=least, max_size=5, unique_by=str.casefold)
    return keys.flatmap(lambda found: st.tuples(*(st.builds(Option, st.just(key), TEXTS) for key in found)))


@st.composite
def parts_of_kind(draw: st.DrawFn, kind: QuestionKind) -> dict[str, Any]:
    if kind is K.SCALE:
        lowest = draw(st.integers(-10, 10))
        highest = lowest + draw(st.integers(1, 20))
        return {"lowest": lowest, "highest": highest, "low_labels": draw(SOME_TEXTS), "high_labels": draw(SOME_TEXTS)}
    if kind is K.MATRIX:
        return {"options": draw(options(2)), "rows": draw(options(1))}
    if kind is K.CHOICES:
        chosen = draw(options(1))
        least = draw(st.none() | st.integers(1, len(chosen)))
        return {
            "options": chosen,
            "least_choices": least,
            "most_choices": draw(st.none() | st.integers(least or 1, len(chosen))),
        }
    if kind in {K.CHOICE, K.RANKING}:
        return {"options": draw(options(2))}
    return draw(parts_of_plain_kind(kind))


@st.composite
def parts_of_plain_kind(draw: st.DrawFn, kind: QuestionKind) -> dict[str, Any]:
    if kind is K.TEXT:
        is_email = draw(st.booleans())
        is_long = not is_email and draw(st.booleans())
        return {"is_email": is_email, "is_long": is_long, "longest": draw(st.none() | st.integers(1, 4000))}
    if kind is K.NUMBER:
        bounds = sorted(draw(st.lists(st.integers(-1000, 1000) | st.floats(-1000, 1000), min_size=2, max_size=2)))
        return {"is_whole": draw(st.booleans()), "lowest": bounds[0], "highest": draw(st.none() | st.just(bounds[1]))}
    return {"lowest": draw(st.none() | st.dates().map(str))}


@st.composite
def comparisons(draw: st.DrawFn, earlier: list[Question]) -> Comparison:
    other = draw(st.sampled_from(earlier))
    name, kind = other.name, other.kind
    equal, order = ["=", "≠"], ["<", "≤", ">", "≥"]
    if draw(st.integers(0, 4)) == 0 or kind is K.RANKING:
        return compare(name, "answered", draw(st.booleans()))
    if kind in {K.SCALE, K.NUMBER}:
        return compare(name, draw(st.sampled_from(equal + order)), draw(st.integers(-20, 20)))
    if kind is K.DATE:
        return compare(name, draw(st.sampled_from(equal + order)), str(draw(st.dates())))
    if kind is K.TEXT:
        return compare(name, draw(st.sampled_from([*equal, "contains", "lacks"])), draw(WORDS))
    key = draw(st.sampled_from([option.key for option in other.options]))
    if kind is K.CHOICES:
        return compare(name, draw(st.sampled_from([*equal, "contains", "lacks"])), key)
    row = f".{draw(st.sampled_from([row.key for row in other.rows]))}" if kind is K.MATRIX else ""
    return compare(name + row, draw(st.sampled_from(equal)), key)


@st.composite
def conditions(draw: st.DrawFn, earlier: list[Question]) -> Condition:
    join = draw(st.sampled_from(Join))
    inner = Join.ANY if join is Join.ALL else Join.ALL
    leaf = comparisons(earlier)
    nested = st.lists(leaf, min_size=2, max_size=3).map(lambda parts: Condition(inner, tuple(parts)))
    return Condition(join, tuple(draw(st.lists(leaf | nested, min_size=1, max_size=3))))


@st.composite
def surveys(draw: st.DrawFn) -> SurveyDefinition:
    """A survey without problems but for missing languages, and questions that nobody reaches."""
    found: list[Question] = []
    for index in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(K))
        some = st.none() | conditions(found) if found else st.none()
        measured = {}
        if kind is K.SCALE and draw(st.booleans()):
            measured = draw(
                st.sampled_from([("csat", 1, 5), ("nps", 0, 10), ("isq:empathy:perception", 1, 7), ("ces", 1, 7)])
            )
            measured = {
                "measure": measured[0],
                "lowest": measured[1],
                "highest": measured[2],
                "item": draw(st.sampled_from(["", "e1"])),
            }
        found.append(
            Question(
                name=f"q{index}",
                kind=kind,
                titles=draw(TEXTS),
                help=draw(SOME_TEXTS),
                is_required=draw(st.booleans()),
                required_if=draw(some),
                shows_if=draw(some),
                keeps_as=draw(st.sampled_from(KeepsAs)),
                **(draw(parts_of_kind(kind)) | measured),
            )
        )
    cut = draw(st.integers(1, len(found)))
    pages = [Page("one", tuple(found[:cut]), draw(SOME_TEXTS))]
    if found[cut:]:
        pages.append(Page("two", tuple(found[cut:]), draw(SOME_TEXTS)))
    return SurveyDefinition(draw(TEXTS), tuple(pages), draw(SOME_TEXTS), draw(SOME_TEXTS))
