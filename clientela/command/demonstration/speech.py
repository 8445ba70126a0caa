"""Whole messages: greeting, body, closing, in the manner of whoever writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from clientela.command.demonstration.content import Scenario, plain_letters
from clientela.command.demonstration.customers import Manners
from clientela.command.demonstration.wording import MASCULINE, Template, Voice, capital
from clientela.command.demonstration.words import Words, words_of

TONES = ("calm", "brief", "annoyed", "chatty")
TONE_SHARES = {"out": (46, 24, 14, 16), "in": (44, 38, 8, 10)}
PATIENT = frozenset({"advice", "offer", "info", "text", "thanks", "warranty", "people", "goods", "part"})
# Of the chatty lines, by place: those about visitors and the cat only suit a broken or a new appliance.
CHATTY_FOR_ALL = (0, 2, 4, 5)
AT_HOME = frozenset({"repair", "delivery", "return"})
BRIEF_THANKS = 15  # letters: after so short an end no closing is needed
MORE_OF = {"calm": (0, 1, 1, 2), "brief": (0,), "annoyed": (0, 1), "chatty": (1, 2, 2)}
UNASKED_SHARE = 0.5  # of brief messages end without a question
SIGNED_SHARE = 0.6  # of short messages to a company carry a greeting and a name
TYPO_SHARE = 0.16  # of texts, at full haste
SHORTEST_MISTYPED = 5
CAREFUL = Manners(MASCULINE, writes_plain_letters=False, haste=0.0)


@dataclass(frozen=True, slots=True)
class Asking:
    """A request as it was put into words."""

    title: str
    text: str
    said: int  # which of the scenario's sentences says it


def draw_tone(rng: Random, side: str, group: str, *, is_company: bool) -> str:
    """How somebody feels who writes. Who only asks is not annoyed, who complains often is; companies do not chat."""
    if group == "complaint":
        return rng.choice(("calm", "annoyed", "annoyed"))
    tone = rng.choices(TONES, TONE_SHARES[side])[0]
    if (tone == "annoyed" and group in PATIENT) or (tone == "chatty" and is_company):
        return "calm"
    return tone


def asking(
    rng: Random, voice: Voice, scenario: Scenario, *, tone: str, side: str, channel: str, manners: Manners = CAREFUL
) -> Asking:
    """A request in the words of whoever asks. In the portal there is no greeting and no name below."""
    words = words_of(voice.language)
    title = capital(_one(rng, voice, words.opening(scenario.key, "subject")))[:200]
    says = words.opening(scenario.key, "says")
    said = rng.randrange(len(says))
    sentences = [says[said].say(rng, voice)]
    more = words.opening(scenario.key, "more")
    chosen = rng.sample(more, min(len(more), rng.choice(MORE_OF[tone])))
    sentences += [template.say(rng, voice) for template in chosen]
    if tone in {"annoyed", "chatty"}:
        lines = words.lines("open", side, tone)
        if tone == "chatty" and side == "out" and scenario.group not in AT_HOME:
            lines = tuple(lines[place] for place in CHATTY_FOR_ALL)
        sentences.insert(rng.randrange(1, len(sentences) + 1), _one(rng, voice, lines))
    is_unasked = tone == "brief" and rng.random() < UNASKED_SHARE
    asks = "" if is_unasked else _one(rng, voice, words.opening(scenario.key, "ask"))
    if channel == "portal":
        text = " ".join(capital(sentence) for sentence in (*sentences, asks) if sentence)
        return Asking(title, roughened(rng, text, manners), said)
    greeting = words.say(rng, voice, "open", side, f"{tone}_greet")
    closing = words.say(rng, voice, "open", side, f"{tone}_close")
    if 0 < len(asks) < BRIEF_THANKS:
        closing = ""
    name = voice.slots["me" if side == "out" else "me_first"]
    text = letter(words, greeting, sentences, asks=asks, below=(closing, name))
    return Asking(title, roughened(rng, text, manners), said)


def reply(rng: Random, voice: Voice, side: str, *bodies: str) -> str:
    """A colleague's answer: greeting, what there is to say, who says it."""
    words = words_of(voice.language)
    greet = "greet" if "to_first" in voice.slots else "greet_plain"
    greeting = words.say(rng, voice, "reply", side, greet)
    sign = words.say(rng, voice, "reply", side, "sign")
    return letter(words, greeting, [body for body in bodies if body], below=(sign,))


def line(
    rng: Random, voice: Voice, side: str, name: str, manners: Manners = CAREFUL, *, places: Sequence[int] = ()
) -> str:
    """A short message of the common kind: nudge, reopen…, with a name below now and then; `places` are those to use."""
    words = words_of(voice.language)
    lines = words.lines("common", side, name)
    said = capital(_one(rng, voice, [lines[place] for place in places] if places else lines))
    if side == "out" and rng.random() < SIGNED_SHARE:
        greeting = words.say(rng, voice, "open", side, rng.choice(("calm_greet", "brief_greet")))
        said = letter(words, greeting, [said], below=(voice.slots["me"],))
    return roughened(rng, said, manners)


def letter(words: Words, greeting: str, sentences: Sequence[str], *, asks: str = "", below: Sequence[str] = ()) -> str:
    """The parts with the language's own way of going on after a greeting; empty parts leave no gap."""
    is_large = words.capital_after_greeting or not greeting
    body = " ".join(capital(part) if place or is_large else part for place, part in enumerate(sentences))
    end = "\n".join(part for part in below if part)
    return "\n\n".join(part for part in (greeting, body, capital(asks), end) if part)


def roughened(rng: Random, text: str, manners: Manners) -> str:
    """The text as hasty fingers type it: without special letters if that is their habit, seldom with a slip."""
    if manners.writes_plain_letters:
        text = plain_letters(text)
    if manners.haste == 0 or rng.random() > TYPO_SHARE * manners.haste * 2:
        return text
    at = [place for place, word in enumerate(text.split(" ")) if len(word) >= SHORTEST_MISTYPED and word.isalpha()]
    if not at:
        return text
    words = text.split(" ")
    place = rng.choice(at)
    words[place] = _mistyped(rng, words[place])
    return " ".join(words)


def _mistyped(rng: Random, word: str) -> str:
    slip = rng.randrange(1, len(word) - 2)
    kind = rng.randrange(3)
    if kind == 0:  # two letters changed places
        return word[:slip] + word[slip + 1] + word[slip] + word[slip + 2 :]
    if kind == 1:  # a letter is missing
        return word[:slip] + word[slip + 1 :]
    return word[:slip] + word[slip] + word[slip:]  # a key bounced


def _one(rng: Random, voice: Voice, templates: Sequence[Template]) -> str:
    return templates[int(rng.random() * len(templates))].say(rng, voice)
