"""The portal through the front door: ask, see how it stands, write, rate."""

from django.test import Client
from django.urls import reverse

from clientela.kernel.clock import now
from clientela.kernel.models import Letter
from clientela.requests import actions as requests
from clientela.requests.letters import status_token
from clientela.requests.models import Message, Request
from clientela.voice.actions import invite_rating
from clientela.voice.models import ListeningPolicy, Rating
from clientela.voice.policies import rating_token
from tests.shop import Shop


def as_customer(shop: Shop, client: Client, request_id: int = 1) -> None:
    token = status_token(
        person_id=shop.world.zofia.person_id or 0, request_id=request_id, at=now()
    )  # links of letters live 90 days
    client.get(reverse("account:letter", args=[token]))


def test_a_stranger_sees_what_is_for_customers_outside_and_nothing_else(shop: Shop, client: Client) -> None:
    page = client.get(reverse("portal:home")).content.decode()
    assert "Repair of an appliance" in page
    assert "A laptop" not in page


def test_a_stranger_cannot_ask_before_coming_in(shop: Shop, client: Client) -> None:
    answer = client.get(reverse("portal:ask", args=["repair"]))
    assert (answer.status_code, answer["Location"]) == (302, "/login?next=/portal/ask/repair")


def test_a_stranger_does_not_learn_that_the_request_exists(shop: Shop, client: Client) -> None:
    opened = shop.ask_repair(by=shop.world.lucia)
    as_customer(shop, client, shop.ask_repair().id)
    theirs = client.get(reverse("portal:status", args=[opened.reference]))
    nobodys = client.get(reverse("portal:status", args=["R-0000-0"]))
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert client.post(reverse("portal:write", args=[opened.reference]), {"text": "hello"}).status_code == 404
    assert Message.objects.filter(request=opened.id).count() == 1


def test_a_link_that_was_changed_lets_nobody_in(shop: Shop, client: Client) -> None:
    token = status_token(person_id=shop.world.zofia.person_id or 0, request_id=1, at=now())
    assert client.get(reverse("account:letter", args=[token[:-1] + "x"])).status_code == 410
    assert client.get(reverse("portal:requests")).status_code == 302


def test_a_letters_link_opens_the_status_page_in_the_customers_language(shop: Shop, client: Client) -> None:
    opened = shop.ask_repair()
    token = status_token(person_id=shop.world.zofia.person_id or 0, request_id=opened.id, at=now())
    answer = client.get(reverse("account:letter", args=[token]), follow=True)
    assert answer.redirect_chain == [(reverse("portal:status", args=[opened.reference]), 302)]
    page = answer.content.decode()
    assert 'lang="pl"' in page
    assert "Pralka od wczoraj przecieka." in page


def test_an_employee_let_in_by_a_letter_is_a_customer_only(shop: Shop, client: Client) -> None:
    token = status_token(person_id=shop.world.radu.person_id or 0, request_id=1, at=now())
    client.get(reverse("account:letter", args=[token]))
    assert client.get(reverse("map:map")).status_code == 404


def test_a_note_among_colleagues_never_reaches_the_customer(shop: Shop, client: Client) -> None:
    opened = shop.ask_repair()
    requests.write_note(
        by=shop.world.ana, at=shop.after(1), request_id=opened.id, text="She is difficult.", language="en"
    )
    as_customer(shop, client, opened.id)
    assert "difficult" not in client.get(reverse("portal:status", args=[opened.reference])).content.decode()


