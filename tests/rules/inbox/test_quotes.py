"""What the person wrote this time, cut from what their mail program repeated."""

import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.inbox.reading.quotes import cut_quotes
from tests.shared_data import SHARED, needs_shared_data

CORPUS = SHARED / "data" / "mail" / "quoted-replies"

# Mail program and language: the line or lines it writes above what it repeats. The repeated text follows with `>`.
ATTRIBUTIONS = {
    "Gmail en": "On Tue, Nov 24, 2026 at 10:05 AM Ana Pop <ana@lumen.test> wrote:",
    "Gmail en, broken": ("On Tue, Nov 24, 2026 at 10:05 AM Care of Clientela Appliances\n<care@clientela.test> wrote:"),
    "Gmail ro": "În mar., 24 nov. 2026 la 10:05, Care <care@clientela.test> a scris:",
    "Gmail ro, broken": ("În mar., 24 nov. 2026 la 10:05, Clientela Appliances Care <\ncare@clientela.test> a scris:"),
    "Thunderbird ro": "Pe 24.11.2026 10:05, Ana Pop a scris:",
    "Apple ro": "Pe 24 nov. 2026, la 10:05, Ana Pop <ana@lumen.test> a scris:",
    "Yahoo ro": "În data de marți, 24 noiembrie 2026, 10:05:12 EET, Ana Pop <ana@lumen.test> a scris:",
    "ro without marks": "In data de 24.11.2026 10:05, Ana Pop a scris:",
    "Gmail pl": "wt., 24 lis 2026 o 10:05 Care <care@clientela.test> napisał(a):",
    "Thunderbird pl": "W dniu 24.11.2026 o 10:05, Jan Kowalski pisze:",
    "Outlook.com pl": "Dnia 24 listopada 2026 10:05 Anna Nowak <anna@zielona.test> napisała:",
    "Gmail es": "El mar, 24 nov 2026 a las 10:05, Care (<care@clientela.test>) escribió:",
    "Apple es": "El 24 nov 2026, a las 10:05, Ana Ruiz <ana@sol.test> escribió:",
    "Gmail de": "Am Di., 24. Nov. 2026 um 10:05 Uhr schrieb Care <care@clientela.test>:",
    "Thunderbird de": "Am 24.11.26 um 10:05 schrieb Care:",
    "Gmail fr": "Le mar. 24 nov. 2026 à 10:05, Care <care@clientela.test> a écrit :",
    "Thunderbird fr": "Le 24/11/2026 à 10:05, Care a écrit :",
    "Gmail it": "Il giorno mar 24 nov 2026 alle ore 10:05 Care <care@clientela.test> ha scritto:",
    "Gmail pt": "Em ter., 24 de nov. de 2026 às 10:05, Care <care@clientela.test> escreveu:",
    "Gmail nl": "Op di 24 nov 2026 om 10:05 schreef Care <care@clientela.test>:",
    "Apple nl": "Op 24 nov. 2026 om 10:05 heeft Care <care@clientela.test> het volgende geschreven:",
    "Gmail ru": "вт, 24 нояб. 2026 г. в 10:05, Care <care@clientela.test>:",
    "Apple ru": "24 нояб. 2026 г., в 10:05, Care <care@clientela.test> написал(а):",
    "Gmail cs": "út 24. 11. 2026 v 10:05 odesílatel Care <care@clientela.test> napsal:",
    "Gmail hu": "Care <care@clientela.test> ezt írta (időpont: 2026. nov. 24., K, 10:05):",
    "Gmail sv": "Den tis 24 nov. 2026 kl 10:05 skrev Care <care@clientela.test>:",
    "Gmail da": "Den tir. 24. nov. 2026 kl. 10.05 skrev Care <care@clientela.test>:",
    "Gmail fi": "ti 24. marrask. 2026 klo 10.05 Care (care@clientela.test) kirjoitti:",
    "Gmail tr": "Care <care@clientela.test>, 24 Kas 2026 Sal, 10:05 tarihinde şunu yazdı:",
    "Gmail ja": "2026年11月24日(火) 10:05 Care <care@clientela.test>:",
    "Gmail zh": "Care <care@clientela.test> 于2026年11月24日周二 10:05写道：",
    "Gmail uk": "вт, 24 лист. 2026 р. о 10:05 Care <care@clientela.test> пише:",
    "Zoho en": "---- On Tue, 24 Nov 2026 10:05:12 +0200 Care <care@clientela.test> wrote ----",
}

