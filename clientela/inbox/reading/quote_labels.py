"""The names of headers as mail programs repeat them above an earlier mail, in many languages.

Lines are given as `quote_marks.plain_line` leaves them.
"""

import re

_LABELS = {
    "from": """From|De|De la|Von|Da|Van|Od|Från|Fra|Lähettäjä|От|От кого|Від|Feladó|Gönderen|Kimden|Από|差出人
        |发件人|寄件者|보낸 사람|من|מאת|Expeditor|Expéditeur|Remitente|Nadawca|Odesílatel|Odosielateľ
        |Saatja|Nuo|Pošiljatelj|Šalje|Prima|Remetente|Mittente|Absender|Afzender|Avsender|Afsender|Autor|Dari|Từ|Frá""",
    "date": """Sent|Date|Gesendet|Datum|Envoyé|Envoyé le|Enviado|Enviado el|Enviado em|Enviada em|Enviada|Data
        |Inviato|Inviato il|Verzonden|Wysłano|Wysłane|Wyslano|Trimis|Trimis la|Data trimiterii|Dată
        |Skickat|Sendt|Lähetetty|Päivämäärä|Отправлено|Дата|Надіслано|Изпратено|Elküldve|Küldve|Dátum
        |Gönderilme|Gönderildi|Tarih|Στάλθηκε|Ημερομηνία|Odesláno|Odoslané|Dňa|Fecha|Fecha de envío
        |送信日時|日付|发送时间|日期|寄件日期|보낸 날짜|날짜|Poslano|Saadetud|Date d'envoi|Gesendet am
        |Dato|Sendt den|Verstuurd|Päiväys|Wysłany
        |Data wysłania|Trimis în|Trimis pe|Sent at|Sent on|Ngày|Tanggal|Datum/Uhrzeit|Data e hora""",
    "to": """To|An|À|A|Para|Aan|Do|Către|Catre|Till|Til|Vastaanottaja|Кому|До|Címzett|Kime|Προς|Komu|Pre
        |宛先|收件人|收件者|받는 사람|Za|Kellele|Destinataire|Pour|Destinatario|Destinatar|Adresat|Odbiorca""",
    "cc": """Cc|Kopie|DW|UDW|Kopia|Kopi|Copie|Copia|Másolat|Копия|Копія|Kopya|Bilgi|Κοιν|抄送|副本|참조
        |Kópia|Bcc|CCO|Copie à|Kopie an|Kopia do|Copie carbon|CCN|Kopija|Másolatot kap""",
    "subject": """Subject|Betreff|Objet|Sujet|Asunto|Assunto|Oggetto|Onderwerp|Temat|Subiect|Subiectul|Ämne|Emne|Aihe
        |Тема|Tárgy|Konu|Θέμα|Předmět|Predmet|件名|主题|主題|主旨|제목|Zadeva|Teema|Tema|Относно|Naslov
        |Chủ đề|Subjek|Subyek|Subj|Efni""",
    "other": """Reply-To|Répondre à|Antwort an|Responder a|Odpowiedź do|Importance|Importanță|Wichtigkeit
        |Ważność|Priority|Attachments|Anlagen|Załączniki|Atașări|Adjuntos|Allegati|Bijlagen
        |Pièces jointes|Adjunto|Priorität|Priorité|Prioridade|Resent-From|Sender|Mailed-By|Signed-By
        |Organization|Message-ID""",
}
_KIND_OF_LABEL = {
    label.strip().casefold(): kind for kind, labels in _LABELS.items() for label in labels.replace("\n", "").split("|")
}
_ANY_LABEL = re.compile(r"^[\s*_]{0,4}[^\W\d_][^\s:：]{0,15}(?: [^\s:：]{1,12}){0,2} {0,2}\**\s?[:：]\**\s+\S")
_LABEL_LINE = re.compile(r"^[\s*_]{0,20}([^\s*:：][^*:：\n]{0,24}?)\s{0,4}\*{0,3}\s{0,4}[:：]\*{0,3}\s*(.*)$")


def labelled(line: str) -> tuple[str, str] | None:
    """What a line like `*Trimis:* luni` says about a repeated mail: its kind and the value behind the colon.

    The kinds are from, date, to, cc, subject and other.
    """
    match = _LABEL_LINE.match(line)
    kind = _KIND_OF_LABEL.get(match[1].strip().casefold()) if match else None
    return (kind, match[2].strip().strip("*").strip()) if match and kind else None


def label_kind(line: str) -> str | None:
    """The kind that `labelled` finds in a line, or None."""
    found = labelled(line)
    return found[0] if found else None


def is_any_label(line: str) -> bool:
    """Is this a word or three with a colon and something behind, in whatever language?"""
    return bool(_ANY_LABEL.match(line))
