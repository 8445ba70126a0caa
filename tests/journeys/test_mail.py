"""The story of mail: written with pictures, answered, answered from elsewhere, guessed at, come back, put aside.

Everything comes in by SMTP and goes out by SMTP, and a picture that lies with others lies with a real web server that
knows who fetched it. Told in Polish on a wide screen, and in Spanish on a phone.
"""

import smtplib
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from clientela.inbox.models import RawMessage
from clientela.kernel.clock import now
from clientela.kernel.signing import request_of_reply_address
from clientela.requests.models import Request
from tests.contexts.kernel.mail_server import ScriptedMailServer
from tests.journeys.conftest import CHROMIUM
from tests.journeys.test_the_main_story import PHONE, SCREENSHOTS, WIDE, log_in, look
from tests.shop import Shop

CARE = "care@casa-lavora.test"
WORKSHOP = "workshop@casa-lavora.test"
REMOTE = "/opened/4711.png"
MEASURED = "img => img.naturalWidth + 'x' + img.naturalHeight"


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour."""

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


@dataclass(frozen=True)
class Told:
    """The words of one telling: what the customer writes, and what the pages say in her language."""

    language: str
    customer: str
    elsewhere: str
    subject: str
    said: str
    signed: str
    wrote: str
    quoted: str
    goes_on: str
    away: str
    guess: str
    bought: str
    show_pictures: str
    is_away: str
    came_back: str
    put_aside: str
    lifted: str
    returned: str
    reason: str


POLISH = Told(
    language="pl",
    customer="zofia",
    elsewhere="zofia.prywatna@inna-poczta.test",
    subject="Pralka przecieka",
    said="Dzień dobry, od wczoraj z pralki leci woda. Na zdjęciu widać, skąd.",
    signed="Zofia Nowak, tel. 600 100 200",
    wrote="W dniu pt., 20 lis 2026 o 10:15 Casa Lavora <care@casa-lavora.test> napisał(a):",
    quoted="Dziękujemy za zakup pralki Lavora 7.",
    goes_on="Piszę z prywatnej poczty. To chyba uszczelka.",
    away="Jestem na urlopie. Wracam w poniedziałek.",
    guess="Widziałem numer na naklejce. Kiedy przyjedzie technik?",
    bought="Chcę kupić suszarkę do pralki Lavora 7.",
    show_pictures="Pokaż obrazy",
    is_away="Poza biurem: odpowiedź automatyczna",
    came_back="Nasz list wrócił",
    put_aside="Odłożono",
    lifted="Listy znów tam wychodzą.",
    returned="wrócił",
    reason="Raport o doręczeniu listu.",
)
SPANISH = Told(
    language="es",
    customer="lucia",
    elsewhere="lucia.casa@otro-correo.test",
    subject="La nevera no enfría",
    said="Buenos días: desde ayer la nevera no enfría. En la foto se ve el termostato.",
    signed="Lucía Herrero, tel. 600 300 400",
    wrote="El vie, 20 nov 2026 a las 10:15, Casa Lavora (<care@casa-lavora.test>) escribió:",
    quoted="Gracias por comprar la nevera Lavora Frío.",
    goes_on="Escribo desde mi correo personal. Creo que es el termostato.",
    away="Estoy de vacaciones. Vuelvo el lunes.",
    guess="He visto el número en una pegatina. ¿Cuándo viene el técnico?",
    bought="Quiero comprar un congelador para la cocina.",
    show_pictures="Mostrar las imágenes",
    is_away="Está fuera de la oficina: una respuesta automática",
    came_back="Un correo nuestro volvió",
    put_aside="Apartado",
    lifted="Se vuelve a enviar correo allí.",
    returned="volvió",
    reason="Un informe sobre la entrega de un correo.",
)

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


class Pictures:
    """A web server of others, and which pictures were fetched from it."""

    def __init__(self) -> None:
        self.fetched: list[str] = []
        fetched = self.fetched

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fetched.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.end_headers()
                with suppress(ConnectionError):
                    self.wfile.write(png(120, 30, (190, 120, 30)))

            def log_message(self, *_said: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)

    @property
    def address(self) -> str:
        """Where the picture lies."""
        return f"http://127.0.0.1:{self.server.server_port}{REMOTE}"


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    """The web server of others, on a free port of this machine."""
    served = Pictures()
    thread = Thread(target=served.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield served
    served.server.shutdown()
    served.server.server_close()
    thread.join(10)


def mail(*, sender: str, to: str, subject: str, text: str, **headers: str) -> EmailMessage:
    """A plain mail."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = make_msgid(domain="example.test")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def mail_with_pictures(told: Told, *, sender: str, picture_elsewhere: str) -> EmailMessage:
    """What a customer's web mail sends: HTML, a picture in it, one that lies elsewhere, a signature, an old letter."""
    message = mail(sender=sender, to=CARE, subject=told.subject, text="")
    message.set_content(
        f"""<div dir="ltr"><p>{told.said}</p><p><img src="cid:leak" alt="foto" width="160" height="90"></p>
        <div>-- <br></div><div class="gmail_signature" dir="ltr">{told.signed}<br>
        <img src="{picture_elsewhere}" width="120" height="30"></div></div><br>
        <div class="gmail_quote"><div dir="ltr" class="gmail_attr">{told.wrote.replace("<", "&lt;")}<br></div>
        <blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{told.quoted}</blockquote></div>""",
        subtype="html",
    )
    message.add_related(png(160, 90, (30, 110, 160)), "image", "png", cid="<leak>", filename="foto.png")
    return message


