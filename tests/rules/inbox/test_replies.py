"""Replies of many mail programs in many languages, cut as a person would cut them."""

import textwrap
from pathlib import Path

import pytest

from clientela.inbox.reading.html import text_of_html
from clientela.inbox.reading.quotes import cut_quotes
from tests.rules.inbox.test_quotes import ATTRIBUTIONS, HEADER_BLOCKS

REPLIES = Path(__file__).with_name("replies.txt")
OWN = "Mulțumesc, joi e bine.\n\nAna"
QUOTE = "> When may we come?\n> Care\n>\n>> older"


def replies() -> dict[str, tuple[str, str]]:
    """Name, text and what is said in it, of every case in `replies.txt`."""
    pieces = REPLIES.read_text(encoding="utf-8").split("\n##### ")[1:]
    found = {}
    for mail, said in zip(pieces[::2], pieces[1::2], strict=True):
        name, _, text = mail.partition("\n")
        found[name] = (text, said.removeprefix("said\n").rstrip("\n"))
    return found


CASES = replies()


def folded(text: str) -> str:
    """`text` with white space folded."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", CASES)
def test_the_reply_is_cut_as_a_person_would(name: str) -> None:
    text, said = CASES[name]
    assert folded(cut_quotes(text).said) == folded(said)


def test_every_case_that_repeats_something_is_really_cut() -> None:
    uncut = [name for name, (text, said) in CASES.items() if folded(text) == folded(said)]
    assert len(CASES) >= 87
    assert len(uncut) <= 8


@pytest.mark.parametrize("width", [76, 60, 48, 40])
@pytest.mark.parametrize("program", ATTRIBUTIONS)
def test_an_attribution_broken_anywhere_is_found(program: str, width: int) -> None:
    whole = " ".join(ATTRIBUTIONS[program].split())
    broken = "\n".join(textwrap.wrap(whole, width, break_long_words=False, break_on_hyphens=False))
    arrows = "\n".join(f"> {line}" for line in broken.split("\n"))
    for text in (
        f"{OWN}\n\n{broken}\n\n{QUOTE}\n",
        f"{OWN}\n{broken}\n{QUOTE}\n",
        f"{OWN}\n\n{broken}\n\nWhen may we come?\nCare\n",
        f"{OWN}\n\n{arrows}\n>\n{QUOTE}\n",
        f"{broken}\n{QUOTE}\n\n{OWN}\n",
    ):
        assert cut_quotes(text).said == OWN, text


@pytest.mark.parametrize("program", HEADER_BLOCKS)
def test_headers_behind_arrows_are_repeated_too(program: str) -> None:
    block = "\n".join(f"> {line}" for line in HEADER_BLOCKS[program].split("\n"))
    assert cut_quotes(f"{OWN}\n\n{block}\n>\n> When may we come?\n").said == OWN


def test_what_pgp_writes_around_the_words_is_signature() -> None:
    cut = cut_quotes(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThursday.\n\n"
        "On 24 Nov 2026, Care <care@clientela.test> wrote:\n"
        "> When?\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n"
    )
    assert cut.said == "Thursday."
    assert cut.quoted == "On 24 Nov 2026, Care <care@clientela.test> wrote:\n> When?"
    assert cut.signature is not None
    assert cut.signature.startswith("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256")
    assert cut.signature.endswith("-----END PGP SIGNATURE-----")


def test_a_signature_below_a_signature_goes_too() -> None:
    cut = cut_quotes("Thursday.\n\n--\nAna Pop\n--\nSent from my iPhone\n")
    assert (cut.said, cut.signature) == ("Thursday.", "--\nAna Pop\n--\nSent from my iPhone")


@pytest.mark.parametrize(
    "mark",
    [
        'class="gmail_signature"',
        'id="Signature"',
        'id="x_Signature"',
        'class="moz-signature"',
        'id="AppleMailSignature"',
    ],
)
@pytest.mark.parametrize(
    "below",
    [
        "",
        (
            '<div class="gmail_quote"><div>On Tue, 24 Nov 2026 10:05, Care &lt;care@clientela.test&gt; wrote:</div>'
            "<blockquote>When?</blockquote></div>"
        ),
        (
            '<hr><div id="divRplyFwdMsg"><b>From:</b> Care &lt;care@clientela.test&gt;<br><b>Sent:</b> Tuesday,'
            " 24 November 2026<br><b>To:</b> Ana<br><b>Subject:</b> washer</div><p>When?</p>"
        ),
        "<blockquote>When?</blockquote>",
    ],
)
def test_the_element_that_programs_call_signature_is_one(mark: str, below: str) -> None:
    html = f"<div>Thursday.</div><div {mark}>Ana Pop<br>Lumen SRL, <b>0721 000 000</b></div>{below}"
    cut = cut_quotes(text_of_html(html))
    assert cut.said == "Thursday."
    assert cut.signature == "--\nAna Pop\nLumen SRL, 0721 000 000"


def test_words_below_the_signature_element_are_not_lost_in_it() -> None:
    html = '<div>Thursday.</div><div class="gmail_signature">Ana</div><div>And please bring a seal.</div>'
    assert cut_quotes(text_of_html(html)).said == "Thursday.\nAna\nAnd please bring a seal."


def test_gmail_that_writes_its_own_dashes_gets_no_second_pair() -> None:
    html = (
        '<div>Thursday.</div><span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">Ana</div>'
    )
    assert text_of_html(html) == "Thursday.\n--\nAna"
