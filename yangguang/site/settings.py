"""Settings.  Everything that differs between installations comes from the environment (see docs/reference/settings.md)."""

from pathlib import Path

from csp.constants import NONE, SELF

from yangguang.site import env

ROOT = Path(__file__).resolve().parents[2]
HOME = env.home()

SECRET_KEY = env.secret("secret_key")
DEBUG = env.flag("YANGGUANG_DEBUG")
ALLOWED_HOSTS = env.names("YANGGUANG_HOSTS", ["127.0.0.1", "localhost", "[::1]", "testserver"])
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{env.number('PORT', 8000, 1, 65535)}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "axes",
    "yangguang.trail",
    "yangguang.registry",
    "yangguang.lawbook",
    "yangguang.duty",
    "yangguang.record",
    "yangguang.training",
    "yangguang.catalogue",
    "yangguang.inspection",
    "yangguang.casework",
    "yangguang.review",
    "yangguang.decision",
    "yangguang.disclosure",
    "yangguang.supervision",
    "yangguang.exchange",
    "yangguang.workbench",
    "yangguang.portal",
    "yangguang.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yangguang.registry.middleware.Awake",
    "yangguang.registry.middleware.Scope",
    "yangguang.trail.receipts.Receipts",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "yangguang.site.urls"
WSGI_APPLICATION = "yangguang.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "yangguang" / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]

# Three roles, three connections: the web may add facts but never change them, the portal sees published rows only,
# the owner migrates and audits.
_SIZE = env.number("YANGGUANG_POOL", 8, 0, 100)  # connections kept for each role by each web process; 0 = none kept
# Each is asked whether it lives before it is used: a database that crashed and came back costs nobody a failed page.
_POOL = {"pool": {"min_size": 1, "max_size": _SIZE, "timeout": 10}} if _SIZE else {}
# A case is read with a dozen others by their keys: left free, the database spends ten times as long on weighing the orders of
# so many joins as on reading.  Up to four it still weighs.
_PLANS = {"options": "-c join_collapse_limit=4"}
_KEPT = {"OPTIONS": _POOL | _PLANS, "CONN_HEALTH_CHECKS": True}
DATABASES = {
    "default": {**env.database("DATABASE_URL", "yg_web"), **_KEPT},
    "portal": {**env.database("DATABASE_PORTAL_URL", "yg_portal"), **_KEPT},
    "owner": {**env.database("DATABASE_OWNER_URL", "yg_owner"), "OPTIONS": {}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "registry.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "yangguang.registry.access.Accounts"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "workbench:inbox"
LOGOUT_REDIRECT_URL = "portal:home"
SESSION_COOKIE_AGE = env.number("YANGGUANG_SESSION_SECONDS", 1800, 60, 86400)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

AXES_FAILURE_LIMIT = env.number("YANGGUANG_LOGIN_TRIES", 5, 1, 100)
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registry/locked.html"
AXES_ENABLE_ACCESS_FAILURE_LOG = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [ROOT / "yangguang" / "site" / "static"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_TEMP_DIR = None
UPLOAD_MAX_BYTES = env.number("YANGGUANG_UPLOAD_MAX_MB", 500, 1, 10000) * 2**20
MEDIA_MAX_BYTES = env.number("YANGGUANG_MEDIA_MAX_MB", 8192, 1, 1_000_000) * 2**20  # resumable uploads and stations
UPLOAD_EXPIRES_HOURS = env.number("YANGGUANG_UPLOAD_EXPIRES_HOURS", 168, 1, 8760)

# Readings of files that the supervisor's board points out (yangguang/record/custody/watch.py).
READING_MANY = env.number("YANGGUANG_READING_MANY", 60, 1, 100000)  # items a day, of cases one does not handle
READING_COPIES = env.number("YANGGUANG_READING_COPIES", 30, 1, 100000)  # downloads a day
READING_FROM = env.number("YANGGUANG_READING_FROM", 6, 0, 24)  # working hours, for those who do not handle the case
READING_TO = env.number("YANGGUANG_READING_TO", 22, 0, 24)

VAULT_DIR = HOME / "vault"
VAULT_URL = env.text("VAULT_URL")  # a bucket with Object Lock instead of the folder; see yangguang/vault/s3.py
# Other places that each hold a copy of every object: folders, parted by ":"; `yangguang vault copy` fills them.
VAULT_COPIES = [Path(one) for one in env.text("VAULT_COPIES").split(":") if one]
UPLOADS_DIR = HOME / "uploads"
LOG_DIR = HOME / "log"
KEYS_DIR = HOME / "keys"
FONTS_DIR = HOME / "fonts"
PACKS_DIR = ROOT / "packs"
LOG_ORIGIN = env.text("YANGGUANG_LOG_ORIGIN", "yangguang.local/log")
LOG_SM3 = env.flag("YANGGUANG_LOG_SM3")

MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # locked by name, not by address: a whole office shares one address
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.text("YANGGUANG_LOG_LEVEL", "WARNING")},
}
