"""Serves static files from where they lie in the source, so that nothing has to be collected before a start."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.handlers.asgi import ASGIHandler
from servestatic import ServeStaticASGI


def with_static_files(application: ASGIHandler) -> ServeStaticASGI:
    """The application with every app's `static/` folder in front of it, under STATIC_URL."""
    server = ServeStaticASGI(application, allow_all_origins=False)
    for folder in static_folders():
        server.add_files(str(folder), prefix=settings.STATIC_URL)
    return server


def static_folders() -> list[Path]:
    """The folders that Django's finders look into; the first one wins, as in Django."""
    found = [Path(storage.location) for finder in get_finders() for storage in getattr(finder, "storages", {}).values()]
    return [folder for folder in reversed(found) if folder.is_dir()]
