"""All settings of Bylaw, fed by the environment (BYLAW_*); the embedded default needs no variable at all."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.roles import KEPT_FROM_DEPUTIES, ROLE_LABELS, ROLE_PERMISSIONS, SEEN_BY_DEPUTIES, SHOW_PRICES  # noqa: F401  (read through django.conf.settings)

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- where it runs -------------------------------------------------------------------------------
# embedded: one machine, SQLite, everything under var/. production: PostgreSQL, Redis, HTTPS in front.
MODE = env("BYLAW_MODE", default="embedded")
PRODUCTION = MODE == "production"
VAR_DIR = Path(env("BYLAW_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("BYLAW_DEBUG", default=False)
DEFAULT_SECRET = "embedded-default-never-used-in-production"
SECRET_KEY = env("BYLAW_SECRET_KEY", default=DEFAULT_SECRET)
ALLOWED_HOSTS = env.list("BYLAW_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("BYLAW_ORIGINS", default=[])
BASE_URL = env("BYLAW_URL", default="http://127.0.0.1:8000")
# Demo people have a known password; production refuses to start beside them (config/checks.py reads it too).
DEMO_ALLOWED = not PRODUCTION

if PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("BYLAW_DEBUG must be off in production.")
    if SECRET_KEY == DEFAULT_SECRET or len(SECRET_KEY) < 40:
        raise ImproperlyConfigured("BYLAW_SECRET_KEY must be set to a secret of at least 40 characters in production.")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured("BYLAW_HOSTS must name the host names that production answers to.")

# --- applications --------------------------------------------------------------------------------
INSTALLED_APPS = [
    "kernel",
    "organization",
    "catalog",
    "documents",
    "customers",
    "contracts",
    "orders",
    "aftersales",
    "config.apps.SiteConfig",
    "config.apps.BylawAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "simple_history",
    "django_htmx",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kernel.middleware.RequestLimits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kernel.middleware.PreferredLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "organization.middleware.SignedIn",
    "organization.middleware.OtpRequired",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "kernel.middleware.PolicyRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "organization.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "kernel.forms.Renderer"
# The model whose rows are "files": every StateChange names the file it belongs to (ARCHITECTURE.md, idea 6).
FILE_MODEL = "customers.Customer"
COMPANY_MODEL = "organization.Company"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["kernel.templatetags.ui", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kernel.context.shell",
            ],
        },
    }
]

# --- database ------------------------------------------------------------------------------------
DATABASES = {"default": env.db("BYLAW_DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'bylaw.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A choice in a form would open, read and close a cursor of the server: three round trips instead of one.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    # jit: compiling a plan takes a tenth of a second, the queries of a page a few milliseconds. Planning a record's joins
    # takes longer than running them, so plans are kept per connection (a pooler must pool sessions, docs/operations.md).
    DATABASES["default"]["OPTIONS"] = {
        "server_side_binding": True,
        "prepare_threshold": 2,
        "options": "-c lock_timeout=5000 -c statement_timeout=30000 -c jit=off",
    }

# --- sign-in -------------------------------------------------------------------------------------
LOGIN_URL = "organization:login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "organization:login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24 * 3
# The name that the sign-in form gives its e-mail field; the default (the model's field) would count nobody's failures.
AXES_USERNAME_FORM_FIELD = "username"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "organization/locked_out.html"
AXES_CLIENT_IP_CALLABLE = "kernel.throttle.client_address"
AXES_HANDLER = "organization.throttle.Handler"
MOST_FAILURES_OF_ONE_PERSON, MOST_FAILURES_FROM_ONE_PLACE = 40, 80  # in the same quarter of an hour
MOST_RESETS_FROM_ONE_PLACE = 20  # requests for a new password, in the same time
PROXIES = env.int("BYLAW_PROXIES", default=0)  # our own proxies before the web server
# TOTP for the admin, HR, legal, finance and the manager: always in production, by choice in the embedded default.
REQUIRE_OTP = env.bool("BYLAW_REQUIRE_OTP", default=PRODUCTION)
OTP_TOTP_ISSUER = "Bylaw"

SESSION_COOKIE_NAME = "bylaw_session"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "kernel.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION and env.bool("BYLAW_HTTPS", default=True)
if SECURE_SSL_REDIRECT:
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

# --- limits on what comes in (SECURITY.md, section E) -----------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
UPLOAD_MAX_BYTES = 25 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640
MAX_PIXELS = 50_000_000

# --- files ---------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env("BYLAW_STATIC", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env("BYLAW_FILES", default=str(VAR_DIR / "files"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FONTS_DIR = Path(env("BYLAW_FONTS", default=str(VAR_DIR / "fonts")))

# --- language and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hant"
LANGUAGES = [("zh-hant", _("Traditional Chinese")), ("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "bylaw_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("BYLAW_TIME_ZONE", default="Asia/Taipei")

# --- jobs and mail ---------------------------------------------------------------------------------
CELERY_BROKER_URL = env("BYLAW_BROKER_URL", default="redis://127.0.0.1:6380/0")
# A page that hands a task over waits for no broker: the beat's next run finds the work (kernel.tasks.soon).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "socket_connect_timeout": 3,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

DEFAULT_FROM_EMAIL = env("BYLAW_MAIL_FROM", default="Bylaw <bylaw@example.com>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10
if env("BYLAW_MAIL_URL", default=""):
    vars().update(env.email_url("BYLAW_MAIL_URL"))
else:  # nothing leaves the machine: each mail is a file that the person trying Bylaw can open
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")

# The mailbox of customer service, read each minute: imaps://user:password@host/INBOX; empty: none is read.
MAILBOX_URL = env("BYLAW_MAILBOX_URL", default="")
MAILBOX_ADDRESS = env("BYLAW_MAILBOX_ADDRESS", default="")  # as customers write to it: letters from it are our own

# --- history and logs --------------------------------------------------------------------------------
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
AUDIT_ANCHORS = env("BYLAW_AUDIT_ANCHORS", default=str(VAR_DIR / "audit" / "anchors"))  # best on another disk
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "kernel.logs.formatter", "as_json": PRODUCTION}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("BYLAW_LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")},
    "loggers": {"axes": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}},
}
