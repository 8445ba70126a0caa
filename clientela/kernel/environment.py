"""Settings come from the environment, prefix `CLIENTELA_`. A wrong value stops the start and names itself."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

CHECKOUT = Path(__file__).resolve().parents[2]
DEFAULT_HOME = CHECKOUT / ".clientela"
HIGHEST_PORT = 65535
LONGEST_SOCKET_PATH = 107  # bytes; the system's limit
SHORTEST_SECRET_KEY = 32
DUCKDB = "duckdb"

Network = IPv4Network | IPv6Network


class WrongSettingError(Exception):
    """A setting has a value that cannot be used. The message names the setting, the value's fault and the remedy."""


@dataclass(frozen=True)
class Setting:
    """One setting: its name in the environment, what it means, and what it is when nobody sets it."""

    name: str
    meaning: str
    default: str


SETTINGS = (
    Setting("CLIENTELA_HOME", "The state folder: database, files, keys.", ".clientela in the checkout"),
    Setting(
        "CLIENTELA_ORGANISATION", "The name that customers read above every page.", "Casa Lavora, the demonstration"
    ),
    Setting("CLIENTELA_LISTEN", "The address where pages and mail are served; 0.0.0.0 is every one.", "127.0.0.1"),
    Setting("CLIENTELA_HTTP_PORT", "The port of the pages.", "8000, or the next free one"),
    Setting("CLIENTELA_SMTP_PORT", "The port where mail is received.", "2525, or the next free one"),
    Setting(
        "CLIENTELA_LMTP_PORT",
        "The port, or the path of a socket, where a mail server of yours hands mail over by LMTP.",
        "off",
    ),
    Setting("CLIENTELA_TLS_CERTIFICATE", "The file with the certificate (PEM) for receiving mail by STARTTLS.", "off"),
    Setting("CLIENTELA_TLS_KEY", "The file with the key of that certificate (PEM, without a password).", "off"),
    Setting(
        "CLIENTELA_MAIL_RELAYS",
        "Mail servers of yours that hand over the mail of many, as addresses or networks separated by commas: "
        "the limits for one sender do not hold for them.",
        "this machine",
    ),
    Setting("CLIENTELA_SECRET_KEY", "Signs sessions, links and Message-IDs. Made and kept on first run.", "made"),
    Setting(
        "CLIENTELA_OLD_SECRET_KEYS",
        "Secret keys of before, separated by spaces: what they signed or locked stays good.",
        "none",
    ),
    Setting("CLIENTELA_PUBLIC_URL", "The address people see in letters.", "http://127.0.0.1 and the port"),
    Setting("CLIENTELA_ALLOWED_HOSTS", "Host names that may be asked for, separated by commas.", "loopback"),
    Setting("CLIENTELA_MAIL_DOMAIN", "The domain of our own addresses.", "clientela.test"),
    Setting(
        "CLIENTELA_MAIL_SERVER",
        "Where letters are handed over: smtp://user:password@host:port, smtps:// or smtp+starttls://. "
        "Without it letters stay on the page Letters.",
        "",
    ),
    Setting(
        "CLIENTELA_DOMAIN_LETTERS_A_MINUTE",
        "How many letters a minute go to the addresses of one domain; replies may use all of it, letters to many half.",
        "120",
    ),
    Setting("CLIENTELA_DKIM_KEY", "The file with the private key that signs letters (DKIM), RSA or Ed25519.", "none"),
    Setting("CLIENTELA_DKIM_SELECTOR", "The name in DNS under which the public half of that key stands.", "clientela"),
    Setting(
        "CLIENTELA_TRUSTED_CHECKERS",
        "The mail servers whose word we take about a mail's origin (Authentication-Results), separated by commas.",
        "none",
    ),
    Setting("CLIENTELA_MESSAGE_LIMIT_MB", "The largest message that is accepted, in megabytes.", "25"),
    Setting("CLIENTELA_MAIL_TRACES", "yes lets `clientela map mail` read a mail server's record at a terminal.", "no"),
    Setting("CLIENTELA_DEMO", "yes fills an empty database with the demonstration organisation.", "yes"),
    Setting("CLIENTELA_DEBUG", "yes shows developers' error pages. Never in production.", "no"),
    Setting(
        "CLIENTELA_ANALYTICS",
        "What computes analytics: duckdb, in a process of ours, or spark://host:port, a cluster that sees the store.",
        "duckdb",
    ),
    Setting("CLIENTELA_ANALYTICS_FOLDER", "Where the analytics store lies.", "analytics in the state folder"),
    Setting("CLIENTELA_ANALYTICS_MEMORY_MB", "How much memory a process of analytics may take, in megabytes.", "2048"),
    Setting("CLIENTELA_ANALYTICS_THREADS", "How many threads it computes with.", "2"),
    Setting("DATABASE_URL", "A PostgreSQL of your own: postgresql://user:password@host:port/name.", "embedded"),
)


