"""How servers that do not speak English say why: a noun, a few words, and what is wrong with it. Patterns only."""


def _of(nouns: str, wrongs: str, *, apart: int = 8) -> str:
    """One of `nouns`, at most `apart` words of the same sentence, one of `wrongs`."""
    return rf"\b(?:{nouns})\w*\b['\"»>)\]]*\s+(?:[^\s:;,]+\s+){{0,{apart}}}?(?:{wrongs})"


_PERSON_DE = r"empf[äa]nger|benutzer|teilnehmer|adressat|(?:e-?mail-?)?adresse|postfach|konto|mailkonto|kunde"
_PERSON_FR = r"destinataire|utilisateur|adresse|bo[îi]te|compte|abonn[ée]|correspondant"
_PERSON_ES = r"usuario|destinatario|direcci[óo]n|cuenta|buz[óo]n|casilla"
_PERSON_IT = r"utente|destinatari|indirizz|casella|account"
_PERSON_PT = r"usu[áa]rio|destinat[áa]rio|endere[çc]o|caixa|conta|utilizador"
_PERSON_PL = r"u[żz]ytkownik|odbiorc|adresat|adres|kont|skrzynk"
_PERSON_RO = r"utilizator|destinatar|adres|cont|c[ăa]su[țţt]|cuti[ae]"
_PERSON_RU = r"пользовател|получател|адрес|ящик|аккаунт|учетн"
_PERSON_NL = r"gebruiker|ontvanger|(?:e-?mail)?adres|postbus|geadresseerde|mailbox"
_PERSON_CS = r"u[žz]ivatel|p[řr][íi]jemce|adres|schr[áa]nk"
_PERSON_HU = r"c[íi]mzett|felhaszn[áa]l[óo]|postafi[óo]k"
_PERSON_SV = r"anv[äa]ndare|mottagare|adress|bruger|modtager|mottaker|postkass"
_PERSON_TR = r"kullan[ıi]c[ıi]|al[ıi]c[ıi]|adres|posta\s+kutusu"
_SERVER = r"server|serveur|servidor|serwer|hoszt|host|rechner|сервер"
_DOMAIN = r"domain|dom[äa]ne|domaine|dom[íi]nio|domini|domena|domen|domeni|домен|dom[ée]na|h[ôo]te"

