"""How mail servers say that a letter was not delivered. Words only; `classify` and `bounces` use them."""

import re

BOUNCE_SENDER = re.compile(
    r"\bmailer[-_\s]?d(?:a?e|ae)mon\b|\bmail[-_]?daemon\b|\bmail\s+delivery\s+(?:sub)?system\b|\bmail\s+deliver\s+system\b"
    r"|\bmail\s+delivery\s+service\b|\bmdaemon\b|^mail-?returns?@",
    re.IGNORECASE,
)
POSTMASTER = re.compile(
    r"^poo?st[-_]?master\b|^mail-?admin\b|^mailadmin\b|^administrator\b|^[^@]*-admin@", re.IGNORECASE
)
FORWARDED_SUBJECT = re.compile(r"^\s*(?:re|fwd?|fw|odp|pd|rv|aw|wg|tr|r[ăa]sp)\s*:", re.IGNORECASE)
BOUNCE_SUBJECT = re.compile(
    r"undeliver(?:ed|able)|un-?deliverable|non-?deliver|not\s+(?:be(?:en)?\s+)?deliver|delivery\s+(?:status|failure|failed|has\s+failed|delayed"
    r"|report|notification|error)|deliver(?:y)?\s+(?:to\s+.{0,60}\s+)?fail|failure\s+notice|failed\s+delivery|failed\s+mail|returned\s+mail"
    r"|mail\s+(?:delivery\s+)?fail|mail\s+system\s+error|message\s+(?:delivery\s+)?(?:failure|failed|delayed|blocked|rejected)"
    r"|message\s+you\s+sent\s+blocked|could\s*n[o']t\s+(?:be\s+)?(?:send|deliver|sent)|cannot\s+send|delayed\s+mail|delivery\s+delayed"
    r"|permanent\s+(?:delivery\s+)?(?:failure|error)|warning:\s*(?:could\s+not\s+send|message)|rejected\s+(?:mail|message)|mail\s+status"
    r"|user\s+unknown|host\s+unknown|nondelivery|mail\s+could\s+not|postmaster\s+notify|\bnot\s+member\b|loop\s+alert|aws\s+notification"
    r"|unable\s+to\s+deliver|delivery\s+(?:problem|notice|incomplete)|problem\s+delivering|non-?deliverable|nicht\s+zustellbar|impossible\s+de\s+remettre|imposibil\s+de\s+livrat|nu\s+se\s+poate\s+livra|nelivrat|nu\s+a\s+(?:putut\s+fi|fost)\s+livrat|livrare\s+e[șşs]uat|nedostarczon|niedostarczon|zwrot\s+wiadomo[śs]ci|nie\s+dostarczono"
    r"|no\s+se\s+(?:ha\s+)?(?:pudo|podido)\s+entregar|no\s+entregado|devuelto|error\s+de\s+entrega|unzustellbar|nicht\s+zugestellt"
    r"|zustellung\s+fehlgeschlagen|non\s+remis|non\s+distribu|[ée]chec\s+de\s+(?:la\s+)?(?:remise|distribution)|mancat[oa]\s+(?:recapito|consegna)"
    r"|impossibile\s+recapitare|n[ãa]o\s+(?:foi\s+)?entregue|falha\s+n[ao]\s+entrega|onbestelbaar|kunde\s+inte\s+levereras"
    r"|не\s+доставлен|недоставленн|не\s+удалось\s+доставить|nedoru[čc]iteln|k[ée]zbes[íi]thetetlen|配信(?:不能|エラー|できません)|退信|系统退信",
    re.IGNORECASE,
)
BOUNCE_WORDS = re.compile(
    r"error\s+(?:(?:has\s+)?occurred\s+)?(?:while\s+)?(?:attempting\s+to\s+)?deliver(?:ing)?\s+(?:a|your|the)\s+(?:mail|message)|mail\s+delivery\s+(?:software|agent|system)"
    r"|failure\s+reasons|automatically\s+(?:created|generated)\s+by\s+(?:the\s+)?mail|message\s+is\s+delayed|duplicated\s+message-id|requested\s+action\s+not\s+taken"
    r"|(?:could|can|did|was|has|have)\s*(?:not|n['’]t)\s+(?:be(?:en)?\s+)?(?:deliver|sen[dt]|reach|relay|accept)|cannot\s+be\s+delivered"
    r"|did\s+not\s+reach\s+the\s+following|delivery\s+to\s+the\s+following|following\s+(?:recipients?|address(?:es)?|destination|message)"
    r"|permanent\s+(?:fatal\s+)?errors?|undeliverable|returned\s+to\s+sender|unable\s+to\s+deliver|delivery\s+(?:attempt|failure|status)"
    r"|transcript\s+of\s+session|unsent\s+message|original\s+message\s+(?:follows|was|header)|addresses\s+had\s+(?:permanent|delivery)"
    r"|\b[45]\d\d[ -]+#?[45]\.\d{1,3}\.\d{1,3}\b|\bstatus:\s*[45]\.\d"
    r"|user\s+unknown|unknown\s+(?:user|local)|no\s+such\s+user|mailbox\s+(?:is\s+)?full"
    r"|host\s+unknown|recipient\s+(?:address\s+)?rejected|over\s+quota|bounceType|\bnot\s+(?:a\s+)?member\b|loop\s+alert|配信|届け",
    re.IGNORECASE,
)