@dataclass(frozen=True)
class AnalyticsEnvironment:
    """Where the analytics store lies, and what computes over it."""

    engine: str  # DUCKDB, or spark://host:port
    folder: Path
    memory_mb: int
    threads: int


@dataclass(frozen=True)
class Environment:
    """Every setting, read and checked once."""

    home: Path
    organisation: str
    listen: str
    http_port: int
    smtp_port: int
    lmtp: int | Path | None  # a port or a socket
    tls_certificate: Path | None
    tls_key: Path | None
    mail_relays: tuple[Network, ...]
    secret_key: str
    old_secret_keys: tuple[str, ...]
    public_url: str
    allowed_hosts: tuple[str, ...]
    mail_domain: str
    mail_server: str
    domain_letters_a_minute: int
    dkim_key: Path | None
    dkim_selector: str
    trusted_checkers: tuple[str, ...]
    message_limit_bytes: int
    demo: bool
    debug: bool
    database_url: str
    analytics: AnalyticsEnvironment


def read_environment(values: Mapping[str, str] | None = None) -> Environment:
    """Read all settings from `values` (default: the process's environment).

    Raises WrongSettingError, whose message names the setting. Makes the state folder and the secret key on first use.
    """
    env = os.environ if values is None else values
    home = _home(env)
    may_read_mail_traces(env)  # only a command asks; a wrong value is told at the start all the same
    http_port = _port(env, "CLIENTELA_HTTP_PORT", 8000)
    certificate, key = _certificate(env)
    return Environment(
        home=home,
        organisation=env.get("CLIENTELA_ORGANISATION", "").strip() or "Casa Lavora",
        listen=env.get("CLIENTELA_LISTEN", "").strip() or "127.0.0.1",
        http_port=http_port,
        smtp_port=_port(env, "CLIENTELA_SMTP_PORT", 2525),
        lmtp=_port_or_socket(env, "CLIENTELA_LMTP_PORT"),
        tls_certificate=certificate,
        tls_key=key,
        mail_relays=_networks(env, "CLIENTELA_MAIL_RELAYS"),
        secret_key=_secret_key(env, home),
        old_secret_keys=_old_secret_keys(env),
        public_url=_url(env, "CLIENTELA_PUBLIC_URL", f"http://127.0.0.1:{http_port}", ("http", "https")).rstrip("/"),
        allowed_hosts=_hosts(env),
        mail_domain=_domain(env),
        mail_server=_url(env, "CLIENTELA_MAIL_SERVER", "", ("smtp", "smtps", "smtp+starttls")),
        domain_letters_a_minute=_number(env, "CLIENTELA_DOMAIN_LETTERS_A_MINUTE", 120, lowest=1, highest=1_000_000),
        dkim_key=_key_file(env, "CLIENTELA_DKIM_KEY"),
        dkim_selector=_selector(env, "CLIENTELA_DKIM_SELECTOR", "clientela"),
        trusted_checkers=_names(env, "CLIENTELA_TRUSTED_CHECKERS"),
        message_limit_bytes=_number(env, "CLIENTELA_MESSAGE_LIMIT_MB", 25, lowest=1, highest=500) * 1024 * 1024,
        demo=_yes_or_no(env, "CLIENTELA_DEMO", default=True),
        debug=_yes_or_no(env, "CLIENTELA_DEBUG", default=False),
        database_url=_url(env, "DATABASE_URL", "", ("postgresql", "postgres")),
        analytics=_analytics(env, home),
    )