def bounce_of(letter: EmailMessage) -> EmailMessage:
    """What the customer's mail server sends when nobody has the address of our letter."""
    recipient = str(letter["To"].addresses[0].addr_spec)
    report = "multipart/report; report-type=delivery-status; boundary=4Xq2"
    text = f"""From: Mail Delivery System <MAILER-DAEMON@mx.example.test>\r
To: {CARE}\r
Subject: Undelivered Mail Returned to Sender\r
Message-ID: {make_msgid(domain="mx.example.test")}\r
Auto-Submitted: auto-replied\r
MIME-Version: 1.0\r
Content-Type: {report}\r
\r
--4Xq2\r
Content-Type: text/plain; charset=us-ascii\r
\r
I'm sorry to have to inform you that your message could not be delivered.\r
\r
<{recipient}>: host mx.example.test said: 550 5.1.1 User unknown\r
\r
--4Xq2\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example.test\r
\r
Final-Recipient: rfc822; {recipient}\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 User unknown\r
\r
--4Xq2\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {letter["Message-ID"]}\r
From: {CARE}\r
To: {recipient}\r
\r
--4Xq2--\r
"""
    return message_from_bytes(text.encode(), policy=policy.SMTP)


def handed_over(address: tuple[str, int], message: EmailMessage, *, to: str = "", sender: str | None = None) -> None:
    """Hand a mail to our receiver, as the mail server of its sender does."""
    with smtplib.SMTP(*address, timeout=10) as client:
        client.send_message(
            message,
            from_addr=message["From"].addresses[0].addr_spec if sender is None else sender,
            to_addrs=[to or message["To"].addresses[0].addr_spec],
        )


def newest_letter(server: ScriptedMailServer, to: str) -> EmailMessage:
    """The newest letter that our customer's mail server took for this address."""
    letters = [message_from_bytes(raw, policy=policy.SMTP) for raw in server.letters]
    return [letter for letter in letters if letter["To"].addresses[0].addr_spec == to][-1]


