"""Django's settings. Everything an installation may change comes from the environment, with a safe default.

``AMUR_DATA``          folder of the database, uploads and keys (default: ``var`` in the project)
``AMUR_DATABASE_URL``  ``postgresql://user@host:port/name?host=/socket`` (default: SQLite in the data folder)
``AMUR_PACK``          folder of the pack that this installation runs (default: the one that ``packs/default`` names)
``AMUR_DEMO_PERCENT``  how much of the demonstration's year is played on a first start (default: 100)
``AMUR_TABLES``        folder that keeps an empty database for copies (default: ``cache`` in the data folder)
``AMUR_HOSTS``         comma-separated host names; ``AMUR_SECURE=1`` when served over HTTPS
``AMUR_MAIL_URL``      ``smtp://user:password@host:port`` (default: messages are written as files)
``AMUR_SMS_URL``       gateway of short messages, with ``_SECRET``, ``_TEMPLATE``, ``_SIGNATURE`` (default: no sending)
``AMUR_CASHIER_URL``   cashier that takes fees, with ``_SECRET`` (default: none; demands wait for a payment code)
``AMUR_EXCHANGES``     TOML file of other systems and of who may send (default: ``exchanges.toml`` in the data folder)
``AMUR_TSA_URL``       time-stamp authority (RFC 3161) of the ledger's heads; ``AMUR_TSA_ROOTS`` a PEM file of its roots
``AMUR_LEDGER_SUITE``  ``ed25519+sha256`` (default) or ``sm2+sm3``; ``AMUR_LEDGER_ORIGIN`` the name of this log
"""

from __future__ import annotations

import os
from pathlib import Path

from amur.config import cashier, database, exchanges, installation, keys, mail, policies, sms

ROOT = Path(__file__).resolve().parents[3]
DATA = installation.data_folder()
PACK = installation.pack_folder()
SECURE = os.environ.get("AMUR_SECURE") == "1"

SECRET_KEY = keys.read_or_make(DATA / "keys" / "django.key")
QUERY_CODE_KEY = keys.read_or_make(DATA / "keys" / "query-code.key")
SECOND_FACTOR_KEY = keys.read_or_make(DATA / "keys" / "second-factor.key")
LEDGER_KEYS = DATA / "keys"
LEDGER_TSA_URL = os.environ.get("AMUR_TSA_URL", "")
LEDGER_TSA_ROOTS = os.environ.get("AMUR_TSA_ROOTS", "")
LEDGER_ORIGIN = os.environ.get("AMUR_LEDGER_ORIGIN", "")
LEDGER_SUITE = os.environ.get("AMUR_LEDGER_SUITE", "ed25519+sha256")
DEBUG = os.environ.get("AMUR_DEBUG") == "1"
ALLOWED_HOSTS = [*filter(None, os.environ.get("AMUR_HOSTS", "localhost").split(","))]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if SECURE else []

ROOMS = [
    *("ledger", "jobs", "search", "policy", "people", "registers"),
    *("procedures", "studies", "indicators", "exchange"),
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    *(f"amur.{room}" for room in ROOMS),
    "amur.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "amur.web.middleware.ActingMiddleware",
    "amur.web.tongues.FurtherLanguagesMiddleware",
]
if os.environ.get("AMUR_DEV") == "1":  # set by `amur dev` alone
    MIDDLEWARE.insert(0, "amur.web.developing.DevelopmentMiddleware")
ROOT_URLCONF = "amur.config.urls"
WSGI_APPLICATION = "amur.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "src" / "amur" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "amur.web.context.frame",
            ],
            "builtins": ["amur.web.templatetags.amur"],
        },
    }
]
DATABASES = {"default": database.from_url(os.environ.get("AMUR_DATABASE_URL", ""), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = database.caches(DATABASES["default"])
RATELIMIT_USE_CACHE = "counts"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_ADAPTER = "amur.web.accounts.AccountAdapter"
MFA_ADAPTER = "amur.web.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
SOCIALACCOUNT_ADAPTER = "amur.web.accounts.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": policies.openid_apps(os.environ)}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English"), ("ru", "Русский"), ("ja", "日本語"), ("ko", "한국어")]
LOCALE_PATHS = [ROOT / "src" / "amur" / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("AMUR_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
TABLES = Path(os.environ.get("AMUR_TABLES") or DATA / "cache")
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = policies.static_folders(ROOT)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": policies.static_storage(STATIC_ROOT, debug=DEBUG)},
}
MEDIA_ROOT = DATA / "uploads"

UPLOAD_LIMIT_BYTES = 20 * 2**20
REQUEST_LIMIT_BYTES = UPLOAD_LIMIT_BYTES + 2**20  # what a form may weigh beside its largest file
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 5

CONTENT_SECURITY_POLICY = policies.content_security()
SESSION_ENGINE = "amur.people.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # what subdomains and preload lists hold is not ours to say

SMS = sms.from_environment(os.environ)
CASHIER = cashier.from_environment(os.environ)
EXCHANGES = exchanges.from_environment(os.environ, DATA)
WEBHOOK_LOOPBACK = os.environ.get("AMUR_WEBHOOK_LOOPBACK") == "1"
EMAIL_BACKEND, _mail = mail.from_url(os.environ.get("AMUR_MAIL_URL", ""), DATA)
globals().update(_mail)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:<7} {name}  {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "amur": {"level": os.environ.get("AMUR_LOG", "INFO")},
        "django.request": {"level": "ERROR"},  # an address that leads nowhere is what somebody typed
    },
}
