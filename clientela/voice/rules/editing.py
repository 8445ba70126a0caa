"""Changing a survey's definition a step at a time: every function takes one and returns another."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from clientela.voice.rules.surveys.definition import (
    LONGEST_KEY,
    LONGEST_NAME,
    Comparison,
    Condition,
    Option,
    Page,
    Question,
    QuestionKind,
    SurveyDefinition,
    Texts,
)

_NOT_A_SIGN: Final = re.compile(r"[^a-z0-9]+")
_WITHOUT_MARKS: Final = str.maketrans("łŁ", "lL")
_LONGEST_MADE_NAME: Final = 40
FIRST_PAGE: Final = "page1"
NO_LABEL: Final = "–"


class NoSuchQuestionError(LookupError):
    """The survey has no question of this name."""


def mark_of(stored: Mapping[str, Any]) -> str:
    """A short mark of a stored definition: two are the same exactly when their marks are."""
    canonical = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:20]


def question_of(definition: SurveyDefinition, name: str) -> Question:
    """The question of this name. Raises NoSuchQuestionError."""
    for question in definition.questions:
        if question.name == name:
            return question
    raise NoSuchQuestionError(name)


def empty_survey(title: str, language: str) -> SurveyDefinition:
    """A survey with a title in one language and no question yet."""
    return SurveyDefinition(titles={language: title}, pages=(Page(FIRST_PAGE, ()),))


def with_question(definition: SurveyDefinition, question: Question, *, after: str = "") -> SurveyDefinition:
    """Add a question behind the one named `after`, or at the end."""
    if after:
        return _each_question(definition, lambda one: (one, question) if one.name == after else (one,))
    pages = definition.pages or (Page(FIRST_PAGE, ()),)
    last = pages[-1]
    return replace(definition, pages=(*pages[:-1], replace(last, questions=(*last.questions, question))))


def with_changed(definition: SurveyDefinition, question: Question) -> SurveyDefinition:
    """Put a question in the place of the one of the same name."""
    return _each_question(definition, lambda one: (question,) if one.name == question.name else (one,))


def without_question(definition: SurveyDefinition, name: str) -> SurveyDefinition:
    """Take a question out, and the screen that it leaves empty. Conditions on it stay, and are told as problems."""
    question_of(definition, name)
    return _without_empty(_each_question(definition, lambda one: () if one.name == name else (one,)))


def duplicated(definition: SurveyDefinition, name: str) -> tuple[SurveyDefinition, str]:
    """Put a copy behind a question; its name beside it. What pairs it with another item is not copied."""
    question = question_of(definition, name)
    copy = replace(question, name=fresh_name(definition, question.name), item="")
    return with_question(definition, copy, after=name), copy.name


def moved(definition: SurveyDefinition, name: str, *, by: int) -> SurveyDefinition:
    """Move a question one place up (-1) or down (1). Over the edge of its screen it joins the next one."""
    question = question_of(definition, name)
    pages = [list(page.questions) for page in definition.pages]
    row = next(index for index, page in enumerate(pages) if question in page)
    place = pages[row].index(question)
    if 0 <= place + by < len(pages[row]):
        pages[row][place], pages[row][place + by] = pages[row][place + by], pages[row][place]
    elif 0 <= row + by < len(pages):
        pages[row].remove(question)
        pages[row + by].insert(0 if by > 0 else len(pages[row + by]), question)
    return _without_empty(
        replace(
            definition,
            pages=tuple(
                replace(page, questions=tuple(questions))
                for page, questions in zip(definition.pages, pages, strict=True)
            ),
        )
    )


def with_screen_before(definition: SurveyDefinition, name: str) -> SurveyDefinition:
    """Let a new screen begin with this question."""
    question = question_of(definition, name)
    pages: list[Page] = []
    for page in definition.pages:
        if question not in page.questions or page.questions[0] == question:
            pages.append(page)
            continue
        place = page.questions.index(question)
        pages.append(replace(page, questions=page.questions[:place]))
        pages.append(Page(_fresh({one.name for one in definition.pages}, "page"), page.questions[place:]))
    return replace(definition, pages=tuple(pages))


def without_screen_before(definition: SurveyDefinition, name: str) -> SurveyDefinition:
    """Put the screen that begins with this question together with the one before it."""
    question = question_of(definition, name)
    pages: list[Page] = []
    for page in definition.pages:
        if pages and page.questions and page.questions[0] == question:
            pages[-1] = replace(pages[-1], questions=(*pages[-1].questions, *page.questions))
        else:
            pages.append(page)
    return replace(definition, pages=tuple(pages))


def fresh_name(definition: SurveyDefinition, wish: str) -> str:
    """A name for a question that none has yet, from a title or a kind."""
    words = plain(wish)[:_LONGEST_MADE_NAME].strip("_") or "question"
    start = words if words[0].isalpha() else f"q_{words}"
    return _fresh({question.name for question in definition.questions}, start)


def plain(words: str) -> str:
    """Small Latin letters, digits and underscores: what is left of a title for a name."""
    apart = unicodedata.normalize("NFD", words.lower().translate(_WITHOUT_MARKS))
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _NOT_A_SIGN.sub("_", letters).strip("_")


def options_from_lines(lines: Mapping[str, str], before: Sequence[Option]) -> tuple[Option, ...]:
    """Options written one a line, in several languages: the lines of the first language that has any lead.

    A line that stood there before keeps its key, whatever its place; a line that was only reworded, in a list as long
    as before, keeps the key of its place; another one gets a key of its own.
    """
    written = {language: [line.strip() for line in text.splitlines()] for language, text in lines.items()}
    filled = {language: [line for line in rows if line] for language, rows in written.items()}
    leading = next((language for language, rows in filled.items() if rows), "")
    if not leading:
        return ()
    count = max(len(rows) for rows in filled.values())
    known = {option.labels.get(leading, ""): option.key for option in before}
    is_as_long = len(before) == count
    keys: list[str] = []
    for place in range(count):
        label = _line(filled[leading], place)
        key = known.get(label, "")
        stays = is_as_long and before[place].labels.get(leading, "") not in filled[leading]
        if not key and stays:
            key = before[place].key
        if not key or key in keys:
            taken = {option.key for option in before} | set(keys)
            key = _fresh(taken, plain(label)[: LONGEST_KEY - 5] or f"option{place + 1}")
        keys.append(key)
    labels: dict[str, dict[str, str]] = {key: {} for key in keys}
    for language, rows in filled.items():
        # Lines in another language that nobody touched go with their options, wherever those were moved.
        is_untouched = language != leading and "\n".join(rows) == lines_of(before, language)
        stood = {option.key: option.labels.get(language, "") for option in before}
        for place, key in enumerate(keys):
            label = stood.get(key, "") if is_untouched else _line(rows, place)
            if label:
                labels[key][language] = label
    return tuple(Option(key, labels[key]) for key in keys)


def lines_of(options: Sequence[Option], language: str) -> str:
    """Options as they are written one a line; a missing label is a dash, so that those behind keep their places."""
    lines = [option.labels.get(language, "") or NO_LABEL for option in options]
    while lines and lines[-1] == NO_LABEL:
        lines.pop()
    return "\n".join(lines)


def texts_of(definition: SurveyDefinition) -> list[tuple[str, Texts]]:
    """Every text by its place, in the order of asking: "titles", "page:page1:titles", "q:name:options:yes"…"""
    found: list[tuple[str, Texts]] = [
        ("titles", definition.titles),
        ("introductions", definition.introductions),
        ("thanks", definition.thanks),
    ]
    for page in definition.pages:
        found.append((f"page:{page.name}:titles", page.titles))
        for question in page.questions:
            start = f"q:{question.name}"
            found += [(f"{start}:titles", question.titles), (f"{start}:help", question.help)]
            if question.kind is QuestionKind.SCALE:
                found += [(f"{start}:low_labels", question.low_labels), (f"{start}:high_labels", question.high_labels)]
            found += [(f"{start}:options:{option.key}", option.labels) for option in question.options]
            found += [(f"{start}:rows:{row.key}", row.labels) for row in question.rows]
    return found


def with_texts(definition: SurveyDefinition, texts: Mapping[str, Texts]) -> SurveyDefinition:
    """Put texts in the places that `texts_of` names; the other places stay as they are."""

    def told(place: str, now: Texts) -> Texts:
        given = texts.get(place)
        return now if given is None else {language: text for language, text in given.items() if text.strip()}

    def told_question(question: Question) -> Question:
        start = f"q:{question.name}"
        return replace(
            question,
            titles=told(f"{start}:titles", question.titles),
            help=told(f"{start}:help", question.help),
            low_labels=told(f"{start}:low_labels", question.low_labels),
            high_labels=told(f"{start}:high_labels", question.high_labels),
            options=tuple(Option(one.key, told(f"{start}:options:{one.key}", one.labels)) for one in question.options),
            rows=tuple(Option(one.key, told(f"{start}:rows:{one.key}", one.labels)) for one in question.rows),
        )

    return replace(
        definition,
        titles=told("titles", definition.titles),
        introductions=told("introductions", definition.introductions),
        thanks=told("thanks", definition.thanks),
        pages=tuple(
            replace(
                page,
                titles=told(f"page:{page.name}:titles", page.titles),
                questions=tuple(told_question(question) for question in page.questions),
            )
            for page in definition.pages
        ),
    )


def with_language_from(definition: SurveyDefinition, *, language: str, source: str) -> SurveyDefinition:
    """Fill what is missing in a language with the words of another, to be translated in place."""
    return with_texts(
        definition,
        {
            place: {**texts, language: texts[source]}
            for place, texts in texts_of(definition)
            if texts.get(source, "").strip() and not texts.get(language, "").strip()
        },
    )


def without_language(definition: SurveyDefinition, language: str) -> SurveyDefinition:
    """Take a language out of every text."""
    return with_texts(
        definition,
        {
            place: {code: text for code, text in texts.items() if code != language}
            for place, texts in texts_of(definition)
        },
    )


def simple_parts(condition: Condition | None) -> tuple[Comparison, ...] | None:
    """The comparisons of a condition without groups inside; None for one with groups, which rows cannot show."""
    if condition is None:
        return ()
    parts = tuple(part for part in condition.parts if isinstance(part, Comparison))
    return parts if len(parts) == len(condition.parts) else None


def _line(lines: Sequence[str], place: int) -> str:
    line = lines[place] if place < len(lines) else ""
    return "" if line == NO_LABEL else line


def _fresh(taken: set[str], start: str) -> str:
    """`start`, or `start_2` and so on when it is taken; never longer than a name may be."""
    start = start[: LONGEST_NAME - 4]
    name, number = start, 1
    while name.casefold() in {one.casefold() for one in taken}:
        number += 1
        name = f"{start}_{number}"
    return name


def _each_question(
    definition: SurveyDefinition, change: Callable[[Question], tuple[Question, ...]]
) -> SurveyDefinition:
    return replace(
        definition,
        pages=tuple(
            replace(page, questions=tuple(new for question in page.questions for new in change(question)))
            for page in definition.pages
        ),
    )


def _without_empty(definition: SurveyDefinition) -> SurveyDefinition:
    pages = tuple(page for page in definition.pages if page.questions)
    return replace(definition, pages=pages or definition.pages[:1])
