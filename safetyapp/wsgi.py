"""The WSGI application, for a grown-up deployment's API workers. Its proxy serves the static files."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetyapp.settings")
application = get_wsgi_application()
