"""What of an anonymous round is written when it ends: so little that no row stands for fewer than five people.

`published_cuts` says how far the answers may be cut, in the order in which the cuts were announced. A row keeps an
attribute only where it is a published cell, so the rows fall into classes of at least five that look alike, and
whatever is later counted from them is a sum of whole classes: no difference of two counts can show fewer than five.

Words lie apart from everything else that the same person answered, each text by itself: who knows somebody's style, or
what only they could tell, learns what they wrote and nothing more.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clientela.voice.rules.anonymity import LEAST_SHOWN, LEAST_TEXTS, CellName, Cut, published_cuts


@dataclass(frozen=True)
class SealedAnswer:
    """An answer of an anonymous round: what was answered, and by what it may be cut. Nothing says whose or when."""

    version_id: int
    values: Mapping[str, Any]
    cuts: Mapping[str, CellName | None] = field(default_factory=dict)
    language: str = ""  # of the page; decides whether words are held back, and is then forgotten unless it is a cut


@dataclass(frozen=True)
class Released:
    """What may be kept: the answers without their words, and every text alone. Both have to be shuffled for themselves.

    The two are in the same order as the answers were: written so, the order would tie them together again.
    """

    answers: tuple[SealedAnswer, ...] = ()
    words: tuple[SealedAnswer, ...] = ()  # each with the one text in `values`


def released(
    answers: Sequence[SealedAnswer], *, cuts: Sequence[str], texts: Collection[str], never: Collection[str] = ()
) -> Released:
    """The answers as they may be kept: none of fewer than five, attributes only where five share them all.

    `texts` names the questions that are answered in words; `never` those whose answers are not kept at all, such as
    addresses. A text is held back where fewer than five of its class were asked in its language, for then that alone
    would say whose it is; and where of the others of its class fewer than ten wrote.
    """
    if len(answers) < LEAST_SHOWN:
        return Released()
    published = published_cuts([one.cuts for one in answers], [Cut(cut) for cut in cuts])
    kept: list[dict[str, CellName | None]] = [dict.fromkeys(cuts) for _one in answers]
    for partition in published.partitions:
        for cell in partition.cells:
            for place in cell.members:
                kept[place][partition.cut] = None if cell.is_others else cell.names[0]
    classes = [tuple(one.values()) for one in kept]
    languages = Counter((number, one.language) for number, one in zip(classes, answers, strict=True))
    wrote = Counter(
        (number, name)
        for number, one in zip(classes, answers, strict=True)
        for name in texts
        if one.values.get(name) is not None and languages[number, one.language] >= LEAST_SHOWN
    )
    apart, words = {*texts, *never}, []
    for number, one, attributes in zip(classes, answers, kept, strict=True):
        if languages[number, one.language] >= LEAST_SHOWN:
            words += [
                _kept(one, {name: one.values[name]}, attributes)
                for name in sorted(set(texts) - set(never))
                if one.values.get(name) is not None and wrote[number, name] >= LEAST_TEXTS
            ]
    rest = [
        _kept(one, {name: value for name, value in one.values.items() if name not in apart}, attributes)
        for one, attributes in zip(answers, kept, strict=True)
    ]
    return Released(tuple(rest), tuple(words))


def _kept(one: SealedAnswer, values: Mapping[str, Any], attributes: Mapping[str, CellName | None]) -> SealedAnswer:
    return SealedAnswer(one.version_id, values, attributes, str(attributes.get("language") or ""))