def may_read_mail_traces(values: Mapping[str, str] | None = None) -> bool:
    """Whether a mail server's record may be read at a terminal. Raises WrongSettingError."""
    return _yes_or_no(os.environ if values is None else values, "CLIENTELA_MAIL_TRACES", default=False)


def read_analytics(values: Mapping[str, str] | None = None) -> AnalyticsEnvironment:
    """Read the settings of analytics alone: for processes that know no others. Raises WrongSettingError."""
    env = os.environ if values is None else values
    return _analytics(env, _home(env))


def _analytics(env: Mapping[str, str], home: Path) -> AnalyticsEnvironment:
    engine = env.get("CLIENTELA_ANALYTICS", "").strip() or DUCKDB
    if engine != DUCKDB and not _is_spark(engine):
        message = (
            f"CLIENTELA_ANALYTICS is «{engine}»; it must be duckdb, or spark://host:port, the master of a cluster."
        )
        raise WrongSettingError(message)
    raw = env.get("CLIENTELA_ANALYTICS_FOLDER", "").strip()
    folder = Path(raw) if raw else home / "analytics"
    if not folder.is_absolute():
        message = f"CLIENTELA_ANALYTICS_FOLDER is «{raw}», which is not an absolute path. Give the folder from / on."
        raise WrongSettingError(message)
    return AnalyticsEnvironment(
        engine=engine,
        folder=folder,
        memory_mb=_number(env, "CLIENTELA_ANALYTICS_MEMORY_MB", 2048, lowest=256, highest=1_000_000),
        threads=_number(env, "CLIENTELA_ANALYTICS_THREADS", 2, lowest=1, highest=1024),
    )


def _is_spark(engine: str) -> bool:
    parts = urlsplit(engine)
    try:
        return parts.scheme == "spark" and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        return False  # a port that is none


def _home(env: Mapping[str, str]) -> Path:
    raw = env.get("CLIENTELA_HOME", "").strip()
    home = Path(raw).expanduser() if raw else DEFAULT_HOME
    if not home.is_absolute():
        message = f"CLIENTELA_HOME is «{raw}», which is not an absolute path. Give the folder from / on."
        raise WrongSettingError(message)
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        message = f"CLIENTELA_HOME is «{home}», and that folder cannot be made: {error.strerror}."
        raise WrongSettingError(message) from error
    return home


def _number(env: Mapping[str, str], name: str, default: int, *, lowest: int, highest: int) -> int:
    raw = env.get(name, "").strip()
    if not raw:
        return default
    if not re.fullmatch(r"\d{1,9}", raw) or not lowest <= int(raw) <= highest:
        message = f"{name} is «{raw}»; it must be a whole number from {lowest} to {highest}."
        raise WrongSettingError(message)
    return int(raw)


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    return _number(env, name, default, lowest=1, highest=HIGHEST_PORT)


def _port_or_socket(env: Mapping[str, str], name: str) -> int | Path | None:
    raw = env.get(name, "").strip()
    if not raw:
        return None
    if not raw.startswith("/"):
        return _port(env, name, 0)
    path = Path(raw)
    if not path.parent.is_dir() or len(os.fsencode(raw)) > LONGEST_SOCKET_PATH:
        message = f"{name} is «{raw}», and no socket can be made there. Give a port, or a path in a folder that exists."
        raise WrongSettingError(message)
    return path


def _certificate(env: Mapping[str, str]) -> tuple[Path | None, Path | None]:
    """Return the files of the certificate and of its key: both or neither."""
    names = ("CLIENTELA_TLS_CERTIFICATE", "CLIENTELA_TLS_KEY")
    given = {name: Path(env[name].strip()) for name in names if env.get(name, "").strip()}
    if not given:
        return None, None
    for name in names:
        if name not in given:
            raise WrongSettingError(f"{name} is missing: a certificate and its key are given together.")
        path = given[name]
        if not path.is_absolute() or not path.is_file() or not os.access(path, os.R_OK):
            message = f"{name} is «{path}», which is not a file that this user can read. Give its path from / on."
            raise WrongSettingError(message)
    return given[names[0]], given[names[1]]