class Story:
    """One telling: in which language, on what screen, through which doors."""

    def __init__(
        self,
        told: Told,
        *,
        shop: Shop,
        chromium: Browser,
        live_server: LiveServer,
        viewport: dict[str, int],
    ) -> None:
        self.told = told
        self.shop = shop
        self.live_server = live_server
        self.screen = "wide" if viewport == WIDE else "phone"
        self.complaints: list[str] = []
        self.contexts: list[BrowserContext] = []
        self.chromium = chromium
        self.viewport = viewport
        self.desk, self.house = (self._come_in(name) for name in ("ana", "vera"))

    def _come_in(self, name: str) -> Page:
        """Log in, and choose the language of the pages."""
        context = self.chromium.new_context(viewport=self.viewport)  # type: ignore[arg-type]  # a plain dict will do
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = log_in(context, self.live_server, self.shop, name)
        page.on("console", lambda said: self._hear(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self._hear(str(error)))
        with page.expect_navigation():
            page.locator(f"button[name=language][value={self.told.language}]").first.evaluate("one => one.click()")
        expect(page.locator("html")).to_have_attribute("lang", self.told.language)
        return page

    def _hear(self, words: str) -> None:
        self.complaints.append(words)

    def open(self, page: Page, place: str) -> Page:
        """Go there."""
        response = page.goto(f"{self.live_server.url}{place}")
        assert response is not None
        assert (place, response.status) == (place, 200)
        return page

    def request_page(self, reference: str) -> Page:
        """Ana opens a request."""
        return self.open(self.desk, f"/desk/requests/{reference}")

    def look(self, page: Page, name: str) -> None:
        """Look at a page by day; and a picture of it by night where pictures are wanted."""
        look(page, f"mail-{name}-{self.screen}")
        if SCREENSHOTS:
            page.emulate_media(color_scheme="dark")
            page.screenshot(
                path=str(Path(SCREENSHOTS) / f"mail-{name}-{self.screen}-dark.png"),
                full_page=True,
                animations="disabled",
            )
            page.emulate_media(color_scheme="light")

    def reply(self, reference: str, text: str, *, then: str) -> None:
        """Ana answers; `then` is stay, wait or resolve."""
        page = self.request_page(reference)
        panel = page.locator("form[action$='/reply']")
        panel.locator("[name=text]").fill(text)
        with page.expect_navigation():
            panel.locator(f"button[value={then}]").click()

    def add_address(self, address: str, leads_to: str) -> None:
        """Vera takes mail at one more address."""
        page = self.open(self.house, "/settings/mail/addresses/new")
        page.fill("[name=address]", address)
        page.select_option("[name=place]", leads_to)
        with page.expect_navigation():
            page.locator("main form button[type=submit].btn-primary").click()
        expect(page.get_by_role("link", name=address, exact=True)).to_be_visible()

    def close(self) -> None:
        """The end."""
        for context in self.contexts:
            context.close()
        assert self.complaints == []


def bubble(page: Page, words: str) -> Locator:
    """The message in the conversation that says this."""
    return page.locator("article.c-msg", has_text=words)


@pytest.mark.parametrize(
    ("told", "viewport"),
    [pytest.param(POLISH, WIDE, id="polish-wide"), pytest.param(SPANISH, PHONE, id="spanish-phone")],
)
def test_mail_is_read_answered_joined_kept_apart_and_looked_after(  # noqa: PLR0915, PLR0917 - one story; fixtures
    told: Told,
    viewport: dict[str, int],
    shop: Shop,
    chromium: Browser,
    live_server: LiveServer,
    mail_address: tuple[str, int],
    pictures: Pictures,
    work: Callable[[], None],
) -> None:
    with ScriptedMailServer() as server, override_settings(PUBLIC_URL=live_server.url, MAIL_SERVER=server.url):
        story = Story(told, shop=shop, chromium=chromium, live_server=live_server, viewport=viewport)
        customer = shop.world.address_of(told.customer)

        # A customer writes with a picture. What she says stands alone; the whole mail is one click away.
        handed_over(mail_address, mail_with_pictures(told, sender=customer, picture_elsewhere=pictures.address))
        work()
        request = Request.objects.get()
        assert newest_letter(server, customer)["In-Reply-To"] is not None
        page = story.request_page(request.reference)
        first = bubble(page, told.said)
        for left_out in (told.signed, told.quoted):
            expect(first).not_to_contain_text(left_out)
        first.locator("details[data-whole] > summary").click()
        frame = first.frame_locator("iframe")
        expect(frame.get_by_text(told.quoted)).to_be_visible()
        expect(frame.get_by_text(told.signed)).to_be_visible()
        expect(frame.locator("img")).to_have_count(1)
        assert frame.locator("img").evaluate(MEASURED) == "160x90"
        story.look(page, "read")
        assert pictures.fetched == []

        # The picture that lies with others is fetched when she is asked to, and not before.
        first.get_by_text(told.show_pictures).click()
        expect(frame.locator("img")).to_have_count(2)
        expect(frame.locator("img").nth(1)).to_have_js_property("complete", value=True)
        assert frame.locator("img").nth(1).evaluate(MEASURED) == "120x30"
        assert pictures.fetched == [REMOTE]
        story.look(page, "pictures")

        # Ana answers. The letter says by its address where an answer belongs, whoever writes it and with what program.
        story.reply(request.reference, "We look at it today.", then="wait")
        work()
        letter = newest_letter(server, customer)
        reply_to = letter["Reply-To"].addresses[0].addr_spec
        assert request_of_reply_address(reply_to, at=now()) == request.reference
        assert Request.objects.get().state == "waiting_customer"
        handed_over(mail_address, mail(sender=told.elsewhere, to=reply_to, subject="Lavora 7", text=told.goes_on))
        work()
        assert Request.objects.get().state == "open"
        page = story.request_page(request.reference)
        expect(bubble(page, told.goes_on)).to_be_visible()

        # A stranger who only knows the number gets no further than a question to Ana, who keeps it apart.
        handed_over(
            mail_address,
            mail(sender="jan@example.test", to=CARE, subject=f"{request.reference}: Lavora 7", text=told.guess),
        )
        work()
        guess = Request.objects.exclude(pk=request.pk).get()
        page = story.request_page(guess.reference)
        expect(page.locator("h2", has_text=request.reference)).to_be_visible()
        story.look(page, "perhaps")
        with page.expect_navigation():
            page.locator("form[action$='/apart'] button").click()
        expect(page.locator("h2", has_text=request.reference)).to_have_count(0)
        assert RawMessage.objects.get(request=guess).perhaps_of is None
        assert told.guess not in story.request_page(request.reference).content()

        # It is done. The customer's machine says that she is away: shown, and nothing is opened again.
        story.reply(request.reference, "It is repaired.", then="resolve")
        work()
        letter = newest_letter(server, customer)
        handed_over(
            mail_address,
            mail(
                sender=customer,
                to=CARE,
                subject=told.subject,
                text=told.away,
                In_Reply_To=str(letter["Message-ID"]),
                Auto_Submitted="auto-replied (vacation)",
            ),
            sender="",
        )
        work()
        assert Request.objects.get(pk=request.pk).state == "resolved"
        page = story.request_page(request.reference)
        expect(page.get_by_text(told.is_away)).to_be_visible()
        story.look(page, "away")

        # Then the letter comes back: nobody has that address. The page says what to do, and nothing more goes there.
        handed_over(mail_address, bounce_of(letter), to=CARE, sender="")
        work()
        assert Request.objects.get(pk=request.pk).state == "resolved"
        page = story.request_page(request.reference)
        expect(page.get_by_text(told.came_back).first).to_be_visible()
        story.look(page, "came-back")
        story.look(story.open(story.desk, "/desk/"), "my-day")

        page = story.open(story.house, "/settings/mail/suppressed/")
        expect(page.get_by_role("heading", name=customer)).to_be_visible()
        story.look(page, "suppressed")
        with page.expect_navigation():
            page.locator("form[action$='/lift'] button").click()
        expect(page.get_by_text(told.lifted)).to_be_visible()
        expect(page.get_by_role("heading", name=customer)).to_have_count(0)
        story.look(page, "lifted")

        # A mail to a department without a service for mail is put aside, and its sender hears that a person looks.
        pump = mail(sender="jan@example.test", to=WORKSHOP, subject="Lavora 7", text=told.bought)
        handed_over(mail_address, pump)
        work()
        assert newest_letter(server, "jan@example.test")["In-Reply-To"] == pump["Message-ID"]
        page = story.open(story.house, "/settings/mail/")
        fates = page.locator("[data-list-item]")
        expect(fates).to_have_count(6)
        expect(fates.first).to_contain_text(told.put_aside)
        expect(fates.nth(1)).to_contain_text(told.reason)
        story.look(page, "came-in")
        with page.expect_navigation():
            fates.first.get_by_role("link").click()
        story.look(page, "put-aside")
        put_aside = page.url

        # The administrator gives the address a service, and tries again.
        story.add_address(WORKSHOP, "service:purchase")
        page.goto(put_aside)
        with page.expect_navigation():
            page.locator("form[action$='/again'] button").click()
        tried = Request.objects.latest("pk")
        assert tried.service_version_id == shop.version("purchase")
        expect(page.get_by_text(tried.reference).first).to_be_visible()
        story.look(page, "tried-again")

        # An address that nobody has is refused; once it is added, what comes to it arrives at its service.
        sold = mail(sender=told.elsewhere, to="shop@casa-lavora.test", subject="Lavora 7", text=told.bought)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            handed_over(mail_address, sold)
        story.look(story.open(story.house, "/settings/mail/addresses/new"), "new-address")
        story.add_address("shop@casa-lavora.test", "service:purchase")
        story.look(story.house, "addresses")
        handed_over(mail_address, sold)
        work()
        bought = Request.objects.latest("pk")
        assert (bought.title, bought.service_version_id) == ("Lavora 7", shop.version("purchase"))

        # Every letter's fate is there for who looks after the post; Ana reads the one that came back.
        page = story.open(story.house, reverse("settings:letters"))
        expect(page.locator("[data-list-item]", has_text=told.returned)).to_have_count(1)
        story.look(page, "letters")
        page = story.request_page(request.reference)
        with page.expect_navigation():
            page.locator("#troubled-t ~ ul a").first.click()
        expect(page.locator("#fate-t ~ ol > li")).to_have_count(3)
        story.look(page, "letter")
        story.close()
