"""How servers say why they did not take a letter, in words: what each of our reasons sounds like.

The first row that matches decides, so the narrow ones stand before the wide ones ("blacklisted URL in the message" is
about the letter, "blacklisted" about our server). Telling words say it themselves; vague ones ("policy", "rejected",
"unavailable") count only where no status code says more.
"""

import re

from clientela.inbox.reading.bounces.bounce import BounceReason
from clientela.inbox.reading.bounces.wording import recipient, sender, tongues

_IGNORE = re.IGNORECASE

_BOX = r"(?:mail\s?box|inbox|mail\s?folder|mail\s?drop|message\s+store|maildir|account|user|recipient|addressee)"
_WHO = (
    r"(?:user|recipient|mail\s?box|address(?:ee)?|account|e-?mail(?:\s+address)?|person|customer|subscriber|alias"
    r"|userid|username|local[\s-]?part)"
)
_NOT = r"(?:is\s+not|isn['’]?t|was\s+not|wasn['’]?t|not|could\s+not\s+be|couldn['’]?t\s+be|cannot\s+be|can['’]?t\s+be)"

TELLING: tuple[tuple[BounceReason, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, _IGNORE))
    for reason, pattern in (
        (
            # Exchange and iCloud say so of addresses that they do not have.
            BounceReason.NOBODY_THERE,
            (
                r"recipient\s+address\s+rejected:\s+access\s+denied"
                r"|\b5\.1\.1\b.{0,200}inactive\s+e-?mail\s+address"
            ),
        ),
        (
            BounceReason.REFUSED,
            (
                r"(?:recipient|user|addressee)\s+has\s+blocked\s+(?:you|this|mail|messages|the\s+sender)"
                r"|(?:recipient|user|addressee)\s+(?:[^\s:;,]+\s+){0,3}(?:not\s+to\s+receive|because\s+of\s+(?:his|her|their)|mail\s+filter)"
                r"|rejected\s+your\s+(?:message|mail)\s+because\s+of\s+(?:his|her|their)"
            ),
        ),
        (BounceReason.REFUSED, recipient.REFUSED),
        (BounceReason.SERVER_FAULT, recipient.PROGRAM_FAILED),
        (BounceReason.MAILBOX_FULL, recipient.BOX_AT_ITS_LIMIT),
        (BounceReason.NOT_IN_TIME, recipient.LOOPING),
        (
            # Exchange: this recipient, or group, takes mail only from whom it knows.
            BounceReason.SENDER_REFUSED,
            r"resolver\.rst\.(?!\w*size)",
        ),
        (
            # Lines, letters and headers that they cannot read; their words sound like refusals of us.
            BounceReason.CONTENT_REFUSED,
            (
                r"headers?\s+fail|eight[\s-]?bit|line\s+length|message\s+filtered|size\s+of\s+(?:your|the|this)\s+(?:message|mail)"
                r"|too\s+much\s+mail\s+data|does\s+not\s+conform"
            ),
        ),
        (
            # Something we sent along.
            BounceReason.CONTENT_REFUSED,
            (
                r"attach\w*\b(?:\s+[^\s:;,]+){0,6}?\s+(?:refus|reject|block|forbid|forbad|prohib|banned|disallow|stopped|not\s+(?:allow|accept|permit))"
                r"|\b(?:MI:(?:SPB|NHD|IMF)|DT:SPM|HVU:\S{2})\b|illegal\s+attachment|reject(?:ed)?\s+by\s+content"
                r"|(?:content|letter|message|mail)\s+(?:[^\s:;,]+\s+){0,4}(?:looks\s+(?:[^\s:;,]+\s+){0,3}like|resembles|seems\s+to\s+be|scored|is\s+probably)\s+(?:[^\s:;,]+\s+){0,2}(?:spam|junk)"
                r"|\b(?:spam|junk)\s+(?:score|content|detected|found|rule|probab|likely|level)"
                r"|(?:identified|classified|marked|detected|recogni[sz]ed|considered|flagged|tagged)\s+(?:as|to\s+be)\s+(?:[^\s:;,]+\s+){0,2}?(?:spam|junk|ube|unwanted)\b"
                r"|(?:message|letter|mail|subject|header)s?\s+(?:is\s+|are\s+)?too\s+long(?!\s+in)|lines?\s+(?:is\s+|are\s+)?(?:too\s+long|longer\s+than)|smime|s/mime\s+fail"
                r"|multiple\s+from\s+addresses|not\s+rfc\s?(?:5322|2822|822)|mail\s+content\s+(?:denied|rejected)"
            ),
        ),
        (
            # A program that should have put the letter away failed.
            BounceReason.SERVER_FAULT,
            (
                r"insufficient\s+system\s+(?:storage|resources)|procmail|maildrop:"
                r"|can['’]?t\s+create|command\s+(?:died|time\s+limit)|x-unix|pipe\s+to\s+\||child\s+process"
                r"|mailer\s+(?:error|died)|unknown\s+mailer\s+error|loops\s+back\s+to\s+(?:me|my)"
                r"|duplicated?\s+message-id|loop\s+alert|(?:best-preference|lowest\s+numbered)\s+mx"
                r"|isn['’]?t\s+in\s+my\s+(?:control|locals)|(?:aliasing|forwarding|alias)[/\w]*\s+loop"
            ),
        ),
        (
            # About the letter: its links, its words, its virus.
            BounceReason.CONTENT_REFUSED,
            (
                r"(?:black\s?listed|blocked|bad|malicious|suspicious|forbidden)\s+(?:url|link|uri)"
                r"|\b[us]ri?bl\b|url\s+in\s+(?:the\s+)?message\s+body|phish|malware|\bvirus|infected"
                r"|\btrojan|\bworm\b|mcspamsignature|clamav|eicar"
                r"|(?:prohibited|banned|forbidden|dangerous|executable|illegal|restricted|blocked)\s+(?:file|attachment|extension|content)"
                r"|(?:file|attachment)s?\s+(?:type|name|extension)?\s*(?:is|are|was|were)?\s*(?:not\s+(?:allowed|permitted|accepted)|prohibited|banned|blocked)"
                r"|content\s+presents\s+a\s+potential|content\s+denied|suspected\s+spam"
                r"|likely\s+(?:unsolicited|suspicious\s+content)|:blocked\)"
                r"|content\s+(?:filter|reject|not\s+allowed|restriction)|bare\s+(?:lf|cr|line\s?feed)"
                r"|header\s+(?:error|is\s+(?:missing|invalid|malformed)|syntax)"
                r"|(?:missing|invalid|malformed|duplicate|multiple|too\s+many)\s+(?:[^\s:;,]+\s+)?headers?\b"
                r"|multiple\s+(?:[^\s:;,]+\s+){0,3}in\s+(?:the\s+)?from\b"
                r"|\b(?:from|to|date|subject|message-id):?\s+header"
                r"|rfc\s?-?5?2?8?322.{0,30}(?:compl|conform|violat)"
                r"|not\s+(?:rfc|compliant).{0,30}(?:rfc|compl)|non-?compliant\s+with\s+rfc"
                r"|message\s+(?:is\s+)?(?:not\s+)?(?:rfc\s?)?(?:5322|2822)\s+compl|single\s+from\s+header"
                r"|improperly\s+formatted|malformed\s+(?:message|mime)|8-?bit\s+(?:data|mime)|smtputf8"
                r"|does\s+not\s+support\s+(?:8-?bit|smtputf8|binary)"
                r"|conversion\s+(?:required|not\s+supported|failed)"
            ),
        ),
        (
            # Too large, in the server's or the box's eyes.
            BounceReason.CONTENT_REFUSED,
            (
                r"(?:message|mail|file|e-?mail|data|body)s?\s+(?:size|length)?\s*(?:is\s+)?(?:larger|bigger|greater)\s+than"
                r"|too\s+(?:large|big)\b|line\s+(?:length\s+)?(?:limit|too\s+long)"
                r"|(?:message|mail|fixed\s+maximum|maximum|max\.?)\s+(?:message\s+|mail\s+)?(?:size|length)"
                r"|(?<!box\s)(?:size|length)\s+(?:limit|of\s+(?:the\s+)?message|exceed)"
                r"|exceed(?:s|ed|ing)?\s+(?:the\s+)?(?:[^\s:;,]+\s+){0,3}(?:size|length)"
                r"|message\s+(?:length|size)\s+exceed|larger\s+than\s+the\s+(?:current|maximum)"
                r"|zu\s+gro(?:ß|ss)|trop\s+(?:volumineux|gros|grand)|demasiado\s+grande|prea\s+mare"
                r"|za\s+du[żz]|troppo\s+grande|muito\s+grande|nachricht\s+ist\s+gr(?:ö|oe)(?:ß|ss)er"
                r"|サイズ.{0,12}(?:制限|超)|слишком\s+больш"
            ),
        ),
        (
            # Nobody vouches for our domain.
            BounceReason.SENDER_REFUSED,
            sender.NOBODY_VOUCHES,
        ),
        (
            # Our server has no name, or no good one.
            BounceReason.SENDER_REFUSED,
            sender.NO_NAME,
        ),
        (
            # Our server is on a list, or sends too much.
            BounceReason.SENDER_REFUSED,
            sender.LISTED,
        ),
        (
            BounceReason.SENDER_REFUSED,
            f"{sender.OURS_NOT_TAKEN}|{sender.NOT_NOW}",
        ),
        (
            # We may not hand letters on there.
            BounceReason.SENDER_REFUSED,
            sender.NO_RELAYING,
        ),
        (
            # A rule of their house, mostly about what is in the letter.
            BounceReason.CONTENT_REFUSED,
            (
                r"polic(?:y|ies)\s+(?:reason|violation|restriction)"
                r"|(?:violat\w*|breach\w*|against|due\s+to|by|for)\s+(?:[^\s:;,]+\s+){0,3}(?:security\s+|local\s+|content\s+|message\s+|mail\s+|email\s+)polic(?:y|ies)"
                r"|message\s+not\s+allowed|policy\s+violat"
            ),
        ),
        (
            # It is the sender's address that they do not take.
            BounceReason.SENDER_REFUSED,
            sender.ADDRESS_NOT_TAKEN,
        ),
        (BounceReason.SENDER_REFUSED, tongues.SENDER_REFUSED),
        (BounceReason.CONTENT_REFUSED, tongues.CONTENT_REFUSED),
        (BounceReason.NO_SUCH_PLACE, tongues.NO_SUCH_PLACE),
        (BounceReason.MAILBOX_FULL, tongues.MAILBOX_FULL),
        (
            BounceReason.MAILBOX_FULL,
            (
                rf"{_BOX}(?:['’]s)?\s+(?:[^\s:;,]+\s+){{0,4}}(?:is\s+|are\s+)?(?:full|over\s?quota|out\s+of\s+(?:space|storage))"
                r"|mailboxfull|mail\s?box\s+(?:[^\s:;,]+\s+)?exceed"
                r"|(?:over|exceed\w*|beyond|out\s+of|above|reached|insufficient|under)\s*(?:[^\s:;,]+\s+){0,4}(?:quota|storage|disk\s?space|allocation|mail\s?box\s+(?:size|limit))"
                r"|quota\s+(?:[^\s:;,]+\s+){0,3}(?:exceed|full|reached|violation|overdrawn|over)"
                rf"|{_BOX}\s+(?:[^\s:;,]+\s+){{0,3}}(?:quota|size\s+limit|storage\s+limit)"
                r"|(?:not\s+enough|no\s+more|insufficient|no)\s+(?:[^\s:;,]+\s+){0,2}(?:storage|space|room)(?!\s+(?:left\s+)?on\s+(?:device|disk))"
                r"|\bover\s+quota|quotaexceeded|storage\s+(?:limit|allocation)"
                r"|too\s+(?:many|much)\s+(?:mail|messages?|data)\s+(?:data\s+)?(?:in|on|stored)"
                r"|(?:would|will)\s+exceed\s+(?:[^\s:;,]+\s+){0,3}(?:quota|limit)|mail\s+data\s+exceed"
                r"|box\s+is\s+full|\bfull\s+mail\s?box|user\s+has\s+too\s+many\s+messages"
                r"|ящик\s+(?:[^\s:;,]+\s+){0,2}(?:переполнен|полон)|переполнен|一杯です|いっぱい|満杯|容量.{0,10}超"
            ),
        ),
        (BounceReason.NOT_IN_TIME, recipient.LATE),
        (BounceReason.NOBODY_THERE, recipient.GONE),
        (
            BounceReason.ACCOUNT_CLOSED,
            f"{recipient.CLOSED}|{tongues.ACCOUNT_CLOSED}",
        ),
        (
            # Switched off: perhaps for good, perhaps for a while.
            BounceReason.ACCOUNT_CLOSED,
            (
                rf"(?:{_BOX}|e-?mail|address|domain|mail)(?:\(s\))?\s+(?:[^\s:;,]+\s+){{0,4}}(?:is\s+|are\s+|was\s+|been\s+|has\s+been\s+|account\s+is\s+)?(?:currently\s+|temporarily\s+|permanently\s+|administratively\s+)?(?:disabled|suspend\w*|in-?active|deactivated|locked|frozen|de-?activat\w+|blocked\s+due\s+to\s+inactiv\w+|discontinued|limited|on\s+hold|dormant|blocked|expired|cancell?ed|terminated|closed)"
                r"|(?:disabled|suspended|inactive|deactivated|locked|frozen|expired|dormant|discontinued|closed|cancell?ed)\s+(?:recipient|user|mail\s?box|account|e-?mail|address|domain)"
                r"|not\s+(?:an?\s+)?active\s+(?:user|account|mail|address|recipient)"
                r"|(?:user|account|recipient|mailbox)\s+(?:is\s+)?not\s+active|not\s+logged\s+in\s+for"
                r"|account\s+that\s+you\s+tried\s+to\s+reach\s+is\s+(?:disabled|inactive)"
                r"|cont(?:ul)?\s+(?:[^\s:;,]+\s+){0,3}(?:suspendat|dezactivat|blocat)|заблокирован"
                r"|отключен"
            ),
        ),
        (
            BounceReason.NO_SUCH_PLACE,
            (
                r"(?:unknown|no\s+such|invalid|illegal|non-?existent|bad)\s+(?:recipient\s+|destination\s+|remote\s+|mail\s+|target\s+)?(?:host|domain|site|mail\s+server|server\s+name|destination\s+system|machine)\b(?!\s+reject)"
                r"|(?:host|domain)\s+(?:or\s+domain\s+)?(?:name\s+)?(?:[^\s:;,]+\s+){0,2}(?:is\s+)?(?:unknown|not\s+found|invalid|does\s*n[o'’]t\s+exist|does\s+not\s+exist|not\s+exist|not\s+known|non-?existent|unresolvable)"
                r"|nxdomain|name\s+or\s+service\s+not\s+known|name\s+service\s+error"
                r"|couldn['’]?t\s+find\s+any\s+host"
                r"|can(?:no|['’])t\s+find\s+(?:any\s+)?(?:host|server|domain|dns)"
                r"|no\s+(?:mail\s+(?:server|host|exchanger)|mx)\s+(?:[^\s:;,]+\s+){0,3}(?:found|for|exist|record|host)"
                r"|no\s+(?:valid\s+)?(?:mx|dns)\s+(?:record|entry)|mail\s+exchanger\s+or\s+ip"
                r"|(?:mx|a|dns)\s+record\s+(?:[^\s:;,]+\s+){0,3}(?:not|missing|invalid)|null\s?-?mx"
                r"|no\s+smtp\s+service"
                r"|(?:do(?:es)?\s+not|doesn['’]?t|never|not)\s+accept(?:s|ing)?\s+(?:any\s+|network\s+|e-?|inbound\s+)*(?:mail|messages?)\b(?!\s+(?:from|now|for\s+the\s+moment|at\s+this\s+time|to\s+this))"
                r"|system\s+not\s+accepting\s+(?:network\s+)?messages"
                r"|smtp\s+service\s+(?:is\s+)?not\s+available\s+here|bad\s+destination\s+(?:system|host)"
                r"|unrout(?:e)?able\s+(?:mail\s+)?domain|no\s+route\s+for\s+domain|illegal\s+host"
                r"|domain\s+(?:[^\s:;,]+\s+){0,3}(?:must\s+exist|isn['’]?t\s+in)"
                r"|all\s+relevant\s+mx\s+records\s+point\s+to\s+non-?existent"
                r"|lookup\s+failed\s+(?:[^\s:;,]+\s+){0,4}no\s+such|domain\s+lookup\s+fail"
                r"|(?:dns\s+)?domain\s+'?\S+'?\s+does\s+not\s+exist"
                r"|domaine\s+(?:[^\s:;,]+\s+){0,2}(?:inconnu|inexistant)|domain\s+unbekannt"
            ),
        ),
        (BounceReason.NO_SUCH_PLACE, recipient.NO_SUCH_PLACE),
        (
            # Exim says so where no router knows what to do; another server's own "550 Unrouteable address" is below.
            BounceReason.NO_SUCH_PLACE,
            r"(?<!\d\d\d\s)(?<!\d\.\d\.\d\s)\bunrouteable\s+(?:mail\s+domain|address\b(?!.*\b55\d\b))",
        ),
        (
            # They moved, or are somebody else's.
            BounceReason.NOBODY_THERE,
            (
                r"(?:has|have)\s+(?:been\s+)?(?:moved|replaced|changed)\b|user\s+(?:has\s+)?moved"
                r"|address\s+(?:has\s+)?changed|not\s+our\s+(?:user|customer)"
                r"|no\s+longer\s+(?:at|with|on|in\s+use|in\s+service|valid|works?|employed|available|exists?|uses?|here|accepts?\s+mail|active|member|part|associated|monitored|current)"
                r"|left\s+(?:the\s+)?(?:company|organi[sz]ation)|mailbox\s+owner\s+has\s+changed"
                r"|please\s+(?:use|try)\s+<?\S+@\S+>?\s+instead|new\s+address\s+is"
            ),
        ),
        (
            BounceReason.NOBODY_THERE,
            (
                rf"{_WHO}(?:\(s\)|s)?\s+(?:[^\s:;,]+\s+){{0,2}}(?:is\s+|are\s+|was\s+)?(?:unknown|non-?existent|invalid|incorrect|not\s?exist\w*|misspelled)"
                rf"|(?:unknown|no\s+such|non-?existent|invalid|undefined|bad|illegal|nonexisting|unrecogni[sz]ed|incorrect|no\s+valid|ambiguous)\s+(?:or\s+\w+\s+)?(?:final\s+delivery\s+|local\s+|virtual\s+|mail\s+|e-?mail\s+|destination\s+|to\s+|smtp\s+|delivery\s+|sub)*{_WHO}\b(?!\s*syntax)"
                rf"|{_WHO}(?:\s+[^\s:;]+){{0,6}}?\s+(?:does\s*n[o'’]?t|does\s+not|do\s+not|did\s+not|don['’]?t|didn['’]?t|not)\s+(?:[^\s:;,]+\s+)?(?:exist|match|live)"
                rf"|{_WHO}\s+(?:[^\s:;,]+\s+){{0,3}}{_NOT}\s+(?:found|listed|known|valid|recogni[sz]ed|here|registered|defined|correct|existing|resolved|hosted|located|in\s+(?:the\s+|our\s+|my\s+)?(?:[^\s:;,]+\s+){{0,2}}(?:directory|table|list|(?:name\s*(?:&|and)\s*)?address\s?book|database|system))"
                rf"|(?:recipient|user|mailbox|address)\s+name\s+{_NOT}\s+recogni"
                rf"|not\s+(?:a\s+|an\s+)?(?:valid|known|existing|recogni[sz]ed|registered|local|legal|our)\s+(?:[^\s:;,]+\s+)?{_WHO}"
                r"|user\s+unknown|unknown\s*user|unkown\s+user"
                r"|no\s+(?:such|account|mailbox|user|recipient|one)\s+(?:[^\s:;,]+\s+){0,2}(?:here|by\s+that|with\s+that|name|exist|found|account|user|mailbox|\S+@)"
                r"|no\s+mailbox\b|this\s+user\s+doesn['’]?t\s+have"
                r"|(?:doesn['’]?t|does\s+not|don['’]?t)\s+have\s+(?:a|an|any)\s+(?:[^\s:;,]+\s+){0,2}(?:account|mailbox)"
                r"|n[o']?t\s+have\s+an?\s+account|recipnotfound"
                r"|resolver\.adr\.(?:recipnotfound|recipientnotfound|exrecipnotfound|invalid)"
                r"|recipientnotfound|bad\s+destination\s+mailbox"
                r"|(?:wasn['’]?t|was\s+not|not|couldn['’]?t\s+be|could\s+not\s+be)\s+found\s+(?:at|in|on|by)\b"
                r"|unrout(?:e)?able\s+(?:address|recipient|user)"
                r"|unable\s+to\s+(?:find|verify|resolve|validate)\s+(?:[^\s:;,]+\s+)?(?:recipient|user|address|mailbox)"
                r"|domino[\s-]+(?:directory|verzeichnis)|annuaire\s+domino|ディレクトリ.{0,10}見つかりません"
                r"|addresses?\s+unknown"
                r"|recipient\s+(?:address\s+)?rejected\s*[.:]?\s*(?:user|undeliverable|unknown|invalid|$|\(in\s+reply)"
                r"|deactivated\s+mailbox|mailbox\s+(?:unavailable|not\s+available)(?!\s+(?:now|temporar))"
                r"|no\s+one\s+(?:by|with|here)|can['’]?t\s+find\s+(?:that\s+)?(?:user|recipient)"
                r"|unknown\s+(?:or\s+illegal\s+)?alias|not\s+our\s+user|adressat\s+unbekannt"
                r"|неизвестн\w+\s+(?:пользовател|получател|адрес)|あて先.{0,20}見つかりません"
                r"|宛先.{0,20}(?:見つかりません|存在しません)|ユーザ.{0,10}(?:不明|存在しません)|用户不存在|收件人.{0,8}不存在"
            ),
        ),
        (
            BounceReason.NOBODY_THERE,
            f"{recipient.NOBODY_THERE}|{tongues.NOBODY_THERE}",
        ),
        (
            # The recipient, or their own filter, says no to us.
            BounceReason.REFUSED,
            (
                r"(?:refused|rejected|blocked|denied)\s+by\s+(?:the\s+|this\s+|its\s+)?(?:recipient(?!\s+(?:domain|server|host|mail))|user|addressee|mail\s?box|owner)"
                r"|(?:recipient|user|addressee|owner)\s+(?:[^\s:;,]+\s+){0,2}(?:refuse[sd]|blocked|blocks|does\s+not\s+(?:want|wish)|has\s+blocked|only\s+accepts|rejects|is\s+not\s+accepting|doesn['’]?t\s+want)"
                r"|user['’]?s?\s+(?:domain\s+)?(?:setting|filter|reject)|user\s+(?:reject|not\s+accepting)"
                r"|restricted\s+(?:recipient|address|mailbox|user|to)|resolver\.rst\."
                r"|(?:bounced|filtered|rejected)\s+by\s+(?:[^\s:;,]+\s+)?(?:filter|rule|sieve)|sieve"
                r"|personal\s+(?:filter|block)"
                r"|recipient\s+(?:[^\s:;,]+\s+){0,2}(?:may\s+not|cannot|can\s+not)\s+(?:receive|accept)"
                r"|delivery\s+(?:to\s+[^\s:;,]+\s+)?(?:is\s+)?restricted"
                r"|not\s+(?:authorized|permitted|allowed)\s+to\s+(?:receive|deliver|email)"
                r"|do(?:es)?\s+not\s+(?:wish|want)\s+to\s+receive|suppression\s+list|on\s+the\s+suppress"
                r"|address\s+has\s+been\s+suppressed"
                r"|because\s+(?:the\s+)?(?:address|recipient)\s+(?:has\s+)?(?:previously\s+)?bounced"
                r"|complained"
            ),
        ),
        (
            # Spam in general words: what stands above about servers comes first.
            BounceReason.CONTENT_REFUSED,
            (
                r"\bspam|\bjunk\b|\bbulk\s+mail|unsolicited|\bube\b|\buce\b|looks\s+like"
                r"|message\s+(?:[^\s:;,]+\s+){0,3}(?:classified|identified|detected|marked|considered)"
                r"|advertis"
            ),
        ),
        (BounceReason.NOT_IN_TIME, tongues.NOT_IN_TIME),
        (
            BounceReason.SERVER_FAULT,
            (
                r"command\s+(?:died|time|output|fail|not|line)"
                r"|exit(?:ed)?\s+(?:with\s+)?(?:status|code|value)|child\s+(?:process|crashed|exited)"
                r"|pipe\s+to\b|\bmailer\b.{0,30}(?:error|fail|exit|died|unknown)|procmail|x-unix|maildrop"
                r"|bad\s+(?:file|command|sequence)|temporary\s+lookup\s+failure"
                r"|(?:queue|file|disk)\s+(?:[^\s:;,]+\s+)?(?:write|read|i/?o)\s+(?:error|failed)"
                r"|mail\s+(?:filter|handler|for\s+[^\s:;,]+\s+loops\s+back)|loops?\s+back\s+to\s+(?:me|my)"
                r"|cannot\s+(?:open|create|append|write|update|find\s+my)|permission\s+denied"
                r"|no\s+such\s+file|not\s+a\s+(?:directory|regular\s+file)"
                r"|(?:local\s+)?(?:configuration|internal|server|system|software|program|database|ldap|i/?o|disk|file\s?system|resource)\s+(?:[^\s:;,]+\s+)?(?:error|failure|problem|fault|fail(?:ed|s)?\b|too|full|misconfig)"
                r"|ldap|disk\s+(?:is\s+)?full|no\s+space\s+(?:left\s+)?on"
                r"|insufficient\s+(?:system|resources)|out\s+of\s+memory"
                r"|(?:resources?|system)\s+(?:temporarily\s+)?(?:unavailable|low|busy)"
                r"|unable\s+to\s+(?:chdir|open|process|complete|contact|read|create)"
                r"|unexpected\s+(?:error|failure|response)|syntax\s+error"
                r"|(?:command|parameter|argument|option)s?\s+(?:[^\s:;,]+\s+){0,3}(?:not\s+(?:recogni|implement|support|allowed)|unrecogni|invalid|unknown)"
                r"|unrecogni[sz]ed\s+(?:command|parameter)|bad\s+sequence|need\s+(?:mail|rcpt|helo)"
                r"|protocol\s+error|local\s+error|remote\s+server\s+does\s+not\s+support"
                r"|server\s+misconfigur|conversation\s+with|alias\s+loop|includes?\s+itself|ldap_"
                r"|not\s+permitted\s+to\s+this\s+system"
            ),
        ),
        (BounceReason.SERVER_FAULT, recipient.BROKEN),
        (
            # Not reached, or not in time.
            BounceReason.NOT_IN_TIME,
            (
                r"expired\b|time[sd]?[\s-]?\s*out|timeout|retry\s+(?:time|timeout)|too\s+(?:long|old)\b"
                r"|(?:could|can|was|were)\s*(?:not|n['’]?t)\s+(?:be\s+)?(?:[^\s:;,]+\s+)?(?:connect|reach|contact|establish|deliver\s+for)"
                r"|unable\s+to\s+deliver\s+(?:this|your|the)\s+message\s+after|unable\s+to\s+(?:[^\s:;,]+\s+)?(?:connect|reach|establish)"
                r"|(?:connection|connect|session|conversation)\s+(?:[^\s:;,]+\s+){0,3}(?:refused|reset|lost|dropped|timed|failed|closed|abort|died|broken|attempt)"
                r"|lost\s+connection|no\s+route\s+to\s+host|network\s+(?:is\s+)?(?:unreachable|error|down)"
                r"|host\s+(?:is\s+)?(?:unreachable|down|not\s+re(?:spond|ach))|not\s+responding"
                r"|failed\s+\d+\s+(?:attempts|times)|lookup\s+did\s+not\s+complete"
                r"|(?:host|server)s?\s+(?:[^\s:;,]+\s+){0,4}(?:failing|not\s+respond|unreachable|did\s+not\s+(?:respond|accept)|was\s+down|is\s+down|not\s+be\s+contacted|is\s+unavailable)"
                r"|all\s+hosts|delay(?:ed)?\b|deferred|try\s+again"
                r"|will\s+(?:be\s+)?(?:retr|keep\s+trying|continue)"
                r"|still\s+(?:[^\s:;,]+\s+)?(?:being\s+)?(?:retried|trying|in\s+the\s+queue|undelivered)"
                r"|giving\s+up(?!\s+on)|given\s+up|stopped\s+trying"
                r"|(?:too\s+many|maximum|exceeded)\s+(?:[^\s:;,]+\s+)?hops|hop\s+count|mail\s+loop"
                r"|\bloop(?:ing|ed)?\b|routing\s+loop|socket\s+error|winsock"
                r"|cannot\s+send\s+message\s+(?:for|within)"
                r"|message\s+could\s+not\s+be\s+(?:sent|delivered)\s+(?:for|within|in)"
                r"|queue\s+(?:[^\s:;,]+\s+)?(?:too\s+long|expired|life)"
                r"|(?:temporary|transient)\s+(?:lookup|name|dns|resolution)|name\s+server"
                r"|dns\s+(?:error|fail|timeout|query|lookup)|nicht\s+erreichbar|zeit(?:ü|ue)berschreitung"
                r"|injoignable|d[ée]lai\s+(?:[^\s:;,]+\s+)?(?:d[ée]pass|expir)|tiempo\s+de\s+espera"
                r"|przekroczono\s+(?:limit\s+)?czas|timp(?:ul)?\s+(?:[^\s:;,]+\s+)?expirat|превышено"
            ),
        ),
    )
)

