"""How servers say that it is us whom they do not want: our server, our domain, our address. Patterns only."""

# Nobody vouches for our domain.
NOBODY_VOUCHES = (
    r"authentication\s+information|pass(?:es|ed)?\s+authentication|"
    r"\bspf\b|\bdkim\b|\bdmarc\b|sender[\s-]?id\b"
    r"|un-?authenticated\s+(?:e-?mail|mail|message|sender)"
    r"|authentication\s+(?:checks?|results?)\s+(?:failed|did)"
    r"|multiple\s+authentication\s+checks|sender\s+is\s+unauthenticated"
    r"|requires\s+all\s+senders\s+to\s+authenticate"
    r"|not\s+authorized\s+to\s+send\s+(?:on\s+behalf|from|mail\s+(?:from|for))"
    r"|(?:message|mail|email)\s+(?:was\s+)?rejected.{0,60}(?:auth(?:enticat|oriz)ion\s+policy|arc\b)"
    r"|spoof"
)

# Our server has no name, or no good one.
NO_NAME = (
    r"\b(?:helo|ehlo)\b.{0,40}\bshould\b|call(?:back|out)\s+(?:setup\s+)?(?:failed|verif)(?!\w*\s+failed:\s+55)|verification\s+failed\s+for|"
    r"reverse\s+(?:dns|lookup|hostname|record|address)|\brdns\b|\bptr\b"
    r"|(?:find|resolve)\s+your\s+(?:hostname|reverse|ip|domain)"
    r"|does\s+not\s+(?:have\s+a\s+)?(?:valid\s+)?(?:reverse|resolve)"
    r"|\bhelo\b.{0,60}(?:invalid|reject|refus|must|need|fully|bad|not)"
    r"|(?:invalid|bad|need|reject).{0,20}\b(?:helo|ehlo)\b|forward.confirmed"
    r"|unresolv\w+\s+(?:ip|host|client|relay)|(?:fix|your)\s+(?:reverse\s+)?dns"
)

