"""You said, we did: telling those who said it, once, in their language, as far as they want to hear it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import actions as directory_actions
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import PartyCard
from clientela.kernel.journal import record, thing
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, require, require_seen
from clientela.voice.actions.proposing import ImprovementError
from clientela.voice.models import Evidence, Improvement
from clientela.voice.policies.improving import may_decide_improvement, may_see_improvement
from clientela.voice.telling_letters import Said, telling

LONGEST_WORDS = 2000


@transaction.atomic
def tell_those_who_said_it(*, by: Viewer, at: datetime, improvement_id: int, words: Mapping[str, str]) -> int:
    """Write to each known person among its voices what was done. Return to how many; nobody is told twice.

    `words` by language ("en", "ro"…), at least one; a reader whose language is missing gets the first one given. Said
    again later, it goes only to those who spoke since. Who refuses news gets none; anonymous voices cannot be told.
    Raises HiddenError, NotAllowedError, ImprovementError.
    """
    improvement = Improvement.objects.select_for_update().filter(pk=improvement_id).first()
    if improvement is None:
        raise HiddenError
    require_seen(may_see_improvement(by, improvement))
    require(may_decide_improvement(by, improvement.department_id, owner_id=improvement.owner_id))
    if improvement.state != Improvement.State.DONE:
        raise ImprovementError("", _("Tell people when it is done."))
    said = {language: text.replace("\0", "").strip() for language, text in words.items() if text.strip()}
    if not said:
        raise ImprovementError("words", _("Say in a few sentences what you did."))
    if any(len(text) > LONGEST_WORDS for text in said.values()):
        raise ImprovementError("words", _("Keep it to %(n)s characters.") % {"n": LONGEST_WORDS})
    evidence = _to_tell(improvement)
    readers = directory.party_cards({row.voice.speaker_id or 0 for row in evidence.values()})
    department = directory.department_by_id(improvement.department_id)
    if department is None:
        raise HiddenError
    letters = []
    rows = []
    for person_id, row in evidence.items():
        reader = readers.get(person_id)
        if reader is None or reader.kind != "person" or not reader.email:
            continue
        language = _language_for(reader, said)
        letters.append(
            telling(
                improvement_id=improvement.pk,
                words=said[language],
                language=language,
                said=Said(row.voice_id, row.voice.text, row.voice.language, row.voice.said_at),
                reader=reader,
                department=department,
                at=at,
            )
        )
        rows.append(row)
    for row, letter_id in zip(rows, directory_actions.write_to_people(at=at, letters=letters), strict=True):
        row.told_letter_id = letter_id
    Evidence.objects.bulk_update(rows, ["told_letter"], batch_size=1000)
    improvement.told_at = at
    improvement.told_words = said
    improvement.save(update_fields=["told_at", "told_words"])
    about = [thing("improvement", improvement.pk), thing("party", improvement.department_id)]
    record(verb="improvement_told", by=by.person_id, at=at, about=about, people=len(rows))
    return len(rows)


def _to_tell(improvement: Improvement) -> dict[int, Evidence]:
    """The newest voice of each known person who was not told yet, by person."""
    rows = (
        Evidence.objects.filter(improvement=improvement, voice__speaker__isnull=False)
        .select_related("voice")
        .order_by("voice__said_at", "voice_id")
    )
    told = {row.voice.speaker_id for row in rows if row.told_letter_id is not None}
    return {row.voice.speaker_id or 0: row for row in rows if row.voice.speaker_id not in told}


def _language_for(reader: PartyCard, said: Mapping[str, str]) -> str:
    wanted = product_language(reader.language)
    return wanted if wanted in said else next(iter(said))
