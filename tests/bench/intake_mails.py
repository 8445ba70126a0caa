"""Mails to measure with: of ordinary length, in four languages, each with its own sender, words and Message-ID."""

from email.message import EmailMessage

WORDS = {
    "en": (
        "Hello,\n\nI ordered a washing machine two weeks ago and it has not arrived yet. Could you please tell me when"
        " I can expect it? The number of my order is {number}.\n\nKind regards,\n{name}\n"
    ),
    "ro": (
        "Bună ziua,\n\nAm comandat o mașină de spălat acum două săptămâni și încă nu a sosit. Vă rog să-mi spuneți când"
        " o pot aștepta. Numărul comenzii este {number}.\n\nCu stimă,\n{name}\n"
    ),
    "pl": (
        "Dzień dobry,\n\ndwa tygodnie temu zamówiłam pralkę i jeszcze jej nie ma. Proszę o wiadomość, kiedy przyjedzie."
        " Numer zamówienia to {number}.\n\nPozdrawiam,\n{name}\n"
    ),
    "es": (
        "Hola:\n\nHace dos semanas pedí una lavadora y todavía no ha llegado. ¿Pueden decirme cuándo llegará? El número"
        " de mi pedido es {number}.\n\nUn saludo,\n{name}\n"
    ),
}
NAMES = ("Ana Popescu", "Zofia Nowak", "Carlos Ruiz", "Emma Baker", "Ștefan Ilie", "Paweł Król", "Inés Vega")


def new_mail(number: int, run: str, *, domain: str) -> tuple[str, bytes]:
    """Return the sender and the bytes of a mail about something new; every other sender is a customer already."""
    language = tuple(WORDS)[number % len(WORDS)]
    name = NAMES[number % len(NAMES)]
    sender = f"somebody-{run}-{number}@example.org" if number % 2 else f"customer{200 + number % 1500}@example.test"
    message = _message(sender, name, f"care@{domain}", f"<{run}-{number}@mail.example.org>")
    message["Subject"] = f"Washing machine, order {number}"
    message.set_content(WORDS[language].format(number=number, name=name))
    return sender, message.as_bytes().replace(b"\n", b"\r\n")


def answer(number: int, run: str, *, sender: str, letter: str, subject: str, to: str) -> tuple[str, bytes]:
    """Return the sender and the bytes of an answer to a letter of ours, as mail programs write them."""
    name = NAMES[number % len(NAMES)]
    message = _message(sender, name, to, f"<{run}-{number}@mail.example.org>")
    message["Subject"] = f"Re: {subject}"
    message["In-Reply-To"] = f"<{letter}>"
    message["References"] = f"<{letter}>"
    text = f"Thank you. I forgot to say that I am at home on Thursday only, number {number}.\n\n{name}\n"
    quoted = "".join(f"> {line}\n" for line in WORDS["en"].format(number=number, name=name).splitlines())
    message.set_content(f"{text}\nOn Fri, 20 Nov 2026 at 10:12, Customer Care <care@example.test> wrote:\n{quoted}")
    return sender, message.as_bytes().replace(b"\n", b"\r\n")


def _message(sender: str, name: str, to: str, message_id: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"{name} <{sender}>"
    message["To"] = to
    message["Date"] = "Fri, 20 Nov 2026 12:00:00 +0200"
    message["Message-ID"] = message_id
    return message