# What stands above the repeated mail, which follows without any `>`.
HEADER_BLOCKS = {
    "Outlook en": (
        "From: Care <care@clientela.test>\nSent: Tuesday, November 24, 2026 10:05 AM\nTo: Ana\nSubject: Washer"
    ),
    "Outlook ro": (
        "De la: Care <care@clientela.test>\nTrimis: marți, 24 noiembrie 2026 10:05\nCătre: Ana\nSubiect: Mașina"
    ),
    "Outlook pl": ("Od: Care <care@clientela.test>\nWysłano: wtorek, 24 listopada 2026 10:05\nDo: Anna\nTemat: Pralka"),
    "Outlook es": (
        "De: Care <care@clientela.test>\nEnviado el: martes, 24 de noviembre de 2026 10:05\nPara: Ana\nAsunto: Lavadora"
    ),
    "Outlook de": (
        "Von: Care <care@clientela.test>\nGesendet: Dienstag, 24. November 2026 10:05\nAn: Ana\nBetreff: Gerät"
    ),
    "Outlook fr": (
        "De : Care <care@clientela.test>\nEnvoyé : mardi 24 novembre 2026 10:05\nÀ : Ana\nObjet : Lave-linge"
    ),
    "Outlook it": (
        "Da: Care <care@clientela.test>\nInviato: martedì 24 novembre 2026 10:05\nA: Ana\nOggetto: Lavatrice"
    ),
    "Outlook nl": (
        "Van: Care <care@clientela.test>\nVerzonden: dinsdag 24 november 2026 10:05\nAan: Ana\nOnderwerp: Wasmachine"
    ),
    "Outlook, a rule above": ("________________________________\nFrom: Care\nSent: Tuesday\nTo: Ana\nSubject: Washer"),
    "Outlook, bold": "*From:* Care\n*Sent:* Tuesday\n*To:* Ana\n*Subject:* Washer",
    "Outlook, a long list of receivers": (
        "From: Care\nSent: Tuesday\nTo: Ana; Bogdan; Carmen;\n Dan; Elena\nSubject: Washer"
    ),
    "original en": "-----Original Message-----\nFrom: Care\nSubject: Washer",
    "original ro": "-----Mesaj original-----\nDe la: Care\nSubiect: Mașina",
    "original pl": "-----Wiadomość oryginalna-----\nOd: Care\nTemat: Pralka",
    "original es": "-----Mensaje original-----\nDe: Care\nAsunto: Lavadora",
    "original de": "-----Ursprüngliche Nachricht-----\nVon: Care\nBetreff: Gerät",
    "original cs": "---------- Původní e-mail ----------\nOd: Care\nPředmět: Pračka",
    "forwarded ro": ("---------- Mesaj redirecționat ----------\nDe la: Care\nData: 24.11.2026\nSubiect: Mașina"),
    "forwarded by Apple": "Begin forwarded message:\n\nFrom: Care\nSubject: Washer",
    "forwarded by Apple pl": "Początek przekazywanej wiadomości:\n\nOd: Care\nTemat: Pralka",
    "between dashes, unknown language": (
        "------ Upprunaleg skilaboð ------\nFrom: Care\nDate: 24.11.2026\nSubject: Washer"
    ),
    "unquoted attribution": "On Tue, 24 Nov 2026 at 10:05, Care <care@clientela.test> wrote:",
}

SENT_FROM = (
    "Sent from my iPhone",
    "Trimis de pe iPhone-ul meu",
    "Trimis din Yahoo Mail pe Android",
    "Wysłane z iPhone'a",
    "Wysłano z Outlooka dla Androida",
    "Enviado desde mi iPhone",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Get Outlook for Android",
    "Obțineți Outlook pentru Android",
    "Gesendet mit der GMX Mail App",
)


@pytest.mark.parametrize("program", ATTRIBUTIONS)
def test_only_the_words_above_an_attributed_quote_are_said(program: str) -> None:
    repeated = f"{ATTRIBUTIONS[program]}\n\n> Bună ziua,\n> când putem veni?\n>\n>> an older line"
    cut = cut_quotes(f"Joi după ora trei.\n\nAna\n\n{repeated}\n")
    assert cut.said == "Joi după ora trei.\n\nAna"
    assert cut.quoted == repeated
    assert cut.signature is None


@pytest.mark.parametrize("program", ATTRIBUTIONS)
def test_words_below_one_attributed_quote_are_said_and_the_quote_is_not(program: str) -> None:
    cut = cut_quotes(f"{ATTRIBUTIONS[program]}\n> When may we come?\n\nThursday after three.\n")
    assert cut.said == "Thursday after three."
    assert cut.quoted == f"{ATTRIBUTIONS[program]}\n> When may we come?"


@pytest.mark.parametrize("program", HEADER_BLOCKS)
def test_everything_below_a_repeated_header_is_quoted(program: str) -> None:
    repeated = f"{HEADER_BLOCKS[program]}\n\nHello Ana,\nwhen may we come?\n\n--\nCare"
    cut = cut_quotes(f"Thursday after three.\n\n{repeated}")
    assert cut.said == "Thursday after three."
    assert cut.quoted == repeated
    assert cut.signature is None


@pytest.mark.parametrize("program", HEADER_BLOCKS)
def test_a_forwarded_mail_without_a_word_above_it_is_kept_whole(program: str) -> None:
    forwarded = f"{HEADER_BLOCKS[program]}\n\nHello Ana,\nwhen may we come?"
    said = cut_quotes(forwarded).said
    assert said.endswith("Hello Ana,\nwhen may we come?")


