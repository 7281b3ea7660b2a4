"""Settings that hold in every environment; development, production and test differ."""

from corsheaders.defaults import default_headers
from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE

from config.settings import environment
from config.settings.environment import BASE_DIR, DATA_DIR, PORT, SITE_DIR, SITE_URL
from config.settings.stores import *
from config.settings.watching import *

# The road a submission travels, upstream first. An app may import only from apps
# above it in this list; import-linter checks that.
PORTAL_APPS = [
    "persian",  # digits, dates, national numbers; knows no other app
    "work",  # what is done later, once
    "accounts",  # who there is, and for whom they act
    "web",  # what every way in shares
    "messaging",  # what people are told, and how it reaches them
    "signin",  # how one comes in
    "guides",  # how it is done
    "services_catalog",  # what can be asked for
    "submissions",  # what was asked, and what became of it
    "letters",  # what was answered, in writing
    "webhooks",  # who else is told of it
    "home",  # the front page, which shows all of the above
]

INSTALLED_APPS = [
    # First: {% static %} looks for it from here on at each of a page's thirty icons.
    "django.contrib.staticfiles",
    *PORTAL_APPS,
    "wagtail_modeladmin",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "signin.apps.StaffUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    # modelsearch carries the search of Wagtail 8; never list it beside "wagtail.search".
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_fsm",
    "django_q",
    "django_htmx",
    # Its page of the API's document, with the script of its own.
    "ninja",
    "csp",
    "corsheaders",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.humanize",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]

MIDDLEWARE = [
    "web.monitoring.request_ids.RequestIdMiddleware",
    "web.monitoring.request_metrics.WholeRequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.middleware.BodilessMiddleware",
    "web.api.middleware.ApiProblemsMiddleware",
    "web.security.content_security.ContentSecurityMiddleware",
    # Before whatever asks the database: the desk waits for nobody.
    "web.outages.overload.DeskMiddleware",
    # Before the early refusals: a kept page costs next to nothing.
    "web.public_pages.caching.SharedPagesMiddleware",
    "web.outages.overload.OverloadMiddleware",
    "web.middleware.PackedPagesMiddleware",
    "web.api.middleware.ApiConditionalMiddleware",
    "web.middleware.NulMiddleware",
    "signin.session_store.CookieMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "signin.acting_party.ActingPartyMiddleware",
    "web.api.pace.ApiPaceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "web.middleware.KeptWordsMiddleware",
    "signin.staff.idle.IdleMiddleware",
    "signin.staff.second_factor.StaffGateMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "web.middleware.RefusalMiddleware",
    "web.monitoring.request_metrics.ViewMiddleware",
]

# Pages of other sites that may call the API with a script; without any, browsers forbid it.
CORS_ALLOWED_ORIGINS = environment.CORS_ORIGINS
CORS_ALLOW_CREDENTIALS = environment.CORS_CREDENTIALS
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = [
    *default_headers,
    *("x-acting-party", "x-session-token", "idempotency-key", "if-match", "if-none-match"),
    *("tus-resumable", "upload-length", "upload-metadata", "upload-offset"),
]
CORS_EXPOSE_HEADERS = [
    *("ETag", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "Idempotency-Replayed"),
    *("Tus-Resumable", "Upload-Offset", "Upload-Length", "Upload-Expires"),
]
if CORS_ALLOWED_ORIGINS:
    MIDDLEWARE.insert(2, "corsheaders.middleware.CorsMiddleware")
# Calls that one caller, and one address without a sign-in, have in a minute; 0: no limit.
API_CALLS_A_MINUTE = environment.API_CALLS_A_MINUTE
API_CALLS_OF_STRANGERS = environment.API_CALLS_OF_STRANGERS

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
SITE_URL = SITE_URL
WAGTAILADMIN_BASE_URL = SITE_URL

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "submissions.applicant.context_processors.add_portal",
            ],
            "builtins": ["web.templatetags.components"],
        },
    }
]

# --- Work that is done later ------------------------------------------------

