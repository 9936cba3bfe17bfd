"""Settings of the site. What an operator may change is read from the environment, by name."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from shangji_web import place

BASE = Path(__file__).resolve().parent
APPS = (
    "people",
    "seasons",
    "projects",
    "filings",
    "reviews",
    "responses",
    "meetings",
    "libraries",
    "leaders",
    "jobs",
    "ledgered",
    "notices",
    "publicity",
)

SECRET_KEY = place.secret_key()
DEBUG = False
HTTPS = os.environ.get("SHANGJI_HTTPS") == "1"
# This machine asks itself how it is (the container's health check, the bureau's watch).
ITSELF = ("localhost", "127.0.0.1", "[::1]")
ALLOWED_HOSTS = [*filter(None, os.environ.get("SHANGJI_HOSTS", "").split(",")), *ITSELF]
CSRF_TRUSTED_ORIGINS = [item for item in os.environ.get("SHANGJI_ORIGINS", "").split(",") if item]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "csp",
    *(f"shangji_web.{name}" for name in APPS),
    "shangji_web.rights",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "shangji_web.remembered.Remembering",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "shangji_web.rights.middleware.Clean",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shangji_web.rights.middleware.Rights",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "shangji_web.urls"
WSGI_APPLICATION = "shangji_web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "shangji_web.rights.context.shell",
            ],
            "builtins": ["shangji_web.templatetags.shown", "shangji_web.templatetags.parts"],
            "libraries": {"shown": "shangji_web.templatetags.shown"},
        },
    }
]

DATABASES = {"default": place.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["shangji_web.people.hashers.Argon2"]
PASSWORD_DAYS = int(os.environ.get("SHANGJI_PASSWORD_DAYS", "90"))  # 0 for ever
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("login", "name")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
DEMO_LOGINS = os.environ.get("SHANGJI_DEMO_LOGINS", "1") == "1"  # of made-up data only
OTP_REQUIRED = os.environ.get("SHANGJI_OTP") == "required"  # for administrators and heads
OTP_TOTP_ISSUER = "上计·零基预算评审"

LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "people:login"

AXES_USERNAME_FORM_FIELD = "username"  # the form's name, not the column's
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "people/locked.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True

SESSION_COOKIE_AGE = 60 * int(os.environ.get("SHANGJI_IDLE_MINUTES", "60"))  # without a request
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],  # charts and bars set widths; no script can follow
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = os.environ.get("SHANGJI_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = place.folder("static")
STATICFILES_DIRS = [BASE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 24 * 60 * 60

UPLOAD_BYTES = 50 << 20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("SHANGJI_LOG", "WARNING")},
}
