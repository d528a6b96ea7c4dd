"""Every setting of the project, in one file. Defaults are safe for production; docs/settings.md explains each.

A value that can't be used stops the start with a sentence that says what to set instead.
"""

from datetime import timedelta
from pathlib import Path

from environ import Env

from safetyapp import embedded, environment
from safetyapp.databases import database

BASE_DIR = Path(__file__).resolve().parent.parent

# Where it runs and what it keeps

HOST = environment.text("HOST", "127.0.0.1")
PORT = environment.whole_number("PORT", default=8000, least=1, most=65535)
DATA_DIR = embedded.data_folder(environment.text("DATA_DIR", "var"), beside=BASE_DIR)
DEMO = environment.switch("DEMO", default=False)
DEBUG = environment.switch("DEBUG", default=False)
SECRET_KEY = environment.text("SECRET_KEY") or embedded.kept_secret(DATA_DIR / "secret_key")

# Addresses

TLS_CERT = environment.existing_file("TLS_CERT")
TLS_KEY = environment.existing_file("TLS_KEY")
if bool(TLS_CERT) != bool(TLS_KEY):
    raise environment.unusable(
        "TLS_CERT", TLS_CERT or "(empty)", wanted="a certificate together with TLS_KEY, or neither"
    )

public_origin = environment.web_origin("PUBLIC_URL")
PUBLIC_URL = (
    public_origin.geturl().rstrip("/") if public_origin else f"{'https' if TLS_CERT else 'http'}://{HOST}:{PORT}"
)
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *({public_origin.hostname} if public_origin and public_origin.hostname else {HOST} - {"0.0.0.0", "::"}),
    *environment.words("ALLOWED_HOSTS"),
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
FORWARDED_ALLOW_IPS = environment.text("FORWARDED_ALLOW_IPS", "127.0.0.1")

# Database and broker

DATABASE_POOL_SIZE = environment.whole_number("DATABASE_POOL_SIZE", default=20, least=1, most=1000)
DATABASES = {"default": database(default_file=DATA_DIR / "db.sqlite3", pool_size=DATABASE_POOL_SIZE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

VALKEY_SOCKET = embedded.valkey_socket(DATA_DIR)
given_broker = environment.address("REDIS_URL", schemes=("redis", "rediss", "unix"), example="redis://host:6379/0")
REDIS_URL = given_broker or f"unix://{VALKEY_SOCKET}"
RUNS_OWN_VALKEY = not given_broker
EMBEDDED = RUNS_OWN_VALKEY and "sqlite3" in DATABASES["default"]["ENGINE"]

# Django

INSTALLED_APPS = [
    "checklists",
    "api",
    "rest_framework",
    "knox",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "safetyapp.urls"
ASGI_APPLICATION = "safetyapp.asgi.application"
WSGI_APPLICATION = "safetyapp.wsgi.application"
APPEND_SLASH = False
AUTH_USER_MODEL = "checklists.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# Security: cookies, redirects and HSTS follow the scheme that people open

IS_HTTPS = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz", r"^readyz"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if IS_HTTPS else 0
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())  # a phone without signal must not be signed out mid-week
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: this app speaks for its own host alone
    "security.W021",  # HSTS preload: likewise, and it can't be taken back
]

# API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.StrictJSONParser"],
    "EXCEPTION_HANDLER": "api.problems.handler",
    "NUM_PROXIES": 0,  # the server has set REMOTE_ADDR from trusted proxies; X-Forwarded-For itself is anybody's word
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": None,  # programs' tokens live until somebody revokes them: a watchdog must not expire at night
}

# Celery

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "polling_interval": 0.5,  # how long a worker's BRPOP blocks; it must stay below socket_timeout
    "visibility_timeout": 600,
    "health_check_interval": 5,
}
CELERY_TASK_PUBLISH_RETRY = False  # the database remembers; the next sweep does what a lost message asked for
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = environment.whole_number("WORKER_THREADS", default=8, least=1, most=256)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # a task may run twice without harm
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # keeps no file: everything in it runs every second
CELERY_BEAT_SCHEDULE = {
    "sweep-alerts": {"task": "checklists.tasks.sweep_alerts", "schedule": 1.0, "options": {"expires": 5}},
    "send-deliveries": {"task": "checklists.tasks.send_deliveries", "schedule": 1.0, "options": {"expires": 5}},
}

# Alerts

ALERT_CHANNELS = {
    "in_app": "checklists.channels.in_app",
    "email": "checklists.channels.email",
    "webhook": "checklists.channels.webhook",
}
ALLOW_PRIVATE_WEBHOOKS = environment.switch("ALLOW_PRIVATE_WEBHOOKS", default=False)
ALERTS_STALE_AFTER = timedelta(seconds=environment.whole_number("ALERTS_STALE_AFTER_S", default=30, least=2, most=3600))
STANDBY_SWEEPS_AFTER = timedelta(
    seconds=environment.whole_number("STANDBY_SWEEPS_AFTER_S", default=5, least=2, most=3600)
)

# Mail

DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "who-checked-the-gun@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
mail = Env.email_url_config(
    environment.address(
        "EMAIL_URL",
        default=f"filemail:///{DATA_DIR / 'mail'}",
        schemes=sorted(Env.EMAIL_SCHEMES),
        example="smtp+tls://user:password@mail.example.com:587",
    )
)
EMAIL_BACKEND = mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = mail["EMAIL_FILE_PATH"]
EMAIL_HOST = mail["EMAIL_HOST"] or "localhost"
EMAIL_PORT = mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER = mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10

# Logging: one line each, to stderr; whoever runs the process keeps it

LOG_LEVEL = environment.one_of("LOG_LEVEL", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "celery.app.trace": {"level": "WARNING"},  # otherwise two lines for each sweep, every second
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "py.warnings": {"level": "ERROR"},  # a Celery worker sends Python's warnings there, at every reconnection
    },
}
