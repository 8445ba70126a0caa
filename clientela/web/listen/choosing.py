"""Which voices to show: what was chosen in the row above the list, read from the address and written into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from clientela.voice.queries.listening import ListenChoices
from clientela.voice.queries.voices import VoiceFilters
from clientela.web.listen.feeling_words import FEELINGS
from clientela.web.listen.figure_words import language_here
from clientela.web.listen.voice_words import KINDS, SIDES

SPANS = (7, 28, 91, 365)  # days
LONGEST_WORDS = 80


@dataclass(frozen=True)
class Choice:
    """One option of a select."""

    key: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class Select:
    """One select of the row: what it is called, and its options; the first one leaves everything in."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Chosen:
    """What was chosen, by the names in the address; "" is everything, of `scores` only what has words."""

    feeling: str = ""
    subject: str = ""
    department: str = ""
    side: str = ""
    kind: str = ""
    since: str = ""
    words: str = ""
    scores: str = ""

    def filters(self, choices: ListenChoices, *, at: datetime) -> VoiceFilters:
        """The same for the query."""
        cards = {card.key: card.id for card in choices.departments}
        return VoiceFilters(
            feeling=self.feeling,
            subject=self.subject,
            provider_id=cards.get(self.department),
            side=self.side,
            kind=self.kind,
            words=self.words,
            since=at - timedelta(days=int(self.since)) if self.since else None,
            has_words=not self.scores,
        )

    def query(self, **more: str) -> str:
        """The same for an address, with what is more."""
        given = {**self.__dict__, **more}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def is_something(self) -> bool:
        """Whether anything was chosen."""
        return any(self.__dict__.values())


def chosen_in(given: QueryDict, choices: ListenChoices) -> Chosen:
    """Read what was chosen; what nobody offered is left out."""

    def one_of(name: str, known: Mapping[str, object]) -> str:
        value = given.get(name, "")
        return value if value in known else ""

    return Chosen(
        feeling=one_of("feeling", FEELINGS),
        subject=one_of("subject", {subject.key: subject for subject in choices.subjects}),
        department=one_of("department", {card.key: card for card in choices.departments}),
        side=one_of("side", SIDES),
        kind=one_of("kind", KINDS),
        since=one_of("since", {str(days): days for days in SPANS}),
        words=given.get("words", "").replace("\0", "").strip()[:LONGEST_WORDS],
        scores=one_of("scores", {"yes": True}),
    )


def selects_of(chosen: Chosen, choices: ListenChoices) -> list[Select]:
    """The selects of the row, each with what is chosen; one department is no choice."""
    language = language_here()
    spans = {
        "7": _("the last 7 days"),
        "28": _("the last 4 weeks"),
        "91": _("the last 3 months"),
        "365": _("the last year"),
    }
    found = [
        _select("feeling", _("Feeling"), _("every feeling"), FEELINGS, chosen.feeling),
        _select(
            "subject",
            _("Subject"),
            _("every subject"),
            {subject.key: subject.name for subject in choices.subjects},
            chosen.subject,
        ),
        _select("side", _("Inside or outside"), _("both sides"), SIDES, chosen.side),
        _select("kind", _("How it was said"), _("every way"), KINDS, chosen.kind),
        _select("since", _("Since when"), _("whenever"), spans, chosen.since),
    ]
    if len(choices.departments) > 1:
        names = {card.key: card.name_in(language) for card in choices.departments}
        found.insert(2, _select("department", _("Department"), _("every department"), names, chosen.department))
    return [select for select in found if len(select.choices) > 1]


def _select(name: str, label: str, everything: str, options: Mapping[str, object], chosen: str) -> Select:
    rest = tuple(Choice(key, str(words), key == chosen) for key, words in options.items())
    return Select(name, label, (Choice("", everything, not chosen), *rest))
