"""Reviews through the door: waiting ones first, answered, matched with consent; files with what is wrong in them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from clientela.promises import queries as promises
from clientela.voice.actions.reviews import add_review_site, take_in_file
from clientela.voice.models import Review, ReviewSource
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

REVIEWS = "/listen/reviews"
FILE = "author,score,text,date\nMara,2,Prea târziu,2026-11-20\nAna,nine,?,2026-11-20\n".encode()


def site(shop: Shop) -> int:
    return add_review_site(
        by=shop.world.carmen,
        at=shop.at,
        name="Review site",
        kind="csv",
        provider_id=shop.world.care.id,
        language="ro",
        terms_id=promises.terms_by_key("service"),
    )


def review(shop: Shop) -> int:
    take_in_file(by=shop.world.radu, at=shop.at, site_id=site(shop), content=FILE)
    return Review.objects.get().pk


def page_of(desk: Desk, address: str, who: str = "radu") -> str:
    response = desk.of(who).get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_customer_finds_no_such_page_and_a_colleague_an_empty_one(desk: Desk, shop: Shop) -> None:
    assert desk.of_customer("zofia").get(REVIEWS).status_code == 404
    assert "Every review is answered" in page_of(desk, REVIEWS)
    assert "No reviews yet" in page_of(desk, f"{REVIEWS}?show=all")
    assert "Add a site" not in page_of(desk, REVIEWS)


def test_a_site_is_added_by_who_may(desk: Desk, shop: Shop) -> None:
    assert desk.of("radu").get(f"{REVIEWS}/sites/new").status_code == 404
    given = {
        "name": "Review site",
        "kind": "feed",
        "address": "site.example",
        "provider": str(shop.world.care.id),
        "terms": "",
        "highest": "5",
        "language": "ro",
    }
    wrong = desk.of("carmen").post(f"{REVIEWS}/sites/new", given)
    assert wrong.status_code == 422
    assert "Write the address as in a browser" in wrong.content.decode()
    assert (
        desk.of("carmen").post(f"{REVIEWS}/sites/new", given | {"address": "https://site.example/feed"}).status_code
        == 302
    )
    made = ReviewSource.objects.get()
    assert desk.of("radu").post(f"{REVIEWS}/sites/{made.pk}", {"do": "stop"}).status_code == 403
    assert desk.of("carmen").post(f"{REVIEWS}/sites/{made.pk}", {"do": "stop"}).status_code == 302
    assert ReviewSource.objects.get().next_read_at is None


def test_a_file_is_taken_in_and_every_line_left_out_is_named(desk: Desk, shop: Shop) -> None:
    number = site(shop)
    address = f"{REVIEWS}/sites/{number}/file"
    assert desk.of("tomasz").get(address).status_code == 404
    sent = desk.of("radu").post(address, {"file": SimpleUploadedFile("reviews.csv", FILE)})
    html = sent.content.decode()
    assert "1 new review was taken in." in html
    assert "Line 3: “nine” is not a score of this site." in html
    web_page = desk.of("radu").post(address, {"file": SimpleUploadedFile("x.csv", b"<html>Log in</html>")})
    assert web_page.status_code == 422
    assert "This is a web page, not a list of reviews." in web_page.content.decode()


def test_a_review_is_answered_and_leaves_the_list_of_what_waits(desk: Desk, shop: Shop) -> None:
    number = review(shop)
    assert "Prea târziu" in page_of(desk, REVIEWS)
    assert "What did you answer there?" not in page_of(desk, f"{REVIEWS}/{number}", "tomasz")
    assert desk.of("tomasz").post(f"{REVIEWS}/{number}/answer", {"text": "Sorry."}).status_code == 422
    assert desk.of("radu").post(f"{REVIEWS}/{number}/answer", {"text": ""}).status_code == 422
    assert Review.objects.get().answered_at is None
    assert desk.of("radu").post(f"{REVIEWS}/{number}/answer", {"text": "Ne pare rău."}).status_code == 302
    assert "Every review is answered" in page_of(desk, REVIEWS)
    assert "Ne pare rău." in page_of(desk, f"{REVIEWS}/{number}")


def test_a_review_is_matched_only_with_consent_and_parted_again(desk: Desk, shop: Shop) -> None:
    number = review(shop)
    address = f"{REVIEWS}/{number}/match"
    unknown = desk.of("radu").post(address, {"email": "nobody@example.test", "consent": "said so"})
    assert "We know nobody with this address." in unknown.content.decode()
    zofia = shop.world.address_of("zofia")
    assert desk.of("radu").post(address, {"email": zofia, "consent": ""}).status_code == 422
    assert Review.objects.get().party_id is None
    assert desk.of("radu").post(address, {"email": zofia, "consent": "She said so on the phone."}).status_code == 302
    assert "She said so on the phone." in page_of(desk, f"{REVIEWS}/{number}")
    assert desk.of("radu").post(f"{REVIEWS}/{number}/part", {}).status_code == 302
    assert Review.objects.get().party_id is None


def test_how_somebody_agreed_is_read_only_where_the_review_is_answered(desk: Desk, shop: Shop) -> None:
    number = review(shop)
    given = {"email": shop.world.address_of("zofia"), "consent": "Zofia said so on the phone."}
    assert desk.of("radu").post(f"{REVIEWS}/{number}/match", given).status_code == 302
    assert "Zofia said so" in page_of(desk, f"{REVIEWS}/{number}")
    for address in (f"{REVIEWS}/{number}", f"{REVIEWS}?show=all"):
        assert "Zofia" not in page_of(desk, address, who="tomasz")


def test_who_may_not_match_does_not_learn_whose_address_there_is(desk: Desk, shop: Shop) -> None:
    number = review(shop)
    told = set()
    for address in (shop.world.address_of("zofia"), "nobody@example.test"):
        answer = desk.of("tomasz").post(f"{REVIEWS}/{number}/match", {"email": address, "consent": "said so"})
        assert answer.status_code == 422
        assert "We know nobody" not in answer.content.decode()
        told.add(answer.content.decode().count("The department that this site is about"))
    assert told == {1}


def test_somebody_whom_one_may_not_see_is_nobody(desk: Desk, shop: Shop) -> None:
    number = review(shop)
    ReviewSource.objects.update(provider=shop.world.maintenance.id)  # serves nobody outside
    given = {"email": shop.world.address_of("zofia"), "consent": "said so"}
    answer = desk.of("tomasz").post(f"{REVIEWS}/{number}/match", given)
    assert answer.status_code == 422
    assert "We know nobody with this address." in answer.content.decode()
    assert Review.objects.get().party_id is None
