"""What is said where files of cases are probably not what was meant: names, links, lines that stand twice."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from clientela.web.listen.figure_words import number

_DOUBTS: Final[dict[str, Promise]] = {
    "looks_like_panel": gettext_lazy(
        "Hardly two lines are of the same department and time, so these seem to be departments and spans of time and "
        "not single cases. If so, tick “A line is a department and a span of time, not a case”: the answer is weaker "
        "then, and says so."
    ),
    "single_answers": gettext_lazy(
        "%(file)s has several lines for most of those who helped in one span of time, so each line is taken as what "
        "one colleague said. Where fewer than five said something, it is not used. If each is a mean already, bring "
        "one line for each and time, with how many answers it rests on."
    ),
    "inside_twice": gettext_lazy(
        "%(file)s, line %(line)s: “%(name)s” stands in line %(other)s with the same time and other figures; their mean "
        "is taken. Lines like this: %(count)s. Leave one."
    ),
    "linked_twice": gettext_lazy(
        "%(file)s, line %(line)s: line %(other)s says how much “%(name)s” depends on the same one already, and both "
        "are added up. Lines like this: %(count)s. Leave one."
    ),
    "unit_sums": gettext_lazy(
        "%(file)s, line %(line)s: the shares of “%(name)s” sum to %(sum)s and not to 1. So it is with %(units)s of "
        "%(of)s. Write 0.6 or 60 %% for sixty of a hundred."
    ),
    "units_alike": gettext_lazy(
        "“%(name)s” and “%(other)s” are written otherwise in another file, and do not count as the same. Names like "
        "this: %(count)s. Capitals and zeros in front count; write them alike."
    ),
    "suppliers_alike": gettext_lazy(
        "“%(name)s” and “%(other)s” are written otherwise in another file, and do not count as the same. Names like "
        "this: %(count)s. Capitals and zeros in front count; write them alike."
    ),
    "units_twice": gettext_lazy(
        "“%(name)s” and “%(other)s” count as two, and are probably one. Names like this: %(count)s. Write them alike "
        "if they are the same."
    ),
    "suppliers_twice": gettext_lazy(
        "“%(name)s” and “%(other)s” count as two, and are probably one. Names like this: %(count)s. Write them alike "
        "if they are the same."
    ),
}


def doubt_words(code: str, figures: Mapping[str, Any], sentence: str) -> str:
    """Say what is doubtful. `sentence` is what the terminal would say, for what has no words here."""
    if code not in _DOUBTS:
        return sentence
    named = {name: number(value) if isinstance(value, int) else value for name, value in figures.items()}
    if isinstance(figures.get("sum"), float):
        named["sum"] = f"{figures['sum']:.4g}"
    return str(_DOUBTS[code]) % named
