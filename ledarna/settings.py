"""Settings of Ledarna; every one that an operator may want to change comes from the environment.

The defaults are right for a try-out on one's own machine. As soon as ``ALLOWED_HOSTS`` names a host
other than this machine, Ledarna is served to others, and the rules of production hold without
further settings: TLS only, secure cookies, no try-out passwords.
"""

import tomllib
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from ledarna import environment
from ledarna.secret_key import kept_secret_key

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
LEDARNA_VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "version"
]
DATA_DIR = Path(env.str("LEDARNA_DATA_DIR", default=str(BASE_DIR / "data"))).resolve()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret_key(DATA_DIR)
THIS_MACHINE = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=THIS_MACHINE)
SERVED_TO_OTHERS = not set(ALLOWED_HOSTS) <= set(THIS_MACHINE)
CSRF_TRUSTED_ORIGINS = [
    f"https://{'*' if host.startswith('.') else ''}{host}"
    for host in ALLOWED_HOSTS
    if host not in [*THIS_MACHINE, "*"]
]

INSTALLED_APPS = [
    "ledarna",
    "members",
    "finance",
    "board",
    "ledarna.apps.LedarnaAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "auditlog",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "ledarna.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "ledarna.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "ledarna.methods.MethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ledarna.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ledarna.idle.IdleMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ledarna.second_factor.SecondFactorMiddleware",
    "ledarna.trail.RefusalMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "ledarna.urls"
WSGI_APPLICATION = "ledarna.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ledarna.context.association",
                "ledarna.context.reader",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": environment.database(env, default=DATA_DIR / "ledarna.sqlite3")}
if DATABASES["default"]["ENGINE"] == environment.SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        # A writer waits for its turn at the start of its transaction, and what was acknowledged is on disk.
        # It waits longer than a SIE file of 100 000 vouchers takes, which is one transaction.
        "transaction_mode": "IMMEDIATE",
        "timeout": 120,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    # Works behind a pooler in transaction mode too: no connection is kept across requests by name.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        **DATABASES["default"].get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": 16, "timeout": 10},
    }

CACHES = {
    # In the database: how often somebody failed to sign in, and which codes were used, holds for all
    # processes and machines that serve.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "ledarna_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Charts by the digest of what they show: shared by the processes, kept over restarts, never stale.
    "charts": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "charts",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
}

AUTHENTICATION_BACKENDS = ["ledarna.access.AccessBackend"]
AUTH_USER_MODEL = "ledarna.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
# A working day from the sign-in, or until nobody has used it for a while: longer than a meeting goes on in
# which somebody writes and does not save; 0 never ends it so.
SESSION_COOKIE_AGE = 12 * 3600
LEDARNA_IDLE_MINUTES = env.int("LEDARNA_IDLE_MINUTES", default=120)
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "ledarna.passwords.NoNamesValidator"},
]

ACCOUNT_ADAPTER = "ledarna.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "ledarna.forms.sign_in.SignInForm",
    "change_password": "ledarna.forms.sign_in.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]  # of the model; nobody signs up
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "reset_password": "20/h/ip,5/h/key",
    # An address is locked out long before it can lock a user out of everywhere else.
    "login_failed": "10/m/ip,20/h/ip,200/h/key",
}
MFA_ADAPTER = "ledarna.accounts.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "ledarna.forms.sign_in.CodeForm",
    "authenticate_webauthn": "ledarna.forms.sign_in.PasskeyCodeForm",
    "login_webauthn": "ledarna.forms.sign_in.PasskeySignInForm",
    "activate_totp": "ledarna.forms.sign_in.AppForm",
    "add_webauthn": "ledarna.forms.sign_in.PasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SERVED_TO_OTHERS
# The roles that sign in with two factors; none while Ledarna is tried out on one's own machine.
SECOND_FACTOR_ROLES = env.list(
    "SECOND_FACTOR_ROLES", default=["treasurer", "administrator"] if SERVED_TO_OTHERS else []
)
# The web server in front says who asks (docs/operator.md).
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SERVED_TO_OTHERS else 0

# The trail needs to know who, not from which address.
AUDITLOG_DISABLE_REMOTE_ADDR = True
AUDITLOG_CID_GETTER = "ledarna.request_log.number"

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["ledarna.formats"]

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "documents": {
        "BACKEND": "ledarna.storage.DocumentStorage",
        "OPTIONS": {"location": DATA_DIR / "documents"},
    },
}

WHITENOISE_KEEP_ONLY_HASHED_FILES = True

FILE_UPLOAD_HANDLERS = [
    "ledarna.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# A voucher of many rows, each of them seven fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

LEDARNA_BACKUP_HOURS = env.int("LEDARNA_BACKUP_HOURS", default=0)
LEDARNA_CURRENCY = env.str("LEDARNA_CURRENCY", default="SEK")
DEFAULT_CURRENCY = LEDARNA_CURRENCY
CURRENCIES = (LEDARNA_CURRENCY,)

vars().update(environment.email(env))
DEFAULT_FROM_EMAIL = env.str(
    "EMAIL_FROM",
    default=f"ledarna@{ALLOWED_HOSTS[0].removeprefix('.')}" if SERVED_TO_OTHERS else "ledarna@localhost",
)

SECURE_SSL_REDIRECT = SERVED_TO_OTHERS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^api/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SERVED_TO_OTHERS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SERVED_TO_OTHERS
SECURE_HSTS_PRELOAD = SERVED_TO_OTHERS
SESSION_COOKIE_SECURE = SERVED_TO_OTHERS
CSRF_COOKIE_SECURE = SERVED_TO_OTHERS
LANGUAGE_COOKIE_SECURE = SERVED_TO_OTHERS
if SERVED_TO_OTHERS:
    # Such a cookie is of this host alone, whatever stands on its other names, and never without TLS.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = (
        f"__Host-{name}" for name in ("sessionid", "csrftoken", "language")
    )
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "ledarna.request_log.JsonFormatter"},
        "text": {"()": "ledarna.request_log.TextFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json" if SERVED_TO_OTHERS else "text"}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Every request; in a try-out only what went wrong, so that the sign-ins that were printed stay in sight.
        "ledarna.requests": {"level": "INFO" if SERVED_TO_OTHERS or DEBUG else "WARNING"},
        # The line of the request says what was not found and what was refused.
        "django.request": {"level": "ERROR"},
        # Anybody on the network can ask for a host that is not ours; they get 400, and no page in the log.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
