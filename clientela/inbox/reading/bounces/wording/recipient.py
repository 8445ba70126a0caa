"""How servers say that it is about whom we wrote to: their box, their account, their wishes. Patterns only."""

_FEW = r"(?:(?!(?:messages?|mail)\b)[^\s:;,]+\s+)"
_BOX = (
    r"(?:mail\s?box|in-?box|mail\s?folder|mail\s?drop|mail\s?store|message\s+store|mail\s?dir|box|account|user|recipient"
    r"|addressee|customer|subscriber)s?"
)

# Said of the box, though it sounds like the size of a letter.
BOX_AT_ITS_LIMIT = (
    rf"\b{_BOX}(?:['’]s?)?\s+{_FEW}{{0,3}}?(?:is\s+(?:over|at|above|beyond)|exceed\w*|(?:has|have)\s+(?:reached|exceeded|hit"
    rf"|run\s+out)|reached|over)\s+{_FEW}{{0,4}}?(?:limit|size|quota|capacity|maximum|storage|space|allowance|allocation)\b"
    r"|(?:no|not\s+enough|insufficient|too\s+little)\s+(?:room|space)\s+(?:[^\s:;,]+\s+){0,3}(?:for\s+|in\s+)(?:[^\s:;,]+\s+){0,3}"
    r"(?:letter|mail\s?box|message|inbox)"
    rf"|{_BOX}\s+has\s+no\s+(?:more\s+)?(?:room|space)|\b(?:in-?|mail\s?)box\s+(?:is\s+)?full|quotaexceeded|shutoffquota"
    r"|(?:storage|disk|space|room|quota|mail\s?box)\b(?:\s+[^\s:;,]+){0,5}?\s+(?:exhausted|used\s+up|overdrawn|cannot\s+grow|is\s+full)"
    r"|(?:no|not\s+enough|little)\s+(?:more\s+)?(?:storage|space|room)\s+(?:is\s+)?(?:left|available)(?!\s+on)|too\s+much\s+(?:mail|data)\s+(?:is\s+)?(?:stored|in|on)\b"
    r"|(?:run|ran|running)\s+out\s+of\s+(?:disk\s*|storage\s*)?(?:space|quota|room)|space\s+quota|quota\s+limit"
)
CLOSED = (
    rf"\b(?:{_BOX}|log-?in|user-?id|contract|subscription|service|address|e-?mail)\s+(?:[^\s:;,]+\s+){{0,4}}?(?:(?:is|are|was|were|been|being|has|now|currently|temporarily|permanently)\s+)+"
    r"(?:[^\s:;,]+\s+){0,2}?(?:suspended|barred|paused|turned\s+off|switched\s+off|shut\s*(?:off|down)|out\s+of\s+service"
    r"|locked|disabled|in-?active|deactivated|frozen|expired|de-?activated|revoked|unpaid|restricted\s+for|not\s+active)\b"
    rf"|\b{_BOX}\s+(?:has\s+)?(?:been\s+)?(?:turned|switched|shut)\s+(?:off|down)|(?:put|taken)\s+out\s+of\s+service"
    rf"|\b{_BOX}\s+(?:[^\s:;,]+\s+){{0,3}}(?:blocked|locked|disabled)\s+(?:for|due\s+to|because\s+of)\s+(?:[^\s:;,]+\s+){{0,3}}(?:inactiv|abus|non-?use|lack|unpaid|pay)"
    r"|\[suspend\]|\buser\s+suspend\b|mailbox\s+currently\s+suspended|lack\s+of\s+(?:use|activity|payment)|for\s+non-?payment"
)
GONE = (
    r"(?:user|recipient|mail\s?box|address|account|person|employee|mail\s?user|alias|subscriber|customer)(?:['’]s)?\s+(?:[^\s:;,]+\s+){0,4}?"
    r"(?:(?:was|is|been|has|have|already|permanently)\s+){1,3}(?:\w+\s+and\s+)?(?:deleted|removed|purged|erased|retired|de-?provisioned|withdrawn|gone|left\b)"
    r"|(?:deleted|removed|retired|departed|former)\s+(?:user|recipient|mail\s?box|address|account|employee)"
    r"|(?:has|have)\s+left\b(?!\s+(?:too|over))|will\s+not\s+be\s+forwarded|left\s+no\s+forwarding"
)
NOBODY_THERE = (
    r"(?:no|not\s+any|nobody|no\s+one|no-?body)\s+(?:[^\s:;,]+\s+){0,2}?(?:user|person|account|mail\s?box|recipient|addressee|address|alias|one)"
    r"\s+(?:[^\s:;,]+\s+){0,2}?(?:by|with|of|for|called|named|under)\b|\bnobody\s+(?:called|named|here|by|with)|no\s+such\s+(?:\S+\s+)?(?:addressee|person|name|local)"
    r"|(?:user|recipient|mail\s?box|address|addressee|account|name|customer|person|subscriber)\s+(?:[^\s:;,]+\s+){0,2}?"
    r"(?:is\s+not|isn['’]?t|was\s+never|not|was\s+not|never)\s+(?:a\s+)?(?:on|in|at|with|of|from|local|present|known|served|handled|hosted|provisioned|assigned|configured|defined)\s+"
    r"(?:this|our|my|the|here|us|to|on|at|by)\b"
    r"|(?:can\s?not|can['’]?t|could\s+not|couldn['’]?t|unable\s+to|failed\s+to|did\s+not|didn['’]?t|does\s+not|doesn['’]?t)\s+(?:find|locate|recogni[sz]e|know|look\s*up|identify)"
    r"\s+(?:[^\s:;,]+\s+){0,3}?(?:user|recipient|mail\s?box|address|addressee|account|person|name)\b"
    r"|(?:un-?assigned|un-?allocated|unregistered|mis-?spelled|mis-?typed|fictitious|wrong)\s+(?:e-?mail\s+)?(?:address|user|recipient|mail\s?box|account)"
    r"|never\s+heard\s+of|no\s+(?:valid\s+)?(?:recipients?|local\s+users?)\s+(?:by|with|matching|found|here)|nosuchuser|usernotfound|invalidrecipient"
    r"|(?:address|recipient|user|mailbox)\s+(?:[^\s:;,]+\s+){0,3}?(?:does\s+not|doesn['’]?t|do\s+not)\s+(?:belong|correspond|resolve|exist|match)"
    r"|(?:user|name|recipient)\s+(?:[^\s:;,]+\s+){0,2}?(?:not\s+unique|ambiguous)|\bRCP-P1\b"
    r"|no\s+valid\s+recipients?\b|honeypot\s+rcpt|invalid\s+rcpt(?:to)?\b|(?:address|recipient)\s+(?:is\s+)?(?:bad|wrong|bogus|mis-?typed|mis-?spelled)"
)
# The recipient's own wish, or their filter.
REFUSED = (
    r"(?:recipient|user|addressee|mail\s?box|owner)\s+(?:x@y\.z\s+)?(?:is\s+|was\s+|does\s+)?not\s+(?:accept(?:ing)?|tak(?:e|ing)|receiv(?:e|ing))\s+(?:[^\s:;,]+\s+){0,2}?from\s+(?:you|this|your|that)"
    r"|(?:recipient|user|addressee|owner|customer)\s+(?:[^\s:;,]+\s+){0,2}?(?:has|have|had|is|does|do)\s+(?:[^\s:;,]+\s+){0,3}?"
    r"(?:blocked\s+(?:you|this|mail|messages|the\s+sender)|personal|chosen\s+(?:not|to\s+(?:block|refuse|reject))|opted\s+(?:out|not)|block(?:ed)?[\s-]?list|black[\s-]?list"
    r"|put\s+you|decided\s+not|unsubscribed|not\s+(?:want|wish)\s+)"
    r"|(?:by|of|on|in)\s+(?:the\s+|a\s+)?(?:recipient|user|addressee|mail\s?box)(?:['’]s)?\s+(?:own\s+|personal\s+|private\s+)?(?:filter|rule|setting|black|block|preference)"
    r"|(?:filter|rule|setting)s?\s+(?:that\s+)?(?:the\s+|was\s+|were\s+)?(?:set\s+(?:up\s+)?by\s+(?:the\s+)?)?(?:recipient|user|addressee)|only\s+from\s+(?:people|senders|addresses|those)"
    r"|(?:recipient|user|addressee|owner)(?:['’]s)?\s+(?:own\s+)?(?:rule|filter|block\s?list|white\s?list)s?\b"
    r"|(?:mail\s+|sieve\s+|personal\s+)(?:filter|rule)s?\s+(?:set\s+)?(?:of|by)\s+(?:the\s+)?(?:recipient|user|addressee)"
    r"|(?:does|do)(?:n['’]?t|\s+not)\s+(?:want|wish)\s+(?:to\s+receive\s+)?(?:any\s+)?(?:more\s+)?(?:letters?|mail|messages?|e-?mails?)\b"
    r"|recipient(?:['’]s)?\s+(?:preferences?|settings?|wish\w*)|\bRCP-P[23]\b|marked\s+as\s+inactive|previously\s+bounced"
    r"|not\s+delivering\s+to\s+(?:a\s+|an\s+)?(?:previously|user|unsubscribed|recipient|suppressed)|onaccountsuppressionlist"
    r"|(?:set|configured|told)\s+(?:their|his|her|its)\s+\S+\s+to\s+(?:reject|block|refuse)"
    r"|suppress(?:ed|ion)\s+(?:sending|list|due)|(?:has|have)\s+suppressed|address\s+(?:is\s+|has\s+been\s+)?suppressed"
)
LATE = (
    r"(?:conversation|connection|session|dialog|handshake|greeting|transaction|connect|command|read|write|data|network)\b(?:\s+[^\s:;,]+){0,6}?\s+timed\s+out"
    r"|(?:server|host|peer|remote)\s+(?:[^\s:;,]+\s+){0,4}?(?:closed|dropped|reset)\s+(?:the\s+)?connection"
    r"|connection\s+(?:[^\s:;,]+\s+){0,3}?(?:closed|dropped|lost|broken|aborted)\s+(?:unexpectedly|by\s+(?:the\s+)?(?:remote|peer|foreign|other))"
    r"|(?:server|system|host|computer|machine|side|end|mta|they)\s+(?:[^\s:;,]+\s+){0,3}?(?:never|not)\s+(?:[^\s:;,]+\s+)?(?:repl|answer|respon)|we\s+(?:have\s+)?(?:tried|gave\s+up|given\s+up)"
    r"|no\s+connection\s+(?:could|can|was|to)\b|lost\s+connection\s+with|gave\s+no\s+answer|no\s+answer\s+from|no\s+reply\s+from|(?:did|has|does)\s+(?:n['’]?t|not)\s+(?:yet\s+)?(?:answer|replied|reply|respond)"
)
# Their house has no door for letters, or is not to be found.
NO_SUCH_PLACE = (
    r"(?:domain|host|hostname)(?:\s+[^\s:;,]+){0,4}?\s+does\s*n['’o]?t\s+exist"
    r"|(?:domain|host|hostname|mail\s?server|mx)(?:\s+[^\s:;,]+){0,4}?\s+(?:(?:could|can)\s*(?:n['’]t|not)\s+be|cannot\s+be|wasn['’]?t|was\s+not|not)\s+(?:found|resolved|located)"
    r"|(?:look\s?up|resolve|find)\s+(?:the\s+)?(?:host|domain|mx|mail\s?(?:server|exchanger|host))\b|no\s+address\s+associated\s+with"
    r"|no\s+(?:valid\s+|usable\s+)?(?:mail\s?(?:server|host|exchanger)|mx|hosts?)\s+(?:[^\s:;,]+\s+){0,2}?(?:for|found|could|record|known)"
    r"|\b(?:host|domain|dns|mx)\s+look-?up\s+failed\W.{0,80}\s(?:does\s+not\s+exist|no\s+such)|had\s+no\s+(?:relevant\s+)?answers"
    r"|destination\s+(?:server|host|domain)\b(?:\s+[^\s:;,]+){0,6}?\s+not\s+(?:be\s+)?found|no\s+(?:machine|host|server|system)\s+(?:of|with|by)\s+(?:the|that)\s+name"
    r"|reject\s+all\s+(?:e-?)?mails?|takes?\s+no\s+(?:e-?mail|mail|messages?)|accepts?\s+no\s+(?:e-?mail|mail|messages?)"
    r"|(?:not|never)\s+(?:set\s+up|configured)\s+to\s+(?:receive|accept)\s+(?:e-?)?mail|dns\s+resolve\s+error|no\s+data\s+by\s+dns"
    r"|non-?existent\s*domain|infodomainnonexistent|null\s?mx|(?:domain|host)\s+(?:is\s+)?(?:[^\s:;,]+\s+){0,6}?(?:expired|unregistered|not\s+registered|un-?known|unresolvable)"
)
# It goes round and round, or was given up.
LOOPING = (
    r"suspected\s+(?:mail\s+)?loop|(?:mail|message|routing)\s+(?:is\s+)?loop(?:ing|s)?\b(?!s?\s+back)|too\s+many\s+(?:hops|[\"'“]?received)"
    r"|hop\s+count|(?:maximum|exceeded)\s+(?:[^\s:;,]+\s+)?hops|time\s+limit\s+specified|bounce\s+between\s+two\s+servers"
)
# A program of theirs, or of the server that writes the report, failed: named so plainly that no other word counts.
PROGRAM_FAILED = (
    r"unknown\s+mail\s+transport|excessive\s+recursion|\bruleset\b|insufficient\s+(?:system|disk)\s+(?:storage|resources|space)"
    r"|storagepermanentexception|storagetransientexception|mailbox\s+server\s+is\s+offline|wrong\s+owner|maildir\s+permission"
)
# Something broke there.
BROKEN = (
    r"out\s+of\s+order|back-?end\b|hiccup|world-?writable|uh-?oh|data\s?base\s+(?:[^\s:;,]+\s+)?(?:down|error|unavail|fail|problem)"
    r"|(?:internal|software|system|temporary\s+system|local|configuration|config|server)\s+(?:error|failure|problem|misconfig)"
    r"|\b(?:crash|segfault|core\s+dump|exception\s+in)|(?:unable|failed|cannot)\s+to\s+(?:write|store|save|queue|spool)"
    r"|(?:error|problem|failure)\s+(?:while\s+|in\s+)?(?:processing|writing|storing|queuing|queueing|delivering\s+to\s+(?:the\s+)?mail\s?box)"
    r"|(?:under|for)\s+maintenance|maintenance\s+(?:work|mode|window)|spool\s+(?:[^\s:;,]+\s+)?(?:full|fail)|mail\s+system\s+(?:storage\s+)?(?:is\s+)?full"
    r"|CNAME\s+lookup\s+failed|temporary\s+(?:ldap|dns|database)\s+"
)
