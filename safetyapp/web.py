"""The web process: one ASGI server on a socket that the supervisor opened. `python -m safetyapp.web FD`."""

import socket
import sys

import uvicorn
from django.conf import settings


def main(descriptor: int) -> None:
    """Serves until SIGTERM; streams that are still open then get three seconds."""
    from safetyapp.asgi import application

    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.FORWARDED_ALLOW_IPS,
        ssl_certfile=settings.TLS_CERT or None,
        ssl_keyfile=settings.TLS_KEY or None,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
