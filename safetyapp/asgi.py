"""The ASGI application: static files first, everything else is Django's."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetyapp.settings")
django_application = get_asgi_application()

from safetyapp.static import with_static_files  # noqa: E402  needs Django to be set up

application = with_static_files(django_application)
