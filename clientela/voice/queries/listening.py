"""What the pages of Listen need beside the voices: what to choose from, who corrected, and what everybody may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.kernel.alphabet import alphabetical
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError
from clientela.voice.actions.tallies import week_of
from clientela.voice.models import Evidence, ListeningPolicy, ScoredText, Subject, Voice
from clientela.voice.policies.heard import providers_read_by
from clientela.voice.queries.improvements import (
    CountsOfEffect,
    ImprovementSeen,
    effect_counts,
    improvements_as_seen,
    public_improvements,
)
from clientela.voice.queries.voices.glimpses import SubjectGlimpse, subject_glimpse
from clientela.voice.queries.voices.numbers import SATISFIED, summed, weekly_counts
from clientela.voice.queries.voices.summary import weeks_until
from clientela.voice.rules.figures.estimates import Share, TooFew
from clientela.voice.rules.figures.scales import CSAT
from clientela.voice.rules.figures.shares import satisfied_share

WEEKS_IN_PUBLIC = 12


@dataclass(frozen=True)
class ListenChoices:
    """By what voices can be chosen: departments whose voices the viewer reads, and subjects in use, by name."""

    departments: tuple[DepartmentCard, ...]
    subjects: tuple[SubjectGlimpse, ...]


@dataclass(frozen=True)
class PublicQuote:
    """The very words of a review that stands on a public site anyway."""

    text: str
    language: str


@dataclass(frozen=True)
class PublicImprovement:
    """An improvement that everybody may read of: counts, what was done, whether it helped; words only of reviews.

    `told_words` by language: what those who said it were told; {} when nobody was.
    """

    seen: ImprovementSeen
    effect: CountsOfEffect
    quote: PublicQuote | None
    told_words: Mapping[str, str]


@dataclass(frozen=True)
class WhatWeHeard:
    """What the house shows to everybody. `satisfied`: customers outside, since the Monday `since`."""

    since: date
    satisfied: Share | TooFew
    improvements: tuple[PublicImprovement, ...]


def listen_choices(viewer: Viewer) -> ListenChoices:
    """Return by what the viewer can choose voices. Two statements."""
    language = product_language(viewer.language)
    used = [subject_glimpse(row, language=language) for row in Subject.objects.filter(state=Subject.State.USED)]
    return ListenChoices(
        departments=departments_read_by(viewer),
        subjects=tuple(sorted(used, key=lambda subject: alphabetical(subject.name, language=language))),
    )


def departments_read_by(viewer: Viewer) -> tuple[DepartmentCard, ...]:
    """Return the departments whose voices the viewer reads, by name. One statement."""
    read = providers_read_by(viewer)
    cards = [card for card in directory.departments() if read is None or card.id in read]
    language = product_language(viewer.language)
    return tuple(sorted(cards, key=lambda card: alphabetical(card.name_in(language), language=language)))


def feeling_said_by(text_key: bytes | None) -> str:
    """Return the name of the colleague who said how these words feel, "" when it is not known. Two statements."""
    if text_key is None:
        return ""
    said_by = ScoredText.objects.filter(text_key=text_key).exclude(feeling="").values_list("said_by", flat=True).first()
    cards = directory.party_cards({said_by}) if said_by else {}
    return cards[said_by].name if said_by in cards else ""


def publishes_what_we_heard() -> bool:
    """Whether everybody may read what was heard. One statement."""
    return ListeningPolicy.objects.filter(publishes_what_we_heard=True).exists()


def what_we_heard(*, at: datetime) -> WhatWeHeard:
    """Return what everybody may read. Raises HiddenError while the house does not publish it."""
    if not publishes_what_we_heard():
        raise HiddenError("What was heard is not published.")
    weeks = weeks_until(week_of(at), WEEKS_IN_PUBLIC)
    counts = weekly_counts(None, since=weeks[0], measures=(SATISFIED,))
    rows = public_improvements()
    quotes: dict[int, PublicQuote] = {}
    said = Evidence.objects.filter(improvement__in=[row.pk for row in rows], voice__kind=Voice.Kind.REVIEW)
    said = said.exclude(voice__text="").order_by("improvement", "-voice__said_at", "-voice_id")
    for number, text, language in said.values_list("improvement", "voice__text", "voice__language"):
        quotes.setdefault(number, PublicQuote(text, language))
    seen = improvements_as_seen(rows, today=at.date())
    return WhatWeHeard(
        since=weeks[0],
        satisfied=satisfied_share(summed(counts, SATISFIED, "outside", weeks), CSAT),
        improvements=tuple(
            PublicImprovement(one, effect_counts(row, at=at), quotes.get(row.pk), row.told_words)
            for row, one in zip(rows, seen, strict=True)
        ),
    )
