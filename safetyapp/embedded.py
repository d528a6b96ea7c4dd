"""Where the parts live that the app runs by itself: data folder, secret key, the local Valkey's socket.

Every process with the same DATA_DIR computes the same places, so management commands find what `make run` started.
"""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

LONGEST_SOCKET_PATH = 100  # bytes; Linux takes 107 and macOS 103 in sockaddr_un


def data_folder(value: str, *, beside: Path) -> Path:
    """The folder with everything this installation keeps, made when it is missing.

    A relative value is taken from the checkout and not from the current folder: the same environment means the
    same data, wherever a command is started.
    """
    folder = (beside / Path(value).expanduser()).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR={folder} can't be made ({error.strerror}). Set DATA_DIR to a folder that this user may write to."
        ) from None
    return folder


def kept_secret(file: Path) -> str:
    """The secret in the file; made on the first call, readable by its owner alone.

    Several processes may start at once: the first link wins and everybody reads the same file.
    """
    if not file.exists():
        fresh = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(64))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    try:
        return file.read_text().strip()
    except PermissionError:
        raise ImproperlyConfigured(
            f"{file} belongs to another user. Set SECRET_KEY, or run as the user who owns DATA_DIR."
        ) from None


def valkey_socket(data_dir: Path) -> Path:
    """Where the embedded Valkey listens. In DATA_DIR, or in a short folder of our own when that path is too long."""
    socket = data_dir / "valkey" / "valkey.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"safetyapp-{os.getuid()}" / f"{name}.sock"


def own_folder(folder: Path) -> Path:
    """The folder, readable by this user alone; refused when it is somebody else's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise ImproperlyConfigured(f"{folder} belongs to another user. Set DATA_DIR to a shorter path of your own.")
    folder.chmod(0o700)
    return folder