# Our server is on a list, or sends too much.
LISTED = (
    r"(?:rate|sending\s+limit|connection\s+limit)\s+exceeded|exceeded\s+the\s+max\w*\s+e?-?mails|postgrey|connection\s+(?:was\s+)?(?:rejected|refused)\s+by\s+policy|"
    r"black[\s-]?list|block[\s-]?list|black\s+list|deny\s?list|\bdnsbl\b|\brbls?\b|\bdnswl\b"
    r"|spamhaus|spamcop|sorbs|barracuda(?:central|networks)?\b|senderbase|senderscore"
    r"|\buceprotect|cloudmark|invaluement|proofpoint\.com"
    r"|client\s+host\b.{0,80}(?:block|reject|refus|list|denied)"
    r"|listed\s+(?:at|by|in|on)\s+\S+\.\S+|(?:bad|poor|low|dns|ip|sender|domain)\s+reputation"
    r"|reputation\s+(?:of|is|too|score|block)"
    r"|(?:your|the|sending|source|this|sender['’]?s?|from|client|connecting)\s+(?:[^\s:;,]+\s+){0,2}(?:ip(?:v[46])?(?:\s*address)?|ips|network|server|host|mta)\s.{0,60}(?:block|banned|reject|denied|refus|list|not\s+allowed)"
    r"|invalid\s+ip\b"
    r"|(?:block|banned|reject|denied|refus)\w*\s+(?:[^\s:;,]+\s+){0,4}(?:your|from|sending|source|this|for|by)\s+(?:[^\s:;,]+\s+){0,2}ip\b"
    r"|bloqu[ée]\w*\s+pour\s+incident|adresse\s+ip\s+source"
    r"|banned\s+(?:sending\s+)?(?:ip|sender|host)|messages?\s+from\s+\[?\d+\.\d+\.\d+\.\d+"
    r"|(?:mail|connections?)\s+from\s+(?:[^\s:;,]+\s+){0,4}\[?\d+\.\d+\.\d+\.\d+\S*\s+(?:is\s+|are\s+|was\s+)?(?:not|refus|reject|block|denied|defer)"
    r"|grey-?list|gray-?list|unexpected\s+volume|user\s+complaints"
    r"|too\s+many\s+(?:connect|session|message|mail|recipient|concurrent|error|unwanted|invalid|bad|unknown|simultaneous|email)"
    r"|too\s+fast|too\s+much\s+(?:mail|traffic|spam)|sent?\s+to\s+too\s+many"
    r"|(?:connection|rate|relay|sending|hourly|daily|message|messages|email)\s+(?:rate\s+)?(?:limit|quota)"
    r"|rate\s?-?limit|throttl|limit\s+on\s+the\s+number"
    r"|exceeded\s+the\s+(?:maximum\s+)?(?:number|rate)|receiving\s+mail\s+at\s+a\s+rate"
    r"|concurrency\s+limit|number\s+of\s+(?:concurrent\s+)?(?:connections|sessions)"
    r"|(?:max\w*|limit\w*|exceed\w*)\s+(?:[^\s:;,]+\s+){0,3}number\s+of\s+(?:messages|recipients)"
    r"|frequency\s+limited|aup#|connections?\s+(?:will\s+not\s+be\s+|not\s+)accepted\s+from"
    r"|not\s+accepting\s+connections|server\s+busy|sending\s+limit|traffic\s+not\s+accepted"
    r"|exceeded\s+(?:[^\s:;,]+\s+)?threshold|very\s+low\s+reputation|unusual\s+rate"
    r"|(?:open|insecure)\s+(?:proxy|relay)"
    r"|dynamic(?:ally)?\s+(?:[^\s:;,]+\s+)?(?:ip|address|pool|range)|dial-?up|residential"
    r"|suspected\s+spammer|suspicious\s+(?:activity|connection|due)|network\s+is\s+on\s+our"
    r"|your\s+(?:isp|provider|internet\s+service\s+provider)"
    r"|refused\s+to\s+talk\s+to\s+me:\s*55|not\s+on\s+(?:our\s+)?white\s?list"
    r"|unsolicited\s+(?:mail|e-?mail)\s+(?:originat|from)"
    r"|\bnot\s+rfc\s+compliant\s+(?:host|server)"
    r"|you(?:r)?\s+(?:[^\s:;,]+\s+)?(?:have|has)\s+been\s+(?:blocked|banned|black)"
)

# We may not hand letters on there.
NO_RELAYING = (
    r"smtp\s+auth\w*\s+(?:is\s+)?(?:required|needed)|command\s+not\s+allowed|not\s+authori[sz]ed\s+to\s+relay|"
    r"rela(?:y|ying)\s+(?:[^\s:;,]+\s+){0,3}(?:denied|prohibited|not\s+(?:permitted|allowed|supported)|forbidden|refused|rejected)"
    r"|(?:unable|not\s+permitted|not\s+allowed|not\s+configured|refus\w+|cannot|can['’]t|won['’]t)\s+(?:to\s+)?(?:[^\s:;,]+\s+){0,3}(?:relay|through)"
    r"|(?:no|not|without|don['’]t|mail|insecure|open)\s+relay|relay\s+not"
    r"|not\s+(?:a\s+)?(?:relay|gateway)|relaying\s+(?:mail|is|to|from)|as\s+a\s+relay"
    r"|(?:smtp\s+)?authentication\s+(?:is\s+)?(?:required|needed|failed|unsuccessful)"
    r"|must\s+(?:be\s+)?(?:authenticate|issue|use|check\s+(?:for\s+)?(?:new\s+)?mail)"
    r"|(?:need|require)s?\s+(?:to\s+)?(?:smtp\s+)?auth"
    r"|in\s+my\s+list\s+of\s+allowed\s+rcpthosts|email\s+address\s+is\s+not\s+verified"
    r"|not\s+verified\b.{0,40}identit|mail\s+server\s+requires\s+authentication"
    r"|starttls\s+(?:command\s+)?(?:is\s+)?(?:required|first|needed)"
    r"|\btls\s+(?:is\s+)?(?:required|negotiation|handshake)"
    r"|(?:certificate|encrypt)\w*\s+(?:[^\s:;,]+\s+){0,3}(?:required|failed|invalid)"
)

