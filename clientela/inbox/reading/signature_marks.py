"""How signatures begin, and the lines that mail programs and scanners add. Words only; `signatures` uses them.

The patterns are for lines as `quote_marks.plain_line` leaves them.
"""

import re

_DEVICE = (
    r"iphone|ipad|ipod|android|samsung|galaxy|huawei|xiaomi|redmi|nokia|motorola|pixel|blackberry|windows|outlook|e?-?mail|yahoo|gmail|gmx"
    r"|web\.de|telefon\w*|mobil\w*|phone|tablet\w*|smartphone\w*|smartfon\w*|móvil|cellulare|k-9|proton\w*|thunderbird|mobiel\w*|handy\w*"
    r"|teléfono|dispozitiv\w*|urządzeni\w*|komórk\w*|t[eé]l[eé]phone|celular\w*|spark|airmail|superhuman|bluemail|mailbird|fairemail|tutanota"
    r"|device|watch|телефон\w*|мобильн\w*|apple"
)
# The line is given without the brackets and dashes around it and without web addresses.
SENT_FROM = re.compile(
    rf"^(?:mesaj\s+)?(?:(?:sent|typed|written|get|trimis|trimisă|expediat|ob[țt]ine[țt]i|wysłan[eoy]|wysyłane|wiadomość\s+wysłana|pobierz|enviado"
    rf"|enviada|obtener|obtenga|obter|obtenha|descargar|gesendet|von\s+meine[mr]|diese\s+(?:nachricht|e-?mail)\s+wurde|holen(?:\s+sie\s+sich)?"
    rf"|envoyé|télécharge[rz]|obtenez|inviato|inviata|ottieni|scarica|verstuurd|verzonden|download|skickat|sendt|hämta|hent|lähetetty|hanki"
    rf"|отправлено|послано|надіслано|изпратено|odesláno|odoslané|poslano|elküldve|küldve|εστάλη|στάλθηκε|ten\s+e-?mail|נשלח|أرسلت|ارسلت)\b"
    rf"[^\n]{{0,80}}(?:{_DEVICE})[^\n]{{0,60}}|outlook\s+(?:für|voor|pour|per|para|pentru|dla)\s[^\n]{{0,60}}"
    rf"|sent\s+(?:from|by|via)\s+(?:my|a|the)\s+\w+(?:\s+[\w.&-]+){{0,4}}|sent\s+(?:via|with|using)\s+\w+(?:\s+\w+){{0,3}}|sent\s+on\s+the\s+go"
    rf"|(?:please\s+)?(?:excuse|forgive|pardon)\s+(?:the\s+|my\s+|any\s+)?(?:brevity|typos|spelling)[^\n]{{0,60}}"
    rf"|vo[nm]\s[^\n]{{1,60}}\sgesendet|(?:iphone|ipad)['’]?[^\W\d_]{{1,8}}\s+(?:gönderildi|küldve)|[发發]自我的[^\n]{{0,30}}|[从從]我的[^\n]{{0,30}}(?:发送|傳送)"
    rf"|[^\n]{{0,20}}から送信|나의\s[^\n]{{0,20}}에서\s+보냄)[.!]?$",
    re.IGNORECASE,
)
# What stands around such a line.
AROUND = " \t*_<>«»()[]{}~=–—-"
WEB_ADDRESS = re.compile(r"[<(\[]?(?:https?://|www\.)[^\s<>()\[\]]{1,600}[>)\]]?", re.IGNORECASE)
# Advertisements of scanners and of mail programs.
ADVERTISEMENT = re.compile(
    r"^(?:virus-?free\.?|(?:garanti\s+)?sans\s+virus\.?|virenfrei\.?|libre\s+de\s+virus\.?|priva?o?\s+di\s+virus\.?|wolny\s+od\s+wirus[óo]w\.?"
    r"|bez\s+wirus[óo]w\.?|livre\s+de\s+v[íi]rus\.?|f[ăa]r[ăa]\s+viru[șs]i\.?)(?:\s*\S*avast\S*)?\s*$"
    r"|^(?:this\s+e-?mail\s+(?:has\s+been|was)\s+(?:checked|scanned)\s+(?:for\s+viruses\s+)?by\s|acest\s+e-?mail\s+a\s+fost\s+(?:scanat|verificat)"
    r"|diese\s+e-?mail\s+wurde\s+von\s+\S+(?:\s+\S+)?\s+auf\s+viren|ta\s+wiadomość\s+(?:została\s+sprawdzona|e-?mail\s+została)"
    r"|el\s+software\s+de\s+antivirus|cet\s+e-?mail\s+a\s+été\s+vérifié|questa\s+e-?mail\s+è\s+stata\s+controllata)",
    re.IGNORECASE,
)
# The lawyers' paragraph, and the trees'.
NOTICE = re.compile(
    r"^(?:confidentiality(?:\s+(?:notice|note|statement))?\s*[:.-]|disclaimer\s*[:.-]|legal\s+(?:notice|disclaimer)|privileged\s+and\s+confidential"
    r"|(?:this|the\s+information\s+(?:contained\s+)?in\s+this)\s+(?:e-?mail|message|communication|transmission)\b.{0,120}\b(?:confidential|intended|privileged)"
    r"|(?:please\s+)?(?:consider|think)\s+(?:of\s+)?(?:the\s+environment\s+)?before\s+(?:you\s+)?print|please\s+consider\s+(?:the|your)\s+environment"
    r"|(?:acest|prezentul)\s+(?:e-?mail|mesaj)\b.{0,120}\b(?:confiden[țt]ial|destinat|privilegi)|confiden[țt]ialitate\s*:"
    r"|informa[țt]iile\s+con[țt]inute\s+[îi]n\s+acest\s+(?:e-?mail|mesaj)|proteja[țt]i\s+mediul|g[âa]ndi[țt]i-v[ăa]\s+la\s+mediu"
    r"|(?:niniejsza|ta)\s+(?:wiadomość|korespondencja)\b.{0,120}\b(?:poufn|przeznaczon)|treść\s+tej\s+wiadomości\b.{0,80}poufn|pomyśl\s+o\s+środowisku"
    r"|este\s+(?:mensaje|correo|e-?mail)\b.{0,120}\b(?:confidencial|dirigid)|aviso\s+(?:de\s+confidencialidad|legal)|antes\s+de\s+imprimir"
    r"|diese\s+(?:e-?mail|nachricht)\b.{0,120}\bvertraulich|der\s+inhalt\s+dieser\s+e-?mail|vertraulichkeitshinweis|bitte\s+(?:denken\s+sie\s+an\s+die\s+umwelt|prüfen\s+sie)"
    r"|ce\s+(?:message|courriel|mail)\b.{0,120}\b(?:confidentiel|destiné)|avis\s+de\s+confidentialité|pensez\s+à\s+l['’]environnement"
    r"|(?:questo|il\s+presente)\s+(?:messaggio|e-?mail)\b.{0,120}\b(?:riservat|confidenzial)|avviso\s+di\s+riservatezza|prima\s+di\s+stampare"
    r"|esta\s+(?:mensagem|comunicação)\b.{0,120}\bconfidenci|aviso\s+de\s+confidencialidade"
    r"|dit\s+(?:bericht|e-?mail)\b.{0,120}\bvertrouwelijk)",
    re.IGNORECASE,
)
# A word of farewell with nothing else on its line, and what a name card holds below it.
FAREWELL = re.compile(
    r"^(?:(?:with\s+)?(?:kind|best|warm|kindest|warmest|many)?\s*(?:regards|wishes|thanks)|yours(?:\s+\w+)?|sincerely|cheers|thank\s+you|all\s+the\s+best"
    r"|cu\s+(?:stim[ăa]|respect|drag|prietenie|considera[țt]ie)|toate\s+cele\s+bune|numai\s+bine|o\s+zi\s+bun[ăa]|(?:v[ăa]\s+)?mul[țt]umesc|z?\s*poważaniem"
    r"|(?:serdecznie\s+)?pozdrawiam(?:\s+serdecznie)?|łączę\s+pozdrowienia|un\s+saludo|saludos(?:\s+cordiales)?|atentamente|cordialmente|gracias"
    r"|(?:mit\s+)?(?:freundlichen?|besten?|lieben?|herzlichen?|viele[n]?|schöne)\s+gr(?:ü|ue)(?:ß|ss)en?|mfg|lg|vg|cordialement|bien\s+à\s+vous|sincères\s+salutations"
    r"|cordiali\s+saluti|distinti\s+saluti|saluti|grazie|atenciosamente|cumprimentos|com\s+os\s+melhores\s+cumprimentos|abraços?|obrigad[oa]"
    r"|met\s+vriendelijke\s+groet(?:en)?)\s*[,.!]?$",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"^(?:(?:t|m|f|e|w|p)\s*[.:]|(?:tel|telefon|telefoon|tél|teléfono|telefone|telephone|phone|mobile?|mob|cell?|gsm|fax|faks|office|direct|e-?mail|mail|web"
    r"|website|skype|whatsapp|kom|komórka|móvil|portable|cellulare|handy)\b[^\n]{0,20}[:.+\d])|^(?:https?://|www\.)\S+$|^[^\s@]{1,60}@[^\s@]{1,80}$"
    r"|^\+?[\d][\d\s()./-]{7,20}$",
    re.IGNORECASE,
)
SIGNATURE_DELIMITER = re.compile(r"^(?:--|—|––)\s*$")
SHORT_RULE = re.compile(r"^\s*(?:---|––|———)\s*$")
SENTENCE = re.compile(r"^\s*\S+(?:\s+\S+){3,}[.!?…]\s*$")
LIST_ITEM = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s")
RULE = re.compile(r"^\s{0,20}(?:\*\s{0,20})?(?:_{3,}|-{5,}|={5,}|\*{3,}|~{5,})\s*(?:\*\s*)?$")
ONLY_SYMBOLS = re.compile(r"^[\s\-–—_=*#~+ᐧ·•.]*$")
