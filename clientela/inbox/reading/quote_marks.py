"""How mail programs, in many languages, mark what they repeat from an earlier mail. Words only; `quotes` uses them."""

import re

# "… wrote:", at the end of the line or before the name. Without accents where people write without.
_WROTE = (
    r"wrote|writes|a\s+scris(?:\s+următoarele)?|scrie|napisał(?:\(a\)|/a|a)?|napisal(?:\(a\)|/a|a)?|pisze|escribi[óo]"
    r"|schrieb|schreibt|a\s+[ée]crit|ha\s+scritto|scrive|escreveu|schreef|het\s+volgende\s+geschreven|geschreven"
    r"|skrev(?:\s+f[øö]lgende)?|kirjoitti|(?:на)?писал(?:\(а\)|а)?|пише|пишет|написав|написа|napsal(?:\(a\)|a)?"
    r"|napísal(?:\(a\)|a)?|ezt\s+írta|írta|şunu\s+yazdı|yazdı|έγραψε|je\s+napisa[ol](?:/la|la)?|rašė|rakstīja|kirjutas"
    r"|va\s+escriure|menulis|đã\s+viết|写道|寫道|さんは書きました|님이\s+작성|كتب|כתב"
)
# Gmail in Hungarian puts the moment in brackets behind the verb.
_AFTER_VERB = r"(?:\s*\([^()]{0,80}\))?\s*[:：]?\s*(?:-{2,}|\*+)?\s*$"
WROTE_AT_END = re.compile(rf"(?:^|[\s>\"')\]\d])(?:{_WROTE}){_AFTER_VERB}", re.IGNORECASE)
# German, Dutch and the Nordic languages: verb, then the name, then the colon.
WROTE_THEN_NAME = re.compile(
    rf"(?:^|\s)(?:{_WROTE})\s[^:：]{{0,120}}(?:<[^<>]*>|\[[^\[\]]*\]|\([^()]*\)|[^:：]*)\s*[:：]\s*$", re.IGNORECASE
)
# Gmail in Japanese and older ones write no verb at all: moment, name, <address>, colon.
ADDRESS_AT_END = re.compile(r"<[^<>]*@[^<>]*>\s*[:：]?\s*$")
# The end of an attribution that was broken right before the bracket; it is no quoted line.
WROTE_ALONE = re.compile(rf"^>?\s*(?:{_WROTE})?\s*[:：]\s*$", re.IGNORECASE)

HAS_ADDRESS = re.compile(r"[^\s<>()\[\]]+@[^\s<>()\[\]]+")
HAS_MOMENT = re.compile(
    r"\b(?:19|20)\d\d\b|(?:19|20)\d\d(?=年)|\b\d{1,2}[:.h]\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b", re.IGNORECASE
)
# What an attribution begins with when it is broken over several lines.
ATTRIBUTION_START = re.compile(
    r"^[-*\s]{0,6}(?:on|le|el|am|il|em|op|den|på|dana|dne|dňa|dnia|w\s+dniu|în|in|pe|la\s+data|data|den|vào|klo|tarihinde"
    r"|(?:pon|wt|śr|czw|pt|sob|niedz|lun|mar|mie|miérc|mié|jue|joi|vie|vin|vineri|sâm|sam|sáb|sab|dum|dom|dim|jeu|ven|mer"
    r"|пн|вт|ср|чт|пт|сб|вс|нд|po|út|st|čt|pá|so|ne|št|pi|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|ma|ti|ke|to|pe|la|su)[a-zăâîșțąćęłńóśźżáéíñ]*\.?,?"
    r")\b|^[-*\s]{0,6}\d{1,4}(?:[./年-]|\.?\s+[^\W\d_])",
    re.IGNORECASE,
)