def _networks(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    given = [part.strip() for part in env.get(name, "").split(",") if part.strip()]
    try:
        return tuple(ip_network(part) for part in given)
    except ValueError as error:
        message = f"{name} holds something that is no address or network such as 10.0.0.5 or 10.0.0.0/24: {error}."
        raise WrongSettingError(message) from error


def _yes_or_no(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    raw = env.get(name, "").strip().lower()
    if not raw:
        return default
    if raw in {"yes", "true", "1", "on"}:
        return True
    if raw in {"no", "false", "0", "off"}:
        return False
    message = f"{name} is «{raw}»; it must be yes or no."
    raise WrongSettingError(message)


def _url(env: Mapping[str, str], name: str, default: str, schemes: tuple[str, ...]) -> str:
    raw = env.get(name, "").strip()
    if not raw:
        return default
    # The value may hold a password, so the sentence never repeats it.
    try:
        parts = urlsplit(raw)
        _ = parts.port
    except ValueError as error:
        message = f"{name} is not an address: {error}."
        raise WrongSettingError(message) from error
    if parts.scheme not in schemes:
        message = f"{name} must start with {' or '.join(scheme + '://' for scheme in schemes)}."
        raise WrongSettingError(message)
    return raw


def _domain(env: Mapping[str, str]) -> str:
    raw = env.get("CLIENTELA_MAIL_DOMAIN", "").strip().lower() or "clientela.test"
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", raw):
        message = f"CLIENTELA_MAIL_DOMAIN is «{raw}», which is not a domain name such as example.org."
        raise WrongSettingError(message)
    return raw


def _key_file(env: Mapping[str, str], name: str) -> Path | None:
    raw = env.get(name, "").strip()
    if not raw:
        return None
    path = Path(raw).expanduser()
    try:
        is_key = path.is_absolute() and "PRIVATE KEY-----" in path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        message = f"{name} is «{raw}», and that file cannot be read: {error.strerror}."
        raise WrongSettingError(message) from error
    if not is_key:
        message = f"{name} is «{raw}», which is not a file with a private key (PEM), given from / on."
        raise WrongSettingError(message)
    return path


def _selector(env: Mapping[str, str], name: str, default: str) -> str:
    raw = env.get(name, "").strip().lower() or default
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", raw):
        message = f"{name} is «{raw}», which is not a name in DNS such as clientela or mail2026."
        raise WrongSettingError(message)
    return raw


def _names(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Host names separated by commas, in small letters."""
    given = tuple(host.strip().lower().rstrip(".") for host in env.get(name, "").split(",") if host.strip())
    wrong = next((host for host in given if not re.fullmatch(r"[a-z0-9._-]+", host)), None)
    if wrong is not None:
        message = f"{name} holds «{wrong}», which is not a name such as mx.example.org."
        raise WrongSettingError(message)
    return given


def _hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    raw = env.get("CLIENTELA_ALLOWED_HOSTS", "")
    named = tuple(host.strip() for host in raw.split(",") if host.strip())
    return named or ("localhost", "127.0.0.1", "[::1]")


def _secret_key(env: Mapping[str, str], home: Path) -> str:
    given = env.get("CLIENTELA_SECRET_KEY", "")
    if given:
        if len(given) < SHORTEST_SECRET_KEY:
            message = (
                f"CLIENTELA_SECRET_KEY is shorter than {SHORTEST_SECRET_KEY} characters; leave it out and one is made."
            )
            raise WrongSettingError(message)
        return given
    try:
        return _kept_secret_key(home / "secret_key")
    except OSError as error:
        message = f"CLIENTELA_HOME is «{home}», and the secret key cannot be kept there: {error.strerror}."
        raise WrongSettingError(message) from error


def _old_secret_keys(env: Mapping[str, str]) -> tuple[str, ...]:
    given = tuple(env.get("CLIENTELA_OLD_SECRET_KEYS", "").split())
    if any(len(key) < SHORTEST_SECRET_KEY for key in given):
        message = (
            f"CLIENTELA_OLD_SECRET_KEYS holds a key shorter than {SHORTEST_SECRET_KEY} characters; "
            "give whole keys, separated by spaces."
        )
        raise WrongSettingError(message)
    return given


def _kept_secret_key(path: Path) -> str:
    if not path.exists():
        # Several processes may start at once on an empty folder: the exclusive link lets one key win,
        # and nobody ever reads a half-written one.
        draft = path.with_name(f"secret_key.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
