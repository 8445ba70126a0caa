"""What voices are taken for, as it stands in their rows: what counts in the tallies, and what a person said."""

from collections import defaultdict
from collections.abc import Sequence

from clientela.voice.actions.tallies import Meaning, stand_in_line
from clientela.voice.models import Voice, VoiceSubject


def meanings_of(voices: Sequence[Voice]) -> dict[int, Meaning]:
    """Return what each voice counts for, by id, to change it: nobody else does until the transaction ends.

    The caller holds the rows of the voices. Two statements.
    """
    stand_in_line()
    about: dict[int, set[int]] = defaultdict(set)
    rows = VoiceSubject.objects.filter(voice__in=[voice.pk for voice in voices], is_about=True)
    for voice_id, subject_id in rows.values_list("voice_id", "subject_id"):
        about[voice_id].add(subject_id)
    return {voice.pk: Meaning(voice.feeling, frozenset(about[voice.pk])) for voice in voices}
