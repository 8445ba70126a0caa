"""How mail programs, in many languages, mark what they repeat from an earlier mail. Words only; `quotes` uses them.

The patterns are for lines as `plain_line` leaves them: one kind of space, no marks of direction, no cedillas.
"""

import re

LONGEST_LINE_READ = 1_000

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t]")
_COMMA_BELOW = str.maketrans("şţŞŢ", "șțȘȚ")
_MARKUP = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": " "}


def plain_line(line: str) -> str:
    """The beginning of a line as it is compared with the marks; what people see keeps its own letters."""
    line = line[:LONGEST_LINE_READ]
    if not line.isascii() or "\t" in line:
        line = _SPACES.sub(" ", _UNSEEN.sub("", line)).translate(_COMMA_BELOW)
    if "&" in line:
        for escaped, letter in _MARKUP.items():
            line = line.replace(escaped, letter)
    return line


# "… wrote:", at the end of the line or before the name. Without accents where people write without.
_WROTE = (
    r"wrote|writes|a\s+scris(?:\s+urm[ăa]toarele)?|scrie|napisał(?:\(a\)|/a|a)?|napisal(?:\(a\)|/a|a)?|pisze|pisał(?:\(a\)|a)?"
    r"|escribi[óo]|schrieb|schreibt|a\s+[ée]crit|ha\s+scritto|scrive|escreveu|schreef|het\s+volgende\s+geschreven|geschreven"
    r"|skrev(?:\s+f[øö]lgende)?|kirjoitti|(?:на)?писал(?:\(а\)|а)?|пише|пишет|написав(?:\(ла\))?|написал[аи]?|написа|napsal(?:\(a\)|a)?"
    r"|napísal(?:\(a\)|a)?|ezt\s+írta|írta|şunu\s+yazdı|șunu\s+yazdı|yazdı|έγραψε|je\s+napisa(?:l|o|la)(?:/la|la)?|napisa(?:o|la)\s+je"
    r"|rašė|rakstīja|kirjutas|va\s+escriure|ha\s+escrit|menulis|đã\s+viết|写道|寫道|さんは書きました|のメール|님이\s*작성|เขียนว่า|كتب|כתב"
)
# Gmail in Hungarian puts the moment in brackets behind the verb.
_AFTER_VERB = r"(?:\s*\([^()]{0,80}\))?\s*[:：]?\s*(?:-{2,}|\*+)?\s*$"
WROTE_AT_END = re.compile(rf"(?:^|[\s>\"')\]\d,])(?:{_WROTE}){_AFTER_VERB}", re.IGNORECASE)
# German, Dutch and the Nordic languages: verb, then the name, then the colon. Others: verb, then the moment.
WROTE_THEN_NAME = re.compile(
    rf"(?:^|\s)(?:{_WROTE})\s[^:：]{{0,200}}(?:<[^<>]{{0,200}}>|\[[^\[\]]{{0,200}}\])?\s?[:：]\s*$", re.IGNORECASE
)
WROTE_THEN_MOMENT = re.compile(
    rf"^\s*[^\s:].{{0,150}}?[\s>)](?:{_WROTE})\s.{{0,60}}\d{{1,4}}[-./ ].{{0,60}}[:：]\s*$", re.IGNORECASE
)
# Yahoo on telephones goes on with the quoted words in the same line.
WROTE_THEN_WORDS = re.compile(rf"<[^<>\s]+@[^<>\s]+>,?\s*(?:{_WROTE})\s*[:：]\s+\S", re.IGNORECASE)
COLON_INSIDE = re.compile(r"[:：]\s+\S")
QUOTING_WHOM = re.compile(
    r"^[-*\s]{0,6}(?:quoting|zitat\s+von|zitiere|citando(?:\s+a)?|citat\s+din|citez|selon|cytowanie|cytuję|citát|citeren|citerar"
    r"|mensaje\s+del?|mesaj\s+din)\s[^:：]{1,150}",
    re.IGNORECASE,
)
# Orange and others tell the day alone.
MESSAGE_OF_DAY = re.compile(
    r"^\s*(?:message\s+du|mensaje\s+del|messaggio\s+del)\s+\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\s+\d{1,2}:\d{2}\s*:?\s*$",
    re.IGNORECASE,
)
# Gmail in Japanese and older ones write no verb at all: moment, name, <address>, colon.
ADDRESS_AT_END = re.compile(r"<[^<>]*@[^<>]*>\s*[:：]?\s*$")
# Gmail of old in all languages: the moment with its zone and a name, perhaps without an address.
MOMENT_THEN_NAME = re.compile(
    r"^\s*\d{4}([-/.])\d{1,2}\1\d{1,2}\s+\d{1,2}:\d{2}\s+(?:GMT|UTC)[+-]\d{1,2}:?\d{2}\s+\S.{0,200}[:：]\s*$"
)
# The end of an attribution that was broken right before the bracket; it is no quoted line.
WROTE_ALONE = re.compile(rf"^>?\s{{0,20}}(?:{_WROTE})?\s{{0,20}}[:：]\s*$", re.IGNORECASE)
# "… your man came. He wrote:" is a sentence of the writer.
SENTENCE_INSIDE = re.compile(r"(?<!\w)[^\W\d_A-Z]{4,20}[.!?]\s+[^\W\d_a-z]\w{0,20}\s")