WORK_BROKER = environment.WORK_BROKER
# Both tell `manage.py serve` what they hand out, so that a worker that stands still is noticed.
BROKERS: dict[str, dict[str, str]] = {
    "orm": {"orm": "default", "broker_class": "work.brokers.OrmBroker"},
    "redis": {"redis": environment.REDIS_URL, "broker_class": "work.brokers.RedisBroker"},
}
TASK_TIMEOUT_SECONDS = 60
# The classes of tasks, the most urgent first, and how many processes work each of them.
WORK_CLASSES: dict[str, int] = {
    "codes": environment.WORK_CODES,
    "letters": environment.WORK_LETTERS,
    "messages": environment.WORK_MESSAGES,
    "chores": environment.WORK_CHORES,
    "webhooks": environment.WORK_WEBHOOKS,
}
Q_CLUSTER = {
    "name": "portal",
    "label": "کارها",
    **BROKERS.get(WORK_BROKER, {}),
    # A class is a cluster of its own; few calls are taken in advance, so that none waits in a hand.
    "ALT_CLUSTERS": {
        name: {"workers": share, "queue_limit": share} for name, share in WORK_CLASSES.items()
    },
    "timeout": TASK_TIMEOUT_SECONDS,
    "retry": 75,  # must exceed the timeout, or a slow task runs twice at once
    "poll": 0.2,
    "save_limit": -1,  # keeping successes would load all of them at every finished task
    "catch_up": False,
    # A failing task is not repeated by the queue: it puts itself back with its own patience.
    "ack_failures": True,
    "max_attempts": 3,
}

# Private networks that receivers of webhooks may be in; others are called at public addresses alone.
WEBHOOK_NETWORKS = environment.WEBHOOK_NETWORKS

# --- Letters ----------------------------------------------------------------

# The seal and the short form of letters; without a file for it there is none. See docs/operation.md.
SEAL_FILE = environment.SEAL_FILE
SEAL_PASSWORD = environment.SEAL_PASSWORD
SEAL_ROOTS = environment.SEAL_ROOTS
SEAL_CRLS = environment.SEAL_CRLS
TSA_URL = environment.TSA_URL
PROOF_KEY_FILE = environment.PROOF_KEY_FILE
PROOF_FORMER_KEYS = environment.PROOF_FORMER_KEYS
# The government network (ECE), by e-mail; without an address of our own nothing is sent or fetched.
ECE_ADDRESS = environment.ECE_ADDRESS
ECE_CODE = environment.ECE_CODE
ECE_SHOW_AS = environment.ECE_SHOW_AS
ECE_SMTP_HOST = environment.ECE_SMTP_HOST
ECE_SMTP_PORT = environment.ECE_SMTP_PORT
ECE_SMTP_TLS = environment.ECE_SMTP_TLS
ECE_SMTP_USER = environment.ECE_SMTP_USER
ECE_SMTP_PASSWORD = environment.ECE_SMTP_PASSWORD
ECE_IMAP_HOST = environment.ECE_IMAP_HOST
ECE_IMAP_PORT = environment.ECE_IMAP_PORT
ECE_IMAP_TLS = environment.ECE_IMAP_TLS
ECE_IMAP_USER = environment.ECE_IMAP_USER
ECE_IMAP_PASSWORD = environment.ECE_IMAP_PASSWORD
ECE_IMAP_FOLDER = environment.ECE_IMAP_FOLDER
ECE_CA_FILE = environment.ECE_CA_FILE
ECE_AUTH_SERVER = environment.ECE_AUTH_SERVER

# Looks into files and copies printed for visitors: so many at a time on one host, in programs of
# their own; see work.places.
PLACES_DIR = DATA_DIR / "places"
PLACES_AT_ONCE = 2

# --- People -----------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PortalBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "signin.passwords.LeastLength"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = "wagtailadmin_login"
# A password shared by many is no way in here: those doors of Wagtail count no tries.
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
# Production demands it of whoever may open the admin; see accounts/staff.py.
STAFF_SECOND_FACTOR = False
MFA_ADAPTER = "signin.allauth_adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "signin.staff.second_factor.SecondFactorForm",
    "reauthenticate": "signin.staff.second_factor.ConfirmForm",
    "authenticate_webauthn": "signin.staff.passkeys.PasskeyForm",
    "reauthenticate_webauthn": "signin.staff.passkeys.PasskeyAgainForm",
    "add_webauthn": "signin.staff.passkeys.NewPasskeyForm",
}
MFA_TOTP_ISSUER = "میز خدمت"