# It is the sender's address that they do not take.
ADDRESS_NOT_TAKEN = (
    r"sender(?:['’]s)?\s+(?:[^\s:;,]+\s+){0,4}(?:reject|denied|refus|block|invalid|not\s+(?:allowed|accepted|exist|found|verif|valid|permitted|known)|un(?:known|verif|rout)|does\s+not|verify|verification|restricted|banned|forbidden)"
    r"|(?:invalid|unknown|bad|unrout\w+|unverif\w+|rejected|unauthorized|illegal|malformed|forged)\s+(?:envelope\s+)?sender"
    r"|(?:verify|verified|validate|accept)\s+(?:[^\s:;,]+\s+){0,2}sender"
    r"|mail\s+from\s+(?:[^\s:;,]+\s+){0,6}(?:refus|reject|denied|invalid|not)"
    r"|from\s+address\s+(?:is\s+)?(?:not|invalid)|(?:return|reverse)[\s-]?path"
    r"|recognized\s+as\s+a\s+valid\s+sender"
    r"|you\s+(?:are|'re)\s+not\s+(?:a\s+)?(?:allowed|authorized|permitted|member|on)"
    r"|not\s+(?:a\s+)?member\s+of|only\s+(?:members|subscribers)|members?\s+only"
    r"|not\s+allowed\s+to\s+(?:send|post|mail)"
    r"|not\s+accept(?:ing)?\s+(?:mail|messages?|e-?mails?)\s+from\s+(?:you|this|that|your|the\s+sender|(?:external|outside|unknown))"
    r"|(?:permission|permissions|rights?)\s+to\s+(?:post|send)|domain\s+of\s+(?:the\s+)?sender"
    r"|sending\s+domain|sender\s+domain|do(?:es)?\s+not\s+accept\s+bounces"
    r"|bounce\s+messages?\s+(?:are\s+)?not|null\s+sender"
    r"|(?:sending\s+to/from|from)\s+an\s+address\s+that|google\s+groups?\b.{0,400}\bpost"
    r"|groups\.google\.com"
)

_OURS = (
    r"(?:mail\s?(?:server|host)|server|host|machine|domain|ip(?:\s+address)?|address|network|isp|system|connection|helo|ehlo"
    r"|mta|mailer|gateway|provider|name|sender)"
)
_AGAINST = (
    r"(?:reject|refus|block|bann|denied|deny|not\s+(?:accept|allow|welcom|permit|trust|want)|unwelcome|unacceptable|black"
    r"|listed|throttl|rate[\s-]limit|suspicious|compromis|tcp\s+wrapper)"
)