HAS_ADDRESS = re.compile(r"[^\s<>()\[\]@]{1,100}@[^\s<>()\[\]]+")
HAS_ADDRESS_IN_BRACKETS = re.compile(r"[<(\[]\s*[^\s<>()\[\]@]{1,100}@[^\s<>()\[\]]+\s*[>)\]]")
HAS_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)", re.IGNORECASE)
HAS_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)")
HAS_MOMENT = re.compile(f"{HAS_DAY.pattern}|{HAS_CLOCK.pattern}", re.IGNORECASE)
# What an attribution begins with when it is broken over several lines.
ATTRIBUTION_START = re.compile(
    r"^[-*\s]{0,6}(?:on|le|el|am|il|em|no\s+dia|op|den|på|dana|dne|dňa|dnia|w\s+dniu|în|in|pe|la\s+data|data|den|vào|klo|tarihinde"
    r"|στις|на|pada|kuupäev|сегодня|вчера|(?:поне|втор|сред|четв|пятн|субб|воск)\w*"
    r"|(?:pon|wt|śr|czw|pt|sob|niedz|lun|mar|mie|miérc|mié|jue|joi|vie|vin|vineri|sâm|sam|sáb|sab|dum|dom|dim|jeu|ven|mer"
    r"|пн|вт|ср|чт|пт|сб|вс|нд|po|út|st|čt|pá|so|ne|št|pi|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|ma|ti|ke|to|pe|la|su"
    r"|uto|sri|čet|pet|sub|ned|tor|dt|ut)[a-zăâîșțąćęłńóśźżáéíñ]*\.?,?"
    r")\b|^[-*\s]{0,6}\d{1,4}(?:[./年-]|\.?\s+[^\W\d_])",
    re.IGNORECASE,
)

