"""The WSGI application, for ``manage.py serve`` and gunicorn.

A server that was told nothing is an office's: development is asked for by name, as ``manage.py``
does, because its key is known to everybody and its sign-in codes stand on a page.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()