_ORIGINAL = (
    r"original\s+(?:message|appointment|e-?mail)|forwarded\s+(?:message|by[^-]{0,60})|reply\s+message|replied\s+message"
    r"|mesaj(?:ul)?\s+(?:original|ini[țţt]ial|redirec[țţt]ionat|retransmis|transmis)"
    r"|(?:wiadomość\s+oryginalna|oryginalna\s+wiadomość|(?:wiadomość\s+)?przekazana(?:\s+wiadomość)?|wiadomosc\s+oryginalna"
    r"|treść\s+przekazanej\s+wiadomości|pierwotna\s+wiadomość)"
    r"|mensaje\s+(?:original|reenviado|remitido)|mensagem\s+(?:original|encaminhada|reencaminhada)"
    r"|ursprüngliche\s+(?:nachricht|mail|e-mail)|original-?\s*nachricht|weitergeleitete\s+nachricht"
    r"|message\s+(?:d['’]origine|original|transféré|initial|réexpédié)|courriel\s+original"
    r"|messaggio\s+(?:originale|inoltrato)|(?:oorspronkelijk|origineel|doorgestuurd)\s+bericht"
    r"|(?:ursprungligt|vidarebefordrat)\s+meddelande|originalmeddelande|(?:oprindelig|original|videresendt)\s+meddelelse"
    r"|(?:opprinnelig|videresendt)\s+melding|alkuperäinen\s+viesti|välitetty\s+viesti"
    r"|(?:исходное|пересылаемое|оригинальное|перенаправленное|переадресованное)\s+(?:сообщение|письмо)"
    r"|(?:оригінальне|переслане)\s+повідомлення|оригинално\s+съобщение"
    r"|(?:původní|přeposlaná|předaná)\s+(?:zpráva|e-mail)|pôvodná\s+správa|eredeti\s+üzenet|továbbított\s+(?:levél|üzenet)"
    r"|orijinal\s+mesaj|özgün\s+ileti|asıl\s+mesaj|αρχικό\s+μήνυμα|izvorna\s+poruka|元のメッセージ|転送|原始邮件|原始郵件|转发邮件"
    r"|邮件原件|원본\s*(?:메시지|메일)|전달된\s*메시지"
)
ORIGINAL_MESSAGE = re.compile(rf"^[\s*_]*[-_=*]{{2,}}[\s>]*(?:{_ORIGINAL})[\s:<]*[-_=*]{{2,}}[\s*_]*$", re.IGNORECASE)
# In a language not listed: words between dashes, counted only when headers follow.
WORDS_BETWEEN_DASHES = re.compile(r"^\s*-{3,}\s*[^\s-][^-\n]{2,60}\s*-{3,}\s*$")
FORWARDED = re.compile(
    r"^\s*(?:begin\s+forwarded\s+message|inizio\s+(?:del\s+)?messaggio\s+inoltrato|anfang\s+der\s+weitergeleiteten\s+\S+"
    r"|début\s+du\s+message\s+(?:réexpédié|transféré)|inicio\s+del\s+mensaje\s+reenviado|início\s+da\s+mensagem\s+reencaminhada"
    r"|begin\s+doorgestuurd\s+bericht|początek\s+(?:przekazywanej|przekazanej)\s+wiadomości"
    r"|(?:începutul|inceputul)\s+mesajului\s+\S+)\s*:\s*$",
    re.IGNORECASE,
)

