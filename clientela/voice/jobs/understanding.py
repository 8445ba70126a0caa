"""The voice's work in the background: reading what was said, and learning to read it better."""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from clientela.directory import queries as directory
from clientela.kernel.clock import now
from clientela.kernel.journal import FactSeen, Follower
from clientela.voice import actions
from clientela.voice.actions.readers import HouseReader, house_reader
from clientela.voice.meaning.encoder import Encoder, EncoderError, is_available
from clientela.voice.queries.voices.summary import voices_waiting

logger = logging.getLogger(__name__)

LEARNING_ASKED = "learning_asked"
LIST_CHANGES = frozenset({"subject_added", "subject_changed", "subject_dropped", "subject_used", "subjects_merged"})
READS_SECONDS = 50.0  # then the next minute's run goes on, so that other jobs have their turn
JUST_READ = 500  # voices; of a large backlog the groups are made by night
NIGHT_SECONDS = 3600.0
AGAIN_JOB = "voice.read_again"
LEARN_JOB = "voice.learn"
TRIED_AGAIN = RetryStrategy(max_attempts=3, wait=60)


def read_what_was_said() -> int:
    """Read the voices that wait, the newest first, for a while; return how many. Without an encoder, by words."""
    actions.ensure_default_subjects(at=now())
    if not voices_waiting().count:
        return 0
    goes_on = _for_seconds(READS_SECONDS)
    try:
        with _reader() as reader:
            done = actions.read_voices(moment=now, reader=reader, goes_on=goes_on)
            if done and not voices_waiting().count:
                _group(reader, actions.departments_spoken_of(newest=min(done, JUST_READ)))
            return done
    except EncoderError:
        logger.exception("The encoder does not work. Voices are read by words, and again when it does.")
    return actions.read_voices(moment=now, reader=house_reader(at=now(), encodes=None), goes_on=goes_on)


def read_again_what_others_read() -> int:
    """Let everything be read again that was read by another model, list of subjects or word list than today's."""
    with _reader() as reader:
        return actions.mark_for_reading(reader_name=reader.name, goes_on=_for_seconds(NIGHT_SECONDS))


def learn_from_what_was_scored() -> bool:
    """Learn from the texts that people scored, if there are new ones and an encoder; then read again by it."""
    if not is_available():
        return False
    with Encoder() as encoder:
        if not actions.learn_from_scored_texts(at=now(), encodes=encoder):
            return False
    read_again_what_others_read()
    return True


def group_who_said_the_same() -> int:
    """Put together, for every department, those who said the same lately; return how many groups."""
    if not is_available():
        return 0
    with _reader() as reader:
        providers: set[int | None] = {None, *(card.id for card in directory.departments())}
        return _group(reader, providers)


def find_new_subjects() -> int:
    """Propose subjects for what people say and nothing explains; return how many."""
    if not is_available():
        return 0
    with _reader() as reader:
        return actions.propose_subjects(at=now(), reader=reader)


@app.task(name=AGAIN_JOB, retry=TRIED_AGAIN, lock=AGAIN_JOB)
def read_again() -> None:
    """The same by night, now: the list of subjects is another."""
    read_again_what_others_read()


@app.task(name=LEARN_JOB, retry=TRIED_AGAIN, lock=LEARN_JOB)
def learn_now() -> None:
    """The same by night, now: somebody asked for it."""
    learn_from_what_was_scored()


def understand_otherwise(facts: Sequence[FactSeen]) -> None:
    """Read again by another list of subjects, and learn when somebody asked for it. Twice does no harm."""
    verbs = {fact.verb for fact in facts}
    if verbs & LIST_CHANGES:
        read_again.defer()
    if LEARNING_ASKED in verbs:
        learn_now.defer()


UNDERSTANDING = Follower(name="voice.understanding", verbs=LIST_CHANGES | {LEARNING_ASKED}, follow=understand_otherwise)


def _group(reader: HouseReader, providers: Collection[int | None]) -> int:
    if not reader.encoder:
        return 0
    return sum(
        actions.group_voices(at=now(), reader=reader, provider_id=provider_id)
        for provider_id in sorted(providers, key=lambda one: one or 0)
    )


@contextmanager
def _reader() -> Iterator[HouseReader]:
    # The encoder's process holds 400 MB, so it lives no longer than there is something to read.
    if not is_available():
        yield house_reader(at=now(), encodes=None)
        return
    with Encoder() as encoder:
        yield house_reader(at=now(), encodes=encoder)


def _for_seconds(seconds: float) -> Callable[[], bool]:
    until = monotonic() + seconds
    return lambda: monotonic() < until
