"""One voice in the reader's words: how it feels, who said it and how, what it is about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.requests.queries import RequestNamed
from clientela.voice.queries.voices import VoiceGlimpse
from clientela.web.listen.feeling_words import FEELINGS
from clientela.web.listen.figure_words import number
from clientela.web.listen.trends import percent_words

FEELING_ICONS: Mapping[str, str] = {
    "negative": "mood-sad",
    "mixed": "mood-confused",
    "neutral": "mood-neutral",
    "positive": "mood-smile",
    "cant_tell": "help",
    "": "hourglass",
}
KINDS: Mapping[str, Promise] = {
    "rating": gettext_lazy("rating after a request"),
    "survey": gettext_lazy("survey"),
    "talk": gettext_lazy("talk"),
    "complaint": gettext_lazy("complaint"),
    "review": gettext_lazy("public review"),
}
SIDES: Mapping[str, Promise] = {"inside": gettext_lazy("inside"), "outside": gettext_lazy("outside")}
MEASURES: Mapping[str, Promise] = {
    "csat": gettext_lazy("Satisfied, 4 or 5 of 5"),
    "stars": gettext_lazy("4 or 5 stars on public sites"),
    "ces": gettext_lazy("It was easy, 5 to 7 of 7"),
    "nps": gettext_lazy("Would recommend us, 9 or 10 of 10"),
    "isq:tangibles": gettext_lazy("What it works with"),
    "isq:reliability": gettext_lazy("Does what it promised"),
    "isq:responsiveness": gettext_lazy("Helps at once"),
    "isq:assurance": gettext_lazy("Knows its work"),
    "isq:empathy": gettext_lazy("Understands what we need"),
}
HIGHEST = {"csat": 5, "stars": 5, "ces": 7, "nps": 10}
HIGHEST_OF_QUALITY = 7


@dataclass(frozen=True)
class VoiceShown:
    """A voice in words. `request_url` is "" where the viewer may not read the request."""

    voice: VoiceGlimpse
    url: str
    feeling: str
    feeling_icon: str
    feeling_because: str
    who: str
    kind: str
    score: str
    request_url: str


def voice_shown(voice: VoiceGlimpse, *, readable: Mapping[int, RequestNamed], corrected_by: str = "") -> VoiceShown:
    """Put a voice in words. `readable`: the requests that the viewer may read, by id."""
    request_id = request_of(voice)
    named = readable.get(request_id) if request_id else None
    return VoiceShown(
        voice=voice,
        url=reverse("listen:voice", args=[voice.id]),
        feeling=feeling_words(voice.feeling) if voice.text else "",
        feeling_icon=FEELING_ICONS.get(voice.feeling, "help"),
        feeling_because=_because(voice, corrected_by),
        who=_who(voice),
        kind=str(KINDS[voice.kind]),
        score=score_words(voice.measure, voice.score),
        request_url=reverse("desk:request", args=[named.reference]) if named else "",
    )


def requests_in(voices: Collection[VoiceGlimpse]) -> frozenset[int]:
    """The ids of the requests that these voices are about."""
    return frozenset(number for voice in voices if (number := request_of(voice)))


def request_of(voice: VoiceGlimpse) -> int:
    """The id of the request that a voice is about, 0 for none."""
    kind, _colon, rest = voice.about.partition(":")
    return int(rest) if kind == "request" and rest.isdecimal() else 0


def feeling_words(feeling: str) -> str:
    """A feeling in a word; one that was not read yet says so."""
    return str(FEELINGS[feeling]) if feeling in FEELINGS else _("not read yet")


def score_words(measure: str, score: int | None) -> str:
    """`4 of 5`, "" without a score."""
    if score is None:
        return ""
    highest = HIGHEST_OF_QUALITY if measure.startswith("isq:") else HIGHEST.get(measure)
    if highest is None:
        return number(score)
    return _("%(score)s of %(highest)s") % {"score": number(score), "highest": number(highest)}


def measure_words(measure: str) -> str:
    """A measure in words."""
    return str(MEASURES.get(measure, measure))


def _because(voice: VoiceGlimpse, corrected_by: str) -> str:
    if not voice.text:
        return _("A score without words has no feeling to read.")
    if not voice.feeling:
        return _("It waits to be read.")
    if voice.feeling_by == "person":
        return _("%(name)s said so.") % {"name": corrected_by} if corrected_by else _("A colleague said so.")
    return _machine_words(voice)


def _machine_words(voice: VoiceGlimpse) -> str:
    if voice.feeling == "cant_tell":
        return _("The machine can’t tell. You can say it.")
    if voice.feeling_by == "words":
        return _("By the word list, which is right less often than the encoder.")
    if voice.feeling_probability is None:
        return _("The machine thinks so.")
    return _("The machine thinks so, %(share)s sure.") % {"share": percent_words(voice.feeling_probability)}


def _who(voice: VoiceGlimpse) -> str:
    if voice.speaker and voice.rater:
        return f"{voice.speaker.name}, {voice.rater.name}"
    if voice.speaker:
        return voice.speaker.name
    if voice.rater:
        return voice.rater.name
    if voice.is_anonymous:
        return _("anonymous")
    if voice.side == "inside":
        return _("a colleague")
    return _("on a public site") if voice.kind == "review" else _("a customer without a name")