@pytest.mark.parametrize("line", SENT_FROM)
def test_the_line_a_telephone_adds_is_signature(line: str) -> None:
    cut = cut_quotes(f"Joi e bine.\n\n{line}\n\nOn Tue, 24 Nov 2026, Care <care@clientela.test> wrote:\n> When?")
    assert (cut.said, cut.signature) == ("Joi e bine.", line)


def test_answers_between_quoted_lines_stay_with_the_lines_they_answer() -> None:
    cut = cut_quotes(
        "On Tue, 24 Nov 2026, Care <care@clientela.test> wrote:\n"
        "> Which model is it?\n"
        "WM-700.\n"
        "> When may we come?\n"
        "Thursday.\n"
        "> Best regards\n"
        "> Care\n"
    )
    assert cut.said == "> Which model is it?\nWM-700.\n> When may we come?\nThursday."
    assert cut.quoted == ("On Tue, 24 Nov 2026, Care <care@clientela.test> wrote:\n> Best regards\n> Care")


def test_a_signature_is_cut_above_and_below_the_quote() -> None:
    above = cut_quotes("Thursday.\n\n-- \nAna Pop\nLumen\n\nOn Tue, 24 Nov 2026, Care wrote:\n> When?")
    below = cut_quotes("Thursday.\n\nOn Tue, 24 Nov 2026, Care wrote:\n> When?\n\n-- \nAna Pop\nLumen")
    assert above == below
    assert (above.said, above.signature) == ("Thursday.", "-- \nAna Pop\nLumen".replace("-- ", "--"))


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n\nmy order has not arrived.\n\nBest regards\nAna",
        "Prices:\n------\nWashing machine 1.200\nFridge 900",
        "Parts:\n\n----------\n- door\n- seal",
        "I wrote to you on 12 November and nobody answered. You wrote: we will come.",
        "De la: Ana\nvă rog să mă sunați.",
        "Sent from the warehouse on Monday, it never arrived.",
        "See the table:\n| part | price |\n| door | 90 |",
        "On Monday I called.\n\nOn Tuesday I called again.",
        "if a > b:\n    print(a)",
        "> only a quoted line",
        "-- \nAna",
        "On Tue, 24 Nov 2026, Care wrote:\n> When?",
    ],
)
def test_nothing_is_cut_where_nothing_is_repeated_or_nothing_would_be_left(text: str) -> None:
    cut = cut_quotes(text)
    assert (cut.said, cut.quoted, cut.signature) == ("\n".join(line.rstrip() for line in text.split("\n")), "", None)


def test_all_below_our_own_marker_is_ours() -> None:
    marker = "## Please write above this line ##"
    cut = cut_quotes(f"Thursday.\n\n> {marker}\n> Hello Ana\nand more of ours", own_marker=marker)
    assert (cut.said, cut.quoted) == ("Thursday.", f"> {marker}\n> Hello Ana\nand more of ours")


def test_our_own_marker_at_the_very_top_does_not_swallow_the_answer_below_it() -> None:
    marker = "## Please write above this line ##"
    cut = cut_quotes(f"> {marker}\n> When?\n\nThursday.", own_marker=marker)
    assert "Thursday." in cut.said


@pytest.mark.parametrize("blank", ["", "\n", "  \n\t\n"])
def test_a_blank_text_says_nothing(blank: str) -> None:
    cut = cut_quotes(blank)
    assert (cut.said, cut.quoted, cut.signature) == ("", "", None)


def test_a_very_long_text_is_cut_in_reasonable_time() -> None:
    started = time.monotonic()
    cut = cut_quotes("On 1.1.2026 x\n" * 5_000 + "said\n" + f"{ATTRIBUTIONS['Gmail en']}\n> q\n" * 5_000)
    assert time.monotonic() - started < 10
    assert cut.said.endswith("said")


LINES = st.one_of(
    st.sampled_from(
        [*ATTRIBUTIONS.values(), *HEADER_BLOCKS.values(), *SENT_FROM, "-- ", "--", "_____", "", "> a", ">> b", "said"]
    ),
    st.text(max_size=40),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=30))
def test_no_line_is_ever_lost_or_doubled(lines: list[str]) -> None:
    text = "\n".join(lines)
    cut = cut_quotes(text)
    kept = "\n".join(filter(None, (cut.said, cut.quoted, cut.signature)))

    def filled(one: str) -> Counter[str]:
        return Counter(
            line.rstrip() for line in one.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()
        )

    assert filled(kept) == filled(text)
    assert bool(cut.said.strip()) == bool(text.strip())


@needs_shared_data
def test_the_corpus_of_real_replies_is_cut_as_people_would() -> None:
    differing = []
    for mail in sorted((CORPUS / "emails").iterdir()):
        wanted = (CORPUS / "trimmed" / mail.name).read_text(encoding="utf-8")
        said = cut_quotes(mail.read_text(encoding="utf-8")).said
        if [line.rstrip() for line in said.split("\n") if line.strip()] != [
            line.rstrip() for line in wanted.split("\n") if line.strip()
        ]:
            differing.append(mail.name)
    # It holds nothing but quotes; the corpus cuts it to nothing, we show it.
    assert differing == ["spam_1.txt"]