_LABELS = {
    "from": """From|De|De la|Von|Da|Van|Od|Från|Fra|Lähettäjä|От|От кого|Від|Feladó|Gönderen|Kimden|Από|差出人
        |发件人|寄件者|보낸 사람|من|מאת|Expeditor|Expéditeur|Remitente|Nadawca|Odesílatel|Odosielateľ
        |Saatja|Nuo|Pošiljatelj""",
    "date": """Sent|Date|Gesendet|Datum|Envoyé|Envoyé le|Enviado|Enviado el|Enviado em|Enviada em|Enviada|Data
        |Inviato|Inviato il|Verzonden|Wysłano|Wysłane|Wyslano|Trimis|Trimis la|Data trimiterii|Dată
        |Skickat|Sendt|Lähetetty|Päivämäärä|Отправлено|Дата|Надіслано|Изпратено|Elküldve|Küldve|Dátum
        |Gönderilme|Gönderildi|Tarih|Στάλθηκε|Ημερομηνία|Odesláno|Odoslané|Dňa|Fecha|Fecha de envío
        |送信日時|日付|发送时间|日期|寄件日期|보낸 날짜|날짜|Poslano|Saadetud|Date d'envoi""",
    "to": """To|An|À|A|Para|Aan|Do|Către|Catre|Till|Til|Vastaanottaja|Кому|До|Címzett|Kime|Προς|Komu|Pre
        |宛先|收件人|收件者|받는 사람|Za|Kellele|Destinataire|Destinatario|Destinatar|Adresat|Odbiorca""",
    "cc": """Cc|Kopie|DW|UDW|Kopia|Kopi|Copie|Copia|Másolat|Копия|Копія|Kopya|Bilgi|Κοιν|抄送|副本|참조
        |Kópia|Bcc|CCO""",
    "subject": """Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Temat|Subiect|Subiectul|Ämne|Emne|Aihe
        |Тема|Tárgy|Konu|Θέμα|Předmět|Predmet|件名|主题|主題|主旨|제목|Zadeva|Teema|Tema|Относно|Naslov""",
    "other": """Reply-To|Répondre à|Antwort an|Responder a|Odpowiedź do|Importance|Importanță|Wichtigkeit
        |Ważność|Priority|Attachments|Anlagen|Załączniki|Atașări|Adjuntos|Allegati|Bijlagen
        |Pièces jointes""",
}
_KIND_OF_LABEL = {
    label.strip().casefold(): kind for kind, labels in _LABELS.items() for label in labels.replace("\n", "").split("|")
}
_LABEL_LINE = re.compile(r"^[\s*_]*([^\s*:：][^*:：\n]{0,24}?)\s*\**\s*[:：]\**\s*(.*)$")


def label_kind(line: str) -> str | None:
    """What a line like `*Trimis:* luni` says about a repeated mail: from, date, to, cc, subject, other; or None."""
    match = _LABEL_LINE.match(line)
    return _KIND_OF_LABEL.get(match[1].strip().casefold()) if match else None


_DEVICE = (
    r"iphone|ipad|ipod|android|samsung|galaxy|huawei|xiaomi|nokia|blackberry|windows|outlook|mail|yahoo|gmail|telefon\w*|mobil\w*"
    r"|phone|tablet\w*|smartphone\w*|móvil|cellulare|k-9|proton\w*|thunderbird|mobiel\w*|handy\w*|teléfono|dispozitiv\w*"
    r"|urządzeni\w*|komórk\w*|teléphone|téléphone|celular"
)
SENT_FROM = re.compile(
    rf"^\s*(?:(?:sent|get|trimis|trimisă|obține[țţ]i|wysłan[eo]|wiadomość\s+wysłana|pobierz|enviado|obtener|obter|descargar"
    rf"|gesendet|von\s+meine[mr]|diese\s+nachricht\s+wurde|holen|envoyé|télécharge[rz]|inviato|ottieni|scarica|verstuurd"
    rf"|verzonden|skickat|sendt|hämta|lähetetty|отправлено|надіслано|odesláno|odoslané|elküldve|ten\s+e-?mail)\b"
    rf"[^\n]{{0,80}}(?:{_DEVICE})[^\n]{{0,40}}|outlook\s+(?:für|voor|pour|per|para|pentru|dla)\s[^\n]{{0,60}}"
    rf"|iphone['’]?umdan\s+gönderildi|[发發]自我的[^\n]{{0,30}}|[^\n]{{0,20}}から送信|나의\s[^\n]{{0,20}}에서\s+보냄)\s*$",
    re.IGNORECASE,
)
SIGNATURE_DELIMITER = re.compile(r"^(?:--|—|––|-- )\s*$")
RULE = re.compile(r"^\s*\*?\s*(?:_{3,}|-{5,}|={5,}|\*{3,}|~{5,})\s*\*?\s*$")
ONLY_SYMBOLS = re.compile(r"^[\s\-–—_=*#~+ᐧ·•.]*$")
QUOTED_LINE = re.compile(r"^\s{0,3}(?:[A-Z]{0,3}>)")
BARRED_LINE = re.compile(r"^\s{0,3}\|(?:\s|$)")