# Wagtail's reset goes by e-mail, which staff accounts need not have.
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_USER_LOGIN_FORM = "signin.staff.sign_in.StaffSignInForm"

# Limits on asking and trying stand in signin/code_turns.py and beside each other way in.
ACCOUNT_ADAPTER = "signin.allauth_adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 120
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION = "none"
# Wrong second factors count for the person alone: an office of many has one address.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/300s/key"}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
SMS_GATEWAY = environment.SMS_GATEWAY
KAVENEGAR_URL = environment.KAVENEGAR_URL
KAVENEGAR_API_KEY = environment.KAVENEGAR_API_KEY
KAVENEGAR_SENDER = environment.KAVENEGAR_SENDER
KAVENEGAR_CODE_TEMPLATE = environment.KAVENEGAR_CODE_TEMPLATE
SMS_TRIAL = environment.SMS_TRIAL
SMS_GUESTS = environment.SMS_GUESTS
SMS_CODES_AN_HOUR = environment.SMS_CODES_AN_HOUR
API_TOKEN_DAYS = environment.API_TOKEN_DAYS
SMS_PRICE_PER_PART = environment.SMS_PRICE_PER_PART

# «ورود از طریق دولت من»: empty means our own stand-in with the same steps.
DOLAT = environment.DOLAT
SOCIALACCOUNT_ADAPTER = "signin.allauth_adapters.SocialAccountAdapter"

# Who confirms that a number and a name belong to a national code.
MOBILE_OWNERSHIP = environment.MOBILE_OWNERSHIP
CIVIL_REGISTRY = environment.CIVIL_REGISTRY
ZIBAL_TOKEN = environment.ZIBAL_TOKEN
ZIBAL_URL = environment.ZIBAL_URL
# For one answer of a register; a task asks two of them and must end within its own time.
REGISTRY_TIMEOUT_SECONDS = 10

# --- Language, time, looks ---------------------------------------------------

LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", "فارسی")]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = ["Asia/Tehran"]
LOCALE_PATHS = [SITE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tehran"

# What a browser could run as a page of ours is not taken, and nothing is given out but by a view.
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "csv", "txt", "png", "jpg", "jpeg", "webp"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_SITE_NAME = "میز خدمت"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {
    "default": {
        "BACKEND": "db.search",
        # It reads the rows themselves; there is no index to keep.
        "AUTO_UPDATE": False,
    }
}

# --- Security ---------------------------------------------------------------

# Keys of before: what they have signed is taken, nothing is signed with them.
SECRET_KEY_FALLBACKS = environment.SECRET_KEY_FALLBACKS
# By the ids that seals of the audit trail name, the newest first; AUDIT_KEY itself has none.
AUDIT_KEYS = environment.AUDIT_KEYS

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "report-uri": "/csp-report/",
    }
}
# What is different below /admin/: Wagtail sets styles within its pages.
ADMIN_POLICY = {"style-src": [SELF, UNSAFE_INLINE], "font-src": [SELF, "data:"]}
SESSION_ENGINE = "signin.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60
# What an app sends below /api/ in place of the cookie. A page of another site cannot send it.
SESSION_HEADER_NAME = "X-Session-Token"
CSRF_FAILURE_VIEW = "web.error_views.csrf_failure"
SILENCED_SYSTEM_CHECKS: list[str] = []

BIND = f"127.0.0.1:{PORT}"
WEB_WORKERS = environment.WEB_WORKERS
# Seconds after which a request that waited for a thread is answered 503 instead: of somebody who
# reads without having signed in, the same when the queue has stood for a while, and of everybody
# else. Who is turned away first keeps the waiting of the others at that length.
WAIT_OF_READERS = 2.0
WAIT_OF_READERS_IN_A_CROWD = 0.3
WAIT_OF_OTHERS = 8.0
# Where no thread has begun or ended anything for so long, nobody waits longer.
WAIT_AT_STANDSTILL = 3.0
