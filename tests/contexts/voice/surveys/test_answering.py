"""A survey opened by hand: asked by letter, answered, saved as it goes, sent once, heard."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clientela.directory import queries as directory
from clientela.directory.models import CustomerNote
from clientela.kernel.journal import facts_about
from clientela.kernel.models import Fact, Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.voice import queries
from clientela.voice.actions import (
    AnswersRefusedError,
    PromiseChangedError,
    ToAsk,
    close_round,
    decline_survey,
    save_answers,
    send_answers,
    send_open_answers,
)
from clientela.voice.actions.surveys.answering import count_what_was_left
from clientela.voice.models import Survey, SurveyAnswer, SurveyInvitation, Voice
from clientela.voice.policies import Standing
from clientela.voice.rules.surveys import FaultCode
from tests.contexts.voice.surveys.building import asked, days, make_survey, opened
from tests.world import World


def asked_zofia(world: World, **more: Any) -> str:
    one = opened(world.care.id, at=world.at, **more)
    (token,) = asked(one, ToAsk(world.id_of("zofia"), "outside", supplier_id=world.care.id), at=world.at)
    return token


def test_a_key_that_is_not_ours_leads_nowhere(world: World) -> None:
    asked_zofia(world)
    for act in (save_answers, send_answers):
        more = {"is_anonymous": False} if act is send_answers else {}
        with pytest.raises(HiddenError):
            act(at=world.at, token="WzFd:forged", answers={"score": "5"}, language="en", **more)
    with pytest.raises(HiddenError):
        decline_survey(at=world.at, token="WzFd:forged")
    assert queries.survey_to_answer("WzFd:forged", at=world.at) is None
    assert SurveyAnswer.objects.count() == 0


def test_an_answer_that_lacks_what_is_required_is_refused_and_nothing_is_spent(world: World) -> None:
    token = asked_zofia(world)
    with pytest.raises(AnswersRefusedError) as refused:
        send_answers(at=world.at, token=token, answers={"score": "2"}, language="pl", is_anonymous=False)
    assert {name: fault.code for name, fault in refused.value.faults.items()} == {"why": FaultCode.MISSING}
    with pytest.raises(AnswersRefusedError):
        send_answers(at=world.at, token=token, answers={}, language="pl", is_anonymous=False)
    assert SurveyInvitation.objects.get().spent_on is None
    assert (SurveyAnswer.objects.count(), Voice.objects.count()) == (0, 0)


def test_a_page_that_promised_something_else_sends_nothing(world: World) -> None:
    token = asked_zofia(world)
    with pytest.raises(PromiseChangedError):
        send_answers(at=world.at, token=token, answers={"score": "5"}, language="pl", is_anonymous=True)
    assert SurveyAnswer.objects.count() == 0


def test_answers_are_saved_as_they_are_given_and_a_later_one_counts(world: World) -> None:
    token = asked_zofia(world)
    save_answers(at=world.at, token=token, answers={"score": "2", "why": "Zbyt długo"}, language="pl")
    checked = save_answers(at=world.at + days(1), token=token, answers={"score": "7", "need": "Czas"}, language="pl")
    assert checked.faults["score"].code == FaultCode.NOT_A_SCORE
    kept = SurveyAnswer.objects.get()
    assert (kept.values, kept.is_complete, kept.answered_at) == ({"need": "Czas"}, False, None)
    survey = queries.survey_to_answer(token, at=world.at + days(1))
    assert survey is not None
    assert (survey.answers, survey.standing) == ({"need": "Czas"}, Standing.OPEN)
    assert Voice.objects.count() == 0


def test_what_is_sent_is_heard_once_and_noted_on_the_customers_record(world: World) -> None:
    token = asked_zofia(world)
    answers = {"score": "2", "why": "Zbyt długo czekałam.", "need": "Termin"}
    number = send_answers(at=world.at, token=token, answers=answers, language="pl", is_anonymous=False)
    with pytest.raises(NotAllowedError, match=r"^You have already answered\. Thank you\.$"):
        send_answers(at=world.at, token=token, answers=answers, language="pl", is_anonymous=False)
    main, words = Voice.objects.order_by("source")
    assert (main.source, main.measure, main.score, main.text) == (
        f"answer:{number}",
        "csat",
        2,
        "Zbyt długo czekałam.",
    )
    assert (words.source, words.measure, words.score, words.text) == (f"answer:{number}:need", "", None, "Termin")
    assert (main.provider_id, main.speaker_id, main.side, main.is_anonymous) == (
        world.care.id,
        world.id_of("zofia"),
        "outside",
        False,
    )
    note = CustomerNote.objects.get()
    assert (note.kind, note.text, note.party_id, note.source) == (
        "need",
        "Termin",
        world.id_of("zofia"),
        "ankieta „Jak przebiegła naprawa?”",
    )
    assert [fact.verb for fact in facts_about(f"party:{world.id_of('zofia')}") if "survey" in fact.verb] == [
        "survey_answered"
    ]


def test_a_hidden_question_is_neither_required_nor_kept(world: World) -> None:
    token = asked_zofia(world)
    send_answers(
        at=world.at, token=token, answers={"score": "5", "why": "typed before"}, language="pl", is_anonymous=False
    )
    assert SurveyAnswer.objects.get().values == {"score": 5}


def test_who_declines_is_left_alone_and_may_think_better_of_it(world: World) -> None:
    token = asked_zofia(world)
    save_answers(at=world.at, token=token, answers={"score": "2"}, language="pl")
    decline_survey(at=world.at, token=token)
    assert SurveyAnswer.objects.count() == 0
    assert queries.surveys_waiting(world.zofia, at=world.at, language="pl") == []
    send_answers(at=world.at, token=token, answers={"score": "5"}, language="pl", is_anonymous=False)
    assert (SurveyInvitation.objects.get().declined_on, SurveyAnswer.objects.count()) == (None, 1)


def test_an_invitation_ends_after_thirty_days_or_with_its_round(world: World) -> None:
    token = asked_zofia(world)
    survey = queries.survey_to_answer(token, at=world.at + days(30))
    assert survey is not None
    assert survey.standing == Standing.OVER
    with pytest.raises(NotAllowedError):
        send_answers(at=world.at + days(30), token=token, answers={"score": "5"}, language="pl", is_anonymous=False)
    close_round(at=world.at + days(1), round_id=SurveyInvitation.objects.get().round_id)
    with pytest.raises(NotAllowedError):
        send_answers(at=world.at + days(1), token=token, answers={"score": "5"}, language="pl", is_anonymous=False)
    assert SurveyAnswer.objects.count() == 0


def test_what_was_answered_and_never_sent_counts_when_the_question_ends(world: World) -> None:
    token = asked_zofia(world)
    save_answers(at=world.at, token=token, answers={"score": "4"}, language="pl")
    assert count_what_was_left(at=world.at + days(29)) == 0
    assert count_what_was_left(at=world.at + days(30)) == 1
    assert count_what_was_left(at=world.at + days(30)) == 0
    voice = Voice.objects.get()
    assert (voice.score, voice.said_at) == (4, world.at)


def test_what_lacks_a_required_answer_is_not_counted_when_the_round_ends(world: World) -> None:
    token = asked_zofia(world)
    save_answers(at=world.at, token=token, answers={"score": "1"}, language="pl")
    close_round(at=world.at + days(2), round_id=SurveyInvitation.objects.get().round_id)
    assert (SurveyAnswer.objects.get().is_complete, Voice.objects.count()) == (False, 0)


def test_an_open_link_takes_answers_only_while_the_survey_is_open_to_all(world: World) -> None:
    one = opened(world.care.id, at=world.at, is_open_to_all=True)
    link = one.survey.link_key
    number = send_open_answers(
        at=world.at, link_key=link, answers={"score": "4"}, language="en", person_id=None, side="outside"
    )
    row = SurveyAnswer.objects.get(pk=number)
    assert (row.person_id, row.invitation_id, row.values) == (None, None, {"score": 4})
    Survey.objects.update(is_open_to_all=False)
    with pytest.raises(NotAllowedError):
        send_open_answers(
            at=world.at, link_key=link, answers={"score": "4"}, language="en", person_id=None, side="outside"
        )
    assert queries.open_survey(link, at=world.at) is None
    with pytest.raises(HiddenError):
        send_open_answers(
            at=world.at, link_key="other", answers={"score": "4"}, language="en", person_id=None, side="outside"
        )


def test_an_anonymous_survey_is_never_open_to_all(world: World) -> None:
    one = opened(world.care.id, at=world.at, is_anonymous=True)
    with pytest.raises(IntegrityError, match="an_anonymous_survey_asks_by_invitation"), transaction.atomic():
        Survey.objects.update(is_open_to_all=True)
    with pytest.raises(NotAllowedError):
        send_open_answers(
            at=world.at,
            link_key=one.survey.link_key,
            answers={"score": "4"},
            language="en",
            person_id=None,
            side="outside",
        )
    assert queries.open_survey(one.survey.link_key, at=world.at) is None


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("👍👍", "👍👍"),
        ("Za\x00 późno \ud800", "Za późno"),
        ("Foarte bine, dziękuję, thank you", "Foarte bine, dziękuję, thank you"),
    ],
)
def test_odd_words_are_kept_as_far_as_a_database_can_hold_them(world: World, words: str, kept: str) -> None:
    token = asked_zofia(world)
    send_answers(at=world.at, token=token, answers={"score": "1", "why": words}, language="pl", is_anonymous=False)
    assert SurveyAnswer.objects.get().values["why"] == kept
    assert Voice.objects.get().text == kept


def test_a_text_of_a_megabyte_is_refused_in_words_and_nothing_is_sent(world: World) -> None:
    token = asked_zofia(world)
    with pytest.raises(AnswersRefusedError) as refused:
        send_answers(
            at=world.at, token=token, answers={"score": "1", "why": "a" * 1_000_000}, language="pl", is_anonymous=False
        )
    assert {name: fault.code for name, fault in refused.value.faults.items()} == {"why": FaultCode.TOO_LONG}
    assert SurveyAnswer.objects.count() == 0


def test_the_letter_speaks_the_readers_language_and_each_score_is_one_click(world: World) -> None:
    token = asked_zofia(world)
    letter = Letter.objects.get(kind="survey")
    assert (letter.to_address, letter.language, letter.hold_reason) == ("zofia@example.test", "pl", "")
    assert "Jak przebiegła naprawa?" in letter.subject
    for score in (1, 2, 3, 4, 5):
        assert f"/s/{token}/{score}" in letter.text
        assert f'href="{address(token)}/{score}"' in letter.html
    assert "/u/" in letter.headers["List-Unsubscribe"]


def address(token: str) -> str:
    from_letter = Letter.objects.get(kind="survey").text
    start = from_letter.index("http")
    return from_letter[start : from_letter.index("/s/", start)] + f"/s/{token}"


def test_an_anonymous_letter_has_no_link_that_holds_an_answer(world: World) -> None:
    token = asked_zofia(world, is_anonymous=True)
    letter = Letter.objects.get(kind="survey")
    assert f"/s/{token}\n" in letter.text
    assert f"/s/{token}/" not in letter.text + letter.html


def test_no_fact_tells_that_a_person_sent_an_anonymous_answer(world: World) -> None:
    token = asked_zofia(world, is_anonymous=True)
    before = Fact.objects.count()
    assert send_answers(at=world.at, token=token, answers={"score": "5"}, language="pl", is_anonymous=True) is None
    assert (Fact.objects.count(), SurveyAnswer.objects.count(), Voice.objects.count()) == (before, 0, 0)
    assert SurveyInvitation.objects.get().spent_on == world.at.date()


def test_what_waits_is_shown_to_the_person_alone(world: World) -> None:
    token = asked_zofia(world)
    assert [one.token for one in queries.surveys_waiting(world.zofia, at=world.at, language="pl")] == [token]
    assert queries.surveys_waiting(world.lucia, at=world.at, language="es") == []
    assert queries.surveys_waiting(world.zofia, at=world.at + days(30), language="pl") == []


def test_two_departments_are_one_letter_and_the_next_waits(world: World) -> None:
    one = opened(world.care.id, at=world.at)
    tokens = asked(
        one,
        ToAsk(world.id_of("ana"), "inside", supplier_id=world.it.id, rater_id=world.care.id),
        ToAsk(world.id_of("ana"), "inside", supplier_id=world.workshop.id, rater_id=world.care.id),
        at=world.at,
    )
    assert Letter.objects.filter(kind="survey").count() == 1
    send_answers(at=world.at, token=tokens[0], answers={"score": "5"}, language="en", is_anonymous=False)
    survey = queries.survey_to_answer(tokens[0], at=world.at)
    assert survey is not None
    assert (survey.next_token, survey.supplier) == (tokens[1], "IT")
    row = SurveyAnswer.objects.get()
    assert (row.supplier_id, row.rater_id) == (world.it.id, world.care.id)
    assert directory.departments()
    assert make_survey(world.care.id, at=world.at, key="other").pk != one.survey_id
