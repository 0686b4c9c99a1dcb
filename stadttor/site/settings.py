"""Settings of the installation. Everything an operator changes comes from the environment (docs/operating/)."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("STADTTOR_VAR", ROOT / "var"))
STADTTOR_FILES = VAR / "files"
STADTTOR_KEYS = VAR / "keys"
STADTTOR_HEADS = VAR / "audit-heads"
STADTTOR_DEMO = os.environ.get("STADTTOR_DEMO") == "1"
# Only the worker reads these; where it runs under an account of its own, nobody else needs the right to.
STADTTOR_PUBLISHER_KEYS = Path(os.environ.get("STADTTOR_PUBLISHER_KEYS", STADTTOR_KEYS))
STADTTOR_PACKAGES = Path(os.environ.get("STADTTOR_PACKAGES", ROOT / "packages"))

# "app" serves people and owns nothing; "owner" migrates and never serves.
STADTTOR_ROLE = os.environ.get("STADTTOR_ROLE", "app")


def _secret() -> str:
    """The key for signing; kept as a file so that restarts do not end sessions."""
    if "STADTTOR_SECRET_KEY" in os.environ:
        return os.environ["STADTTOR_SECRET_KEY"]
    path = STADTTOR_KEYS / "secret.key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(os.urandom(32).hex())
    except FileExistsError:
        pass
    return path.read_text()


def _database(url: str) -> dict[str, object]:
    """Django's description of a `postgresql://user:password@host:port/name?host=/socket` address."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "stadttor",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": query.get("port", str(parts.port or "")),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "options": "-c statement_timeout=5000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=15000"
            if STADTTOR_ROLE == "app"
            else "",
            "prepare_threshold": None,
            # A server that takes the connection and says nothing must not hold a page.
            "connect_timeout": 5,
        },
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


SECRET_KEY = _secret()
DEBUG = False
_app_url = os.environ.get("STADTTOR_DATABASE_URL", "postgresql:///stadttor")
_url = os.environ.get("STADTTOR_OWNER_URL", _app_url) if STADTTOR_ROLE == "owner" else _app_url
DATABASES = {"default": _database(_url)}

STADTTOR_QUEUE_APP = "procrastinate.contrib.django"
INSTALLED_APPS = [
    STADTTOR_QUEUE_APP,
    *(
        f"stadttor.{name}"
        for name in (
            "ground", "tenancy", "identity", "notices", "citizens", "forms", "processes", "records", "payments",
            "exchange", "appointments", "descriptions", "catalog", "cases", "privacy", "insights", "rollout", "inventory",
            "papers", "studio", "portal", "site",
        )
    ),
]  # fmt: skip
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

ROOT_URLCONF = "stadttor.site.urls"
WSGI_APPLICATION = "stadttor.site.wsgi.application"
MIDDLEWARE = [
    "stadttor.ground.web.headers.SecurityHeaders",
    "stadttor.site.middleware.Errors",
    # Before anything that asks the database: what is away is explained in the reader's language.
    "stadttor.ground.web.language.LanguageMiddleware",
    "stadttor.site.middleware.AuthorityFromHost",
    "stadttor.site.middleware.Principals",
    "stadttor.site.rates.Rates",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES: list[dict[str, object]] = []
APPEND_SLASH = False

# Hosts are checked against the authorities' slugs and the installation's own domain in AuthorityFromHost.
STADTTOR_DOMAIN = os.environ.get("STADTTOR_DOMAIN", "localhost")
ALLOWED_HOSTS = [STADTTOR_DOMAIN, f".{STADTTOR_DOMAIN}"]
if STADTTOR_DEMO:  # and the tests, which run as the demo
    ALLOWED_HOSTS += ["127.0.0.1", "testserver"]
# Who runs this installation for the authorities, with address, and whom it employs for that ("who: what for; …"): it stands in
# privacy notices and in the annex for processors (Art. 13 and 28 GDPR).
STADTTOR_PROCESSOR = os.environ.get("STADTTOR_PROCESSOR", "")
STADTTOR_SUBPROCESSORS = os.environ.get("STADTTOR_SUBPROCESSORS", "")
STADTTOR_HTTPS = os.environ.get("STADTTOR_HTTPS") == "1"
STADTTOR_PORT = os.environ.get("PORT", "8000")

# Nobody may press "paid" in production: the simulator belongs to the demo, elsewhere only where it is asked for by name.
STADTTOR_SIMULATED_PAYMENT = STADTTOR_DEMO or os.environ.get("STADTTOR_PAYMENT") == "simulator"

# The live process answers below /events/ of the same host behind a reverse proxy; the demo, which has none, names its
# port, and the pages may connect there.
STADTTOR_LIVE_PORT = os.environ.get("STADTTOR_LIVE_PORT", "") if STADTTOR_DEMO else ""
STADTTOR_LIVE_SOURCE = f"http://*.{STADTTOR_DOMAIN}:{STADTTOR_LIVE_PORT}" if STADTTOR_LIVE_PORT else ""

# As in stadttor.ground.web.cookies: a sibling town's page must not set it.
CSRF_COOKIE_NAME = "__Host-csrftoken" if STADTTOR_HTTPS else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = STADTTOR_HTTPS
CSRF_FAILURE_VIEW = "stadttor.site.errors.csrf_failure"

# Bodies are bounded everywhere: forms 2 MB without files, at most 2,000 fields and 20 files in one request.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

EMAIL_HOST = os.environ.get("STADTTOR_SMTP_HOST", "127.0.0.1")
EMAIL_PORT = int(os.environ.get("STADTTOR_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("STADTTOR_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("STADTTOR_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("STADTTOR_SMTP_TLS") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("STADTTOR_MAIL_FROM", "stadttor@localhost.localdomain")

USE_TZ = True
TIME_ZONE = "Europe/Berlin"
LANGUAGE_CODE = "de"
USE_I18N = False

STADTTOR_LOG_LEVEL = os.environ.get("STADTTOR_LOG_LEVEL", "WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "stadttor.site.logs.Line"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        # Django names the path of every refused request, and a secret link is a path; stadttor.errors logs what matters.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        **{name: {"level": STADTTOR_LOG_LEVEL} for name in ("stadttor", "adapters", "procrastinate")},
    },
    # Libraries tell only what goes wrong, whatever the level: signxml's DEBUG is the assertion itself, name and birth date.
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