# Whatever is wrong with what is ours.
OURS_NOT_TAKEN = (
    rf"\byour\s+(?:own\s+)?{_OURS}\b(?:\s+[^\s:;,]+){{0,5}}?\s+{_AGAINST}|tcp\s?wrapper"
    r"|\bno\s+(?:reverse\s+)?(?:dns|hostname|rdns|name)(?:\s+name)?\s+(?:entry\s+|record\s+)?for\s+\[?\d+\.\d+"
    r"|(?:helo|ehlo)\b.{0,40}(?:not\s+acceptable|unacceptable|wrong|fake|forged)"
    r"|access\s+denied[^:]{0,3}\s+(?:banned|bad\s+outbound|your|ip\b|traffic)|bad\s+outbound\s+sender|banned\s+send"
    r"|(?:sender|sending\s+host|client|ip|host)\s+(?:address\s+)?(?:is\s+|was\s+)?(?:denied|blocked|banned|disallowed)\b"
    r"|(?:e-?mails?|mail|messages?|connections?|traffic)\s+from\s+[^:;,]{1,80}?\s(?:is|are|was|were|been)\s+(?:[^\s:;,]+\s+){0,2}?(?:block|bann|refus|reject|denied|not\s)"
    r"|\byou\s+(?:have\s+been|are|were)\s+(?:[^\s:;,]+\s+){0,2}?(?:listed|block|bann|black|refus|reject|denied|unwelcome|not\s+welcome)"
    r"|(?:log\s?in|sign\s+in|authenticat\w+)\s+(?:[^\s:;,]+\s+){0,4}?(?:relay|send)|on\s+(?:our|my|a|the)\s+list\s+of\s+(?:[^\s:;,]+\s+){0,2}?(?:unwanted|bad|blocked|spam)"
    r"|liste\s+noire|lista\s+n(?:egra|era|eagr[ăa])|czarn\w+\s+li[śs]|schwarze\w*\s+list|ч[её]рн\w+\s+спис|黑名单|ブラックリスト"
    r"|unauthorized\s+interface|requires\s+valid\s+sender|blocked\s+by\s+ldap|ip\s+in\s+blacklist|user\s+in\s+blacklist"
    r"|\[?\d+\.\d+\.\d+\.\d+[\]>)]*\s+(?:is\s+|has\s+been\s+|was\s+)?(?:currently\s+|temporarily\s+)?(?:block|banned|listed|refus|reject|denied|black)"
    r"|(?:start|negotiate|establish)\s+(?:a\s+)?(?:tls|ssl|secure)|\b(?:tls|ssl)\s+(?:[^\s:;,]+\s+){0,3}(?:handshake|fail|error|required|needed)|not\s+owned\s+by\s+user"
    r"|(?:real\s+)?domain\s+(?:name\s+)?(?:is\s+)?required|domain\s+must\s+resolve|unauthori[sz]ed\s+relay|(?:your|sending|source)\s+(?:host|ip|network)\s+is\s+not\s+trusted"
    r"|(?:network|host|server)\s+(?:that\s+)?is\s+not\s+trusted|no\s+mail\s+from\s+(?:your|you|this)|your\s+server['’]s\s+\w+\s+(?:standing|reputation)"
    r"|receiv\w+\s+(?:e-?mail|mail|messages)\s+(?:at\s+a\s+rate|too)|temporarily\s+on\s+hold|usernotallowed|useractionnotallowed|notauthorized\b|notallowed\b"
    r"|connection\s+(?:frequency|denied|limited)|frequency\s+limit|suspected\s+(?:bounce|spam\s+ip)"
    # What some providers call their blocks, as their postmaster pages list them.
    r"|\b(?:CXBL|CDRBL|IPBL\d{3,4}|CX[A-Z]{4}|AUP#\S+|(?:BL|RL|ES)0000\d\d|RTR:[A-Z]{2}|RLY:\S{2}|CON:\S{2}|DYN:\S{2}|DNS:[A-Z]{2}"
    r"|HL:[A-Z]{3}|POL-[PT]\d+|MI:(?:SPF|SFQ|STC|DMC|CEL|CCL)|RP:[A-Z]{3}|DT:RBL|TSS?\d{2}|IPTS\d{2}|(?:RP|SC|DY|OU)-00\d)\b"
)
# Come back later: a stranger has to knock twice, or has knocked too often.
NOT_NOW = (
    r"first\s+(?:contact|attempt|time)\b|triplet|(?:try|retry|come\s+back|re-?send|retrying)\s+(?:again\s+)?(?:in|after)\s+(?:about\s+)?\d+\s*(?:s\b|sec|min|hour)"
    r"|temporarily\s+(?:deferred|rate|block|refus|reject)\w*\s+(?:[^\s:;,]+\s+){0,4}(?:due|because|for)\s+(?:[^\s:;,]+\s+){0,3}(?:unexpected|complain|reputation|volume|spam|abuse|policy)"
    r"|(?:too\s+(?:frequent|many)|excessive)\s+(?:[^\s:;,]+\s+)?(?:connect|attempt|mail|message|error|recipient)"
    r"|(?:receiv\w+|sending|sent)\s+(?:[^\s:;,]+\s+){0,3}too\s+(?:quickly|fast|many|often|much)|slow\s+down"
    r"|(?:daily|hourly|weekly|monthly)\s+(?:[^\s:;,]+\s+){0,3}(?:limit|quota)|sending\s+quota|recipients?\s+limit\s+exceed"
    r"|(?:concurrent|simultaneous)\s+(?:connection|session|smtp)|connection\s+limit|recipient\s+thread\s+limit"
)
