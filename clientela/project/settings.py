"""Django's settings, from the environment. See `clientela/kernel/environment.py` for what can be set."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from clientela.kernel.environment import read_environment

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parents[1]

SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.old_secret_keys)
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
PUBLIC_URL = ENVIRONMENT.public_url
ORGANISATION_NAME = ENVIRONMENT.organisation
MAIL_DOMAIN = ENVIRONMENT.mail_domain
MAIL_SERVER = ENVIRONMENT.mail_server
DOMAIN_LETTERS_A_MINUTE = ENVIRONMENT.domain_letters_a_minute
DKIM_KEY = ENVIRONMENT.dkim_key
DKIM_SELECTOR = ENVIRONMENT.dkim_selector
TRUSTED_CHECKERS = ENVIRONMENT.trusted_checkers
MAIL_RELAYS = ENVIRONMENT.mail_relays
MESSAGE_LIMIT_BYTES = ENVIRONMENT.message_limit_bytes
LOG_LIMIT_BYTES = 2 * 1024 * 1024 * 1024  # of an event log, which only who may bring one in may send
CASE_FILE_LIMIT_BYTES = 500 * 1000 * 1000  # of a file of cases, the same
STATE_FOLDER = ENVIRONMENT.home
FILES_FOLDER = ENVIRONMENT.home / "files"
ANALYTICS_FOLDER = ENVIRONMENT.analytics.folder
ANALYTICS_ENGINE = ENVIRONMENT.analytics.engine
ANALYTICS_MEMORY_MB = ENVIRONMENT.analytics.memory_mb
ANALYTICS_THREADS = ENVIRONMENT.analytics.threads

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "axes",
    "procrastinate.contrib.django",
    "clientela.kernel",
    "clientela.directory",
    "clientela.promises",
    "clientela.catalogue",
    "clientela.requests",
    "clientela.voice",
    "clientela.network",
    "clientela.impact",
    "clientela.inbox",
    "clientela.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clientela.web.security.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clientela.web.viewer.ViewerMiddleware",
    "clientela.web.limits.LimitsMiddleware",
    "clientela.web.doors.RefusalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "clientela.project.urls"
WSGI_APPLICATION = "clientela.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "clientela.web.viewer.page_context",
            ],
        },
    },
]


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "clientela",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": {**options, "pool": {"min_size": 0, "max_size": 12, "timeout": 10}},
        "CONN_MAX_AGE": 0,
        # A connection that died with a restarted server is replaced before it is used.
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


DATABASES = {"default": _database(ENVIRONMENT.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "directory.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account:login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "account:login"
# The form calls the address "username", as Django does; left to itself axes looks for "email" and counts nobody.
AXES_USERNAME_FORM_FIELD = "username"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_VERBOSE = False

# Whose `TABLES` the analytics store is written from, in the order of the contexts.
ANALYTICS_EXPORTS = (
    "clientela.directory.exports",
    "clientela.promises.exports",
    "clientela.catalogue.exports",
    "clientela.requests.exports",
    "clientela.voice.exports",
)

# Who knows what readers wish, asked by the post before it hands a letter over.
ASKED_BEFORE_SENDING = "clientela.directory.queries.last_word.last_word_on_letter"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ro", _("Romanian")), ("pl", _("Polish")), ("es", _("Spanish"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# All of it lies in one folder of the package, with the vendored libraries, and is served from there.
STATIC_ROOT = PACKAGE / "web" / "static"
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_FAILURE_VIEW = "clientela.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # the content policy forbids frames except the sandboxed message frame

PROCRASTINATE_ON_APP_READY = "clientela.project.clockwork.on_app_ready"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        # It warns of an app made in the main module, for the names of its tasks; the worker's has none of its own.
        "procrastinate.blueprints": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},
        "imapclient": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