NOBODY_THERE = "|".join(
    (
        _of(
            _PERSON_DE,
            r"unbekannt|(?:hier\s+)?nicht\s+(?:mehr\s+)?(?:bekannt|gefunden|vorhanden|existent|g[üu]ltig|vergeben)"
            r"|existier\w*\s+nicht|gibt\s+es\s+(?:hier\s+)?nicht|ung[üu]ltig",
        ),
        r"kein\w*\s+(?:solche[rsn]?\s+|g[üu]ltige[rsn]?\s+)?(?:empf[äa]nger|benutzer|postfach|teilnehmer)\b",
        r"unbekannte[rsn]?\s+(?:empf[äa]nger|benutzer|adress|teilnehmer)",
        _of(
            _PERSON_FR,
            r"inconnu|invalide|inexistant|introuvable|n['’]existe|erron[ée]|(?:non|pas)\s+(?:valide|trouv|reconnu|connu)",
        ),
        r"aucun\w*\s+(?:utilisateur|destinataire|compte|bo[îi]te)",
        _of(
            _PERSON_ES,
            r"desconocid|inexistente|no\s+existe|no\s+se\s+(?:ha\s+)?(?:encontr|pudo\s+encontrar)"
            r"|no\s+(?:fue\s+|es\s+|est[áa]\s+)?(?:encontrad|v[áa]lid|registrad)|inv[áa]lid|err[óo]ne",
        ),
        _of(_PERSON_IT, r"sconosciut|inesistente|non\s+esiste|non\s+(?:è\s+)?(?:stat[oa]\s+)?(?:trovat|valid)|errat"),
        _of(
            _PERSON_PT,
            r"desconhecid|inexistente|n[ãa]o\s+existe|n[ãa]o\s+(?:foi\s+)?(?:encontrad|localizad)|inv[áa]lid",
        ),
        _of(
            _PERSON_PL,
            r"nieznan|nie\s+istnieje|nieistniej|nieprawid|niepoprawn|nie\s+(?:zosta[łl]\w*\s+)?(?:znalezion|odnalezion)",
        ),
        r"(?:nie\s+ma|brak)\s+(?:tu\s+)?(?:takie(?:go|j)\s+)?(?:u[żz]ytkownik|kont|adres|skrzynk|odbiorc)",
        r"nieznan\w+\s+(?:u[żz]ytkownik|odbiorc|adres)",
        _of(
            _PERSON_RO,
            r"necunoscut|inexistent|nu\s+exist|invalid|nu\s+(?:a\s+fost\s+)?g[ăa]sit|nu\s+(?:este|e)\s+(?:valid|cunoscut)",
        ),
        r"nu\s+exist[ăa]\s+(?:niciun\w*\s+|acest\w*\s+)?(?:utilizator|cont|destinatar|adres)",
        _of(_PERSON_RU, r"не\s+(?:найден|существует|зарегистрирован)|неизвест|недействител|отсутствует"),
        r"нет\s+так(?:ого|ой)\s+(?:пользовател|адрес|ящик)|неизвестн\w+\s+(?:пользовател|получател|адрес)",
        _of(_PERSON_NL, r"onbekend|bestaat\s+niet|niet\s+(?:gevonden|bekend)|ongeldig"),
        _of(_PERSON_CS, r"nezn[áa]m|neexist|nenalezen|neplatn"),
        _of(_PERSON_HU, r"ismeretlen|nem\s+(?:l[ée]tezik|tal[áa]lhat[óo])"),
        _of(_PERSON_SV, r"ok[äa]nd|ukendt|ukjent|finns\s+inte|findes\s+ikke|finnes\s+ikke"),
        _of(_PERSON_TR, r"bulunamad[ıi]|ge[çc]ersiz|bilinmiyor|mevcut\s+de[ğg]il"),
        r"(?:宛先|あて先|受信者|ユーザー?|アドレス|メールボックス).{0,24}(?:見つかりません|存在しません|不明|ありません|正しくありません)",
        r"(?:用户|用戶|收件人|邮箱|郵箱|地址|帐号).{0,12}(?:不存在|无效|無效|未找到|不正确|错误)|사용자.{0,10}(?:없|알\s*수\s*없)",
    )
)
NO_SUCH_PLACE = "|".join(
    (
        _of(
            _DOMAIN,
            r"unbekannt|existiert\s+nicht|nicht\s+gefunden|inconnu|inexistant|introuvable|n['’]existe|no\s+existe"
            r"|desconocid|inexistente|non\s+esiste|sconosciut|n[ãa]o\s+existe|n[ãa]o\s+(?:foi\s+)?encontrad|nie\s+istnieje"
            r"|nieznan|nu\s+exist|necunoscut|inexistent|не\s+(?:существует|найден)|neexist|no\s+se\s+(?:ha\s+)?encontr",
        ),
        r"(?:ドメイン|ホスト).{0,16}(?:見つかりません|存在しません)|域名.{0,8}(?:不存在|无法解析|错误)",
    )
)
MAILBOX_FULL = "|".join(
    (
        _of(_PERSON_DE + "|mailbox|briefkasten", r"(?:[üu]ber)?(?:voll|f[üu]llt)\b|[üu]berschritten|ersch[öo]pft"),
        r"(?:speicher|kontingent)\w*\s+(?:[^\s:;,]+\s+){0,4}(?:voll|ersch[öo]pft|[üu]berschritten)",
        _of(_PERSON_FR, r"pleine?\b|satur[ée]|d[ée]pass[ée]"),
        r"quota\s+(?:[^\s:;,]+\s+){0,3}(?:d[ée]pass|atteint|superat|ultrapass|[üu]berschr|przekrocz|dep[ăa][șşs])",
        _of(_PERSON_ES, r"llen[oa]\b|ha\s+(?:superado|excedido)|sin\s+espacio"),
        r"cuota\s+(?:[^\s:;,]+\s+){0,3}(?:excedid|superad)",
        _of(_PERSON_IT, r"pien[oa]\b|esaurit|superat"),
        r"casella\s+piena|caixa\s+(?:[^\s:;,]+\s+){0,4}(?:cheia|lotada)|excedeu\s+(?:[^\s:;,]+\s+){0,2}(?:cota|limite)",
        _of(_PERSON_PL, r"pe[łl]n|przepe[łl]nion|zape[łl]nion"),
        r"przekroczon\w*\s+(?:[^\s:;,]+\s+){0,3}(?:pojemno|skrzynk|przydzia[łl])",
        _of(_PERSON_RO, r"plin[ăa]?\b|dep[ăa][șşs]it"),
        r"(?:spa[țţt]i|cot[ăa])\w*\s+(?:[^\s:;,]+\s+){0,4}(?:dep[ăa][șşs]it|epuizat|insuficient)|nu\s+mai\s+are\s+spa[țţt]iu",
        _of(_PERSON_RU, r"переполнен|полон|превыш"),
        _of(_PERSON_NL, r"\bvol\b"),
        _of(_PERSON_CS, r"pln[áaý]|p[řr]epln"),
        _of(_PERSON_HU, r"megtelt|betelt"),
        _of(_PERSON_SV, r"\bfull\b|fuld\b"),
        _of(_PERSON_TR, r"dolu\b|kota"),
        r"переполнен|一杯です|いっぱい|満杯|容量.{0,12}(?:超|不足|オーバー)|(?:邮箱|信箱|郵箱).{0,8}(?:已满|已滿|空间不足)|空间不足",
    )
)
ACCOUNT_CLOSED = "|".join(
    (
        _of(
            _PERSON_DE + "|account|mailbox",
            r"(?:ge|ab)?sperrt|deaktiviert|stillgelegt|inaktiv|geschlossen|gek[üu]ndigt",
        ),
        _of(_PERSON_FR, r"d[ée]sactiv|suspendu|ferm[ée]|bloqu|inacti[fv]|cl[ôo]tur|r[ée]sili"),
        _of(_PERSON_ES, r"desactivad|suspendid|inactiv|bloquead|deshabilitad|cancelad|dada?\s+de\s+baja"),
        _of(_PERSON_IT, r"sospes|disattivat|disabilitat|bloccat|inattiv"),
        _of(_PERSON_PT, r"suspens|desativad|inativ|bloquead|desabilitad"),
        _of(_PERSON_PL, r"zablokowan|zawieszon|nieaktywn|wy[łl][ąa]czon"),
        _of(_PERSON_RO, r"suspendat|dezactivat|blocat|inactiv|[îi]nchis"),
        _of(_PERSON_RU, r"заблокирован|отключен|неактив|приостановлен"),
        _of(_PERSON_NL, r"geblokkeerd|uitgeschakeld|opgeheven|inactief"),
        _of(_PERSON_CS, r"zablokov|deaktivov|zru[šs]en"),
        r"(?:アドレス|アカウント|ユーザー?).{0,16}(?:停止|無効|休止)|(?:账户|帐户|邮箱|用户).{0,8}(?:停用|冻结|禁用|锁定)",
    )
)
SENDER_REFUSED = "|".join(
    (
        _of("absender", r"abgelehnt|gesperrt|nicht|unbekannt|ung[üu]ltig|verweigert|zur[üu]ckgewiesen"),
        r"rela(?:y|is)\w*[\s-]?(?:zugriff\s+)?(?:[^\s:;,]+\s+){0,2}(?:verweigert|nicht\s+erlaubt|refus|interdit|deneg|negad|rifiut|odm[oó]w|refuzat|interzis)",
        _of(
            r"exp[ée]diteur|[ée]metteur",
            r"refus|rejet|inconnu|invalide|bloqu|non\s+autoris|pas\s+autoris|n['’]est\s+pas",
        ),
        r"trop\s+de\s+(?:connexions|messages|destinataires|sessions)|connexions?\s+simultan",
        _of("remitente|emisor", r"rechaz|bloque|inv[áa]lid|desconocid|no\b"),
        r"demasiad[oa]s\s+(?:conexiones|mensajes|destinatarios)|retransmisi[óo]n\s+(?:[^\s:;,]+\s+){0,3}(?:deneg|no\s+permit)",
        _of("mittente", r"rifiut|bloccat|sconosciut|non\b"),
        r"tropp[ei]\s+(?:connessioni|messaggi|destinatari)",
        _of("remetente", r"rejeit|recusad|bloquead|desconhecid|n[ãa]o\b"),
        r"muitas\s+(?:conex|mensag)",
        _of("nadawc", r"odrzuc|zablok|nieznan|nie\b"),
        r"zbyt\s+(?:wiele|du[żz]o)\s+(?:po[łl][ąa]cze[ńn]|wiadomo[śs]ci)",
        _of("expeditor", r"respins|refuz|blocat|invalid|necunoscut|nu\b"),
        r"prea\s+mult[ei]\s+(?:conexiuni|mesaje|destinatari)",
        _of("отправител", r"отклон|заблок|неизвест|не\b"),
        r"слишком\s+много\s+(?:соединений|писем|сообщений)",
        r"送信(?:元|者).{0,16}(?:拒否|制限|認証)|发件人.{0,10}(?:拒绝|无效|黑名单)|发信(?:频率|量)",
    )
)
CONTENT_REFUSED = "|".join(
    (
        _of("anhang|anh[äa]nge|anlage", r"nicht|verboten|abgelehnt|gesperrt"),
        r"(?:gr[öo](?:ß|ss)e|taille|tama[ñn]o|dimension|tamanho|rozmiar|dimensiun|storlek|размер|velikost)\w*\s+(?:[^\s:;,]+\s+){0,5}?(?:[üu]berschr|d[ée]pass|exced|super|ultrapass|przekr|dep[ăa][șşs]|превыш)",
        r"(?:[üu]berschr|d[ée]pass|exced|super|ultrapass|przekr|dep[ăa][șşs]|превыш)\w*\s+(?:[^\s:;,]+\s+){0,5}?(?:gr[öo](?:ß|ss)e|taille|tama[ñn]o|dimension|tamanho|rozmiar|dimensiun|размер)",
        r"spam-?verdacht|wegen\s+(?:[^\s:;,]+\s+){0,2}(?:spam|viren|virus)|(?:anhang|anh[äa]ng)\w*\s+(?:[^\s:;,]+\s+){0,4}(?:nicht|verboten)",
        r"pi[èe]ces?\s+jointes?\s+(?:[^\s:;,]+\s+){0,4}(?:interdit|non|refus)|(?:message|courriel|mail)\s+(?:[^\s:;,]+\s+){0,2}ind[ée]sirable",
        r"adjunt\w*\s+(?:[^\s:;,]+\s+){0,4}(?:no\s+permit|prohib|rechaz)|correo\s+(?:no\s+deseado|basura)",
        r"allegat\w*\s+(?:[^\s:;,]+\s+){0,4}non|za[łl][ąa]cznik\w*\s+(?:[^\s:;,]+\s+){0,4}(?:nie|zabron|odrzuc)",
        r"ata[șşs]ament\w*\s+(?:[^\s:;,]+\s+){0,4}(?:nu|interzis|refuz)|вложени\w+\s+(?:[^\s:;,]+\s+){0,4}(?:не|запрещ)",
        r"(?:zbyt|za)\s+du[żz][aey]|te\s+groot|p[řr][íi]li[šs]\s+velk|t[úu]l\s+nagy|f[öo]r\s+stor|for\s+stor\b",
        r"添付.{0,12}(?:拒否|禁止)|(?:内容|附件).{0,8}(?:拒绝|违规|过大)|垃圾邮件|迷惑メール",
    )
)
NOT_IN_TIME = "|".join(
    (
        _of(
            _SERVER, r"nicht\s+geantwortet|antwortet\s+nicht|nicht\s+erreichbar|ne\s+r[ée]pond|n['’]a\s+pas\s+r[ée]pond"
        ),
        _of(_SERVER, r"no\s+respond|non\s+risponde|n[ãa]o\s+respond|nie\s+odpowiada|nu\s+r[ăa]spunde|не\s+отвечает"),
        r"(?:keine|verbindung\w*)\s+(?:[^\s:;,]+\s+){0,5}(?:verbindung|fehlgeschlagen|unterbrochen|abgelehnt|aufgebaut)",
        r"connexion\s+(?:[^\s:;,]+\s+){0,3}(?:refus|interromp|impossible|perdue)|pas\s+de\s+r[ée]ponse",
        r"conexi[óo]n\s+(?:[^\s:;,]+\s+){0,3}(?:rechaz|perdid|agotad)|tempo\s+(?:scaduto|esgotado|limite)",
        r"po[łl][ąa]czeni\w*\s+(?:[^\s:;,]+\s+){0,3}(?:odrzuc|przerw|nie)|conexiun\w*\s+(?:[^\s:;,]+\s+){0,3}(?:refuz|[îi]ntrerupt)",
        r"время\s+ожидания|接続できません|タイムアウト|応答.{0,6}(?:ありません|なし)|超时|连接失败|无法连接",
    )
)