def test_a_missing_answer_is_said_beside_its_field_and_the_words_are_kept(shop: Shop, client: Client) -> None:
    as_customer(shop, client)
    answer = client.post(reverse("portal:ask", args=["repair"]), {"text": "Cieknie od wczoraj"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Cieknie od wczoraj" in page
    assert 'aria-invalid="true"' in page
    assert Request.objects.count() == 0


def test_asking_opens_a_request_with_a_letter_and_shows_its_page(shop: Shop, client: Client) -> None:
    as_customer(shop, client)
    given = {"f_model": "Lavora 7", "text": "Cieknie od wczoraj"}
    answer = client.post(reverse("portal:ask", args=["repair"]), given)
    request = Request.objects.get()
    assert answer["Location"] == reverse("portal:status", args=[request.reference])
    assert (request.channel, request.answers, request.language) == ("portal", {"model": "Lavora 7"}, "pl")
    assert Letter.objects.get().kind == "acknowledgement"


def test_writing_on_the_page_reaches_the_agent(shop: Shop, client: Client) -> None:
    opened = shop.ask_repair()
    as_customer(shop, client, opened.id)
    answer = client.post(reverse("portal:write", args=[opened.reference]), {"text": "I jeszcze jedno"})
    assert answer.status_code == 302
    assert Message.objects.order_by("-pk")[0].text == "I jeszcze jedno"


def test_an_empty_message_is_not_sent_and_says_why(shop: Shop, client: Client) -> None:
    opened = shop.ask_repair()
    as_customer(shop, client, opened.id)
    assert client.post(reverse("portal:write", args=[opened.reference]), {"text": " "}).status_code == 422
    assert Message.objects.count() == 1


def rating_link(shop: Shop, score: int) -> str:
    invitation = invite_rating(
        at=now(),  # answered within weeks
        subject="request:1",
        person_id=shop.world.zofia.person_id or 0,
        provider_id=shop.world.care.id,
        side="outside",
        language="pl",
    )
    return reverse("portal:rate", args=[rating_token(invitation or 0), score])


def test_a_mail_scanners_visit_does_not_rate(shop: Shop, client: Client) -> None:
    link = rating_link(shop, 5)
    assert client.get(link).status_code == 200
    assert client.head(link).status_code == 200
    assert Rating.objects.count() == 0


def test_a_person_rates_without_logging_in_and_may_add_words(shop: Shop, client: Client) -> None:
    link = rating_link(shop, 5)
    answer = client.post(link)
    assert answer.status_code == 302
    assert Rating.objects.get().score == 5
    thanks = client.post(answer["Location"], {"comment": "Bardzo dziękuję"})
    assert thanks.status_code == 302
    assert Rating.objects.get().comment == "Bardzo dziękuję"
    assert client.get(link)["Location"] == answer["Location"]


def test_a_wrong_rating_link_leads_nowhere(shop: Shop, client: Client) -> None:
    assert client.get(reverse("portal:rate", args=["WzFd:forged", 5])).status_code == 404
    assert client.get(rating_link(shop, 5).replace("/5", "/6")).status_code == 404


def ask_inside(shop: Shop, request_id: int, service: str, who: str) -> int:
    return requests.ask_department(
        by=getattr(shop.world, who),
        at=shop.at,
        request_id=request_id,
        service_version_id=shop.version(service),
        title=f"Secret title of {service}",
        text=f"Secret words for {service}",
        language="en",
    ).id


def test_of_a_chain_of_three_a_customer_reads_how_far_it_is_and_nothing_from_inside(shop: Shop, client: Client) -> None:
    opened = shop.ask_repair()
    workshop = ask_inside(shop, opened.id, "pump", "ana")
    maintenance = ask_inside(shop, workshop, "bench", "stefan")
    requests.write_note(by=shop.world.ana, at=shop.at, request_id=opened.id, text="Secret note", language="en")
    requests.reply_to_customer(
        by=shop.world.stefan, at=shop.at, request_id=workshop, text="Secret answer to Care", language="en"
    )
    as_customer(shop, client, opened.id)
    client.post(reverse("shell:language"), {"language": "en"})
    address = reverse("portal:status", args=[opened.reference])
    page = client.get(address).content.decode()
    assert "We wait for a part of the work inside our house. Next step: The appliance is collected." in page
    requests.finish_step(by=shop.world.ana, at=shop.at, request_id=opened.id, step_key="collect")
    requests.finish_step(by=shop.world.ana, at=shop.at, request_id=opened.id, step_key="mend")
    second = ask_inside(shop, opened.id, "laptop", "ana")
    requests.resolve_request(by=shop.world.ioana, at=shop.at, request_id=second)
    later = client.get(address).content.decode()
    assert (
        "Several parts of the work are done inside our house: 1 of 2 are ready. Then we finish it and write to you."
        in later
    )
    home = client.get(reverse("portal:requests")).content.decode()
    inside = [Request.objects.get(pk=number).reference for number in (workshop, maintenance, second)]
    for words in ("Secret", "Workshop", "Warsztat", "Maintenance", "Ștefan", "Tomasz", "Ioana", *inside):
        for read in (page, later, home):
            assert words not in read, words
    for number in (workshop, maintenance, second):
        reference = Request.objects.get(pk=number).reference
        assert client.get(reverse("portal:status", args=[reference])).status_code == 404
    letters = Letter.objects.filter(to_party_id=shop.world.id_of("zofia"))
    assert letters.exists()
    for letter in letters:
        assert "Secret" not in letter.text + letter.html + letter.subject


def test_what_was_heard_is_offered_only_while_the_house_publishes_it(shop: Shop, client: Client) -> None:
    assert reverse("listen:public") not in client.get(reverse("portal:home")).content.decode()
    ListeningPolicy.objects.create(pk=1, publishes_what_we_heard=True, changed_at=shop.at)
    assert reverse("listen:public") in client.get(reverse("portal:home")).content.decode()
    assert client.get(reverse("listen:public")).status_code == 200