VAGUE: tuple[tuple[BounceReason, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, _IGNORE))
    for reason, pattern in (
        (
            BounceReason.MAILBOX_FULL,
            r"\bquota\b|\b(?:is|are)\s+full\b",
        ),
        (
            BounceReason.ACCOUNT_CLOSED,
            r"\b(?:suspended|deactivated|inactive|disabled|dormant)\b",
        ),
        (
            BounceReason.UNCLEAR,
            r"unknown\s+(?:failure|error|reason|cause)\b|reason\s+(?:is\s+)?(?:not\s+known|unknown)|not\s+report\s+a\s+(?:specific\s+)?reason",
        ),
        (
            BounceReason.CONTENT_REFUSED,
            (
                r"polic(?:y|ies)\b|content|message\s+not\s+allowed"
                r"|(?:message|e-?mail|mail)\s+(?:was\s+|is\s+|has\s+been\s+)?(?:rejected|refused|blocked|not\s+accepted|rejete)"
                r"|\bdata\b.{0,20}reject"
            ),
        ),
        (
            BounceReason.SERVER_FAULT,
            (
                r"temporar\w+\s+(?:[^\s:;,]+\s+)?(?:fail|error|problem|unavailable|local)"
                r"|service\s+(?:[^\s:;,]+\s+){0,2}(?:unavailable|not\s+available|refuse)|try\s+later"
                r"|requested\s+action\s+(?:not\s+taken|aborted)|local\s+problem|unexpected"
            ),
        ),
        (
            # Each of them was refused, and no reason is given.
            BounceReason.REFUSED,
            r"recipients?\s+(?:was|were)\s+(?:rejected|refused)\s+by\s+(?:a|the)\s+remote",
        ),
        (
            BounceReason.SENDER_REFUSED,
            (
                r"\byou\s+(?:must|need|have\s+to|should|are|may\s+not)\b|access\s+(?:is\s+)?(?:denied|not\s+allowed)|security|not\s+authori[sz]ed|unauthori[sz]ed"
                r"|authoriz|blocked|banned|refused|reject|denied|prohibited|forbidden"
                r"|not\s+(?:permitted|allowed)|go\s+away|unwelcome|complain"
            ),
        ),
    )
)
