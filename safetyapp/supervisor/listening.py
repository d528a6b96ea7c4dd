"""The web server's socket: opened once by the supervisor, so that a restart of the web process refuses nobody."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BACKLOG = 1024


class CannotListen(Exception):
    """The address can't be used; the message says which setting to change."""


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket on HOST and PORT, closed at the end."""
    try:
        sock = bound(host, port)
    except OSError as error:
        raise CannotListen(explanation(host, port, error)) from None
    with sock:
        sock.listen(BACKLOG)
        sock.setblocking(False)
        yield sock


def bound(host: str, port: int) -> socket.socket:
    """A socket bound to the first address that the host name stands for."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock


def explanation(host: str, port: int, error: OSError) -> str:
    """A sentence with the setting to change."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Start on another one: PORT={free_port(host, after=port)} make run"
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Start on another one: PORT=8000 make run"
    return f"HOST={host} is no address of this machine ({error.strerror}). Set HOST to 127.0.0.1 or to one it has."


def free_port(host: str, *, after: int) -> int:
    """The next port that is free now."""
    for port in range(after + 1, min(after + 100, 65536)):
        with suppress(OSError):
            bound(host, port).close()
            return port
    return 8000
