"""Whether the web server answers yet."""

import asyncio
import ssl
from contextlib import suppress

from safetyapp import settings

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
PATIENCE = 10.0  # seconds for one answer; the socket listens before the web process does


async def answers() -> bool:
    """One request to /healthz over the socket that everybody uses."""
    with suppress(OSError, TimeoutError, ssl.SSLError):
        return await asyncio.wait_for(asked(), PATIENCE)
    return False


async def asked() -> bool:
    """Whether the answer is 200."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104  compared, not bound
    reader, writer = await asyncio.open_connection(host, settings.PORT, ssl=unverified() if settings.TLS_CERT else None)
    try:
        writer.write(REQUEST)
        status = await reader.readline()
        return b" 200 " in status
    finally:
        writer.close()


def unverified() -> ssl.SSLContext:
    """TLS to ourselves: the certificate is made for the public name, not for this address."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
