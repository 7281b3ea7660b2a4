"""The WSGI application, for ``manage.py serve`` and gunicorn.

A server that was told nothing is an office's: development is asked for by name, as ``manage.py``
does, because its key is known to everybody and its sign-in codes stand on a page.
"""

import os

from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

from db import time_limits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()
# Pages alone: an import or a migration may take its time.
connection_created.connect(time_limits.limit_statements, dispatch_uid="time_limits")