_ORIGINAL = (
    r"original\s+(?:message|appointment|e-?mail)|forwarded\s+(?:message|by[^-]{0,60})|reply\s+message|replied\s+message|(?:e-?)?mail\s+original"
    r"|mesaj(?:ul)?\s+(?:original|ini[țt]ial|redirec[țt]ionat|retransmis|transmis(?:\s+mai\s+departe)?|forwardat|reexpediat)"
    r"|(?:wiadomość\s+oryginalna|oryginalna\s+wiadomość|(?:wiadomość\s+)?przekazana(?:\s+wiadomość)?|wiadomosc\s+oryginalna"
    r"|treść\s+przekazanej\s+wiadomości|pierwotna\s+wiadomość)"
    r"|mensaje\s+(?:original|reenviado|remitido)|mensagem\s+(?:original|encaminhada|reencaminhada)"
    r"|ursprüngliche\s+(?:nachricht|mail|e-mail)|original-?\s*nachricht|weitergeleitete\s+nachricht"
    r"|(?:message|mail)\s+(?:d['’]origine|original|transféré|initial|réexpédié)|courriel\s+original"
    r"|messaggio\s+(?:originale|inoltrato)|(?:oorspronkelijk|origineel|doorgestuurd)\s+bericht"
    r"|(?:ursprungligt|vidarebefordrat)\s+meddelande|originalmeddelande|(?:oprindelig|original|videresendt)\s+meddelelse"
    r"|(?:opprinnelig|videresendt)\s+melding|alkuperäinen\s+viesti|välitetty\s+viesti"
    r"|(?:исходное|пересылаемое|оригинальное|перенаправленное|переадресованное)\s+(?:сообщение|письмо)"
    r"|(?:оригінальне|переслане)\s+повідомлення|оригинално\s+съобщение"
    r"|(?:původní|přeposlaná|předaná)\s+(?:zpráva|e-mail)|pôvodná\s+správa|eredeti\s+üzenet|továbbított\s+(?:levél|üzenet)"
    r"|orijinal\s+mesaj|özgün\s+ileti|asıl\s+mesaj|αρχικό\s+μήνυμα|izvorna\s+poruka|元のメッセージ|転送|原始邮件|原始郵件|转发邮件"
    r"|邮件原件|원본\s*(?:메시지|메일)|전달된\s*메시지"
)
# Some phones write the whole header behind the dashes on the same line.
ORIGINAL_MESSAGE = re.compile(
    rf"^[\s*_]{{0,8}}[-_=*]{{2,80}}[\s>]{{0,8}}(?:{_ORIGINAL})[\s:<]{{0,8}}[-_=*]{{2,80}}(?:[\s*_]*|\s*[^\W\d_][^\s:]{{0,15}}(?:\s\w{{1,10}})?\s?:\s.*)$",
    re.IGNORECASE,
)
# In a language not listed: words between dashes, counted only when headers follow.
WORDS_BETWEEN_DASHES = re.compile(r"^\s*-{3,}\s*[^\s-][^-\n]{2,60}\s*-{3,}\s*$")
FORWARDED = re.compile(
    r"^\s*(?:begin\s+forwarded\s+message|inizio\s+(?:del\s+)?messaggio\s+inoltrato|anfang\s+der\s+weitergeleiteten\s+\S+"
    r"|début\s+du\s+message\s+(?:réexpédié|transféré)|inicio\s+del\s+mensaje\s+reenviado|início\s+da\s+mensagem\s+reencaminhada"
    r"|begin\s+doorgestuurd\s+bericht|początek\s+(?:przekazywanej|przekazanej)\s+wiadomości"
    r"|(?:începutul|inceputul)\s+mesajului\s+\S+)\s*:\s*$",
    re.IGNORECASE,
)

# GroupWise puts who and when between arrows.
ARROWS = re.compile(r"^>>>\s+[^>\s].*\s>>>\s*$")
QUOTED_LINE = re.compile(r"^\s{0,3}(?:[A-Z]{0,3}>|»\s)")
BARRED_LINE = re.compile(r"^\s{0,8}\|(?:\s|$)")
CODE_FENCE = re.compile(r"^\s{0,3}```")
SIGNED_BEGINS = "-----BEGIN PGP SIGNED MESSAGE-----"
SIGNED_HEADER = re.compile(r"^(?:Hash|Charset|Comment|Version|NotDashEscaped):", re.IGNORECASE)
SIGNATURE_BEGINS = "-----BEGIN PGP SIGNATURE-----"
SIGNATURE_ENDS = "-----END PGP SIGNATURE-----"
