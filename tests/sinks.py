"""Real servers that receive webhooks: they answer as a test wants and remember what came."""

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One POST as it arrived."""

    at: float
    headers: dict[str, str]
    content: bytes

    @property
    def message(self) -> dict[str, Any]:
        return json.loads(self.content)  # type: ignore[no-any-return]


@dataclass
class Sink:
    """Answers with `statuses` in turn, the last one for ever, each after `delay_s`."""

    statuses: list[int] = field(default_factory=lambda: [200])
    delay_s: float = 0.0
    location: str = ""
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    def wait_for(self, count: int, *, within_s: float = 10.0) -> list[Request]:
        """The requests, once there are so many; fails when they don't come."""
        wait_until(lambda: len(self.requests) >= count, within_s=within_s)
        return self.requests

    @property
    def alert_ids(self) -> list[str]:
        """Every alert that came, as often as it came."""
        return [alert["id"] for request in self.requests for alert in request.message["alerts"]]


@contextmanager
def running_sink(
    *, statuses: list[int] | None = None, delay_s: float = 0.0, location: str = "", certificate: Path | None = None
) -> Iterator[Sink]:
    """A sink on a port of its own; with a certificate (and its key, in one file) it speaks TLS."""
    sink = Sink(statuses=statuses or [200], delay_s=delay_s, location=location)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            content = self.rfile.read(length)
            if len(content) < length:  # whoever sent it was killed meanwhile
                return
            sink.requests.append(Request(at=monotonic(), headers=dict(self.headers), content=content))
            sleep(sink.delay_s)
            status = sink.statuses.pop(0) if len(sink.statuses) > 1 else sink.statuses[0]
            with suppress(OSError):
                self.send_response(status)
                if sink.location:
                    self.send_header("Location", sink.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 256

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        if certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(certificate)
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        sink.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def hanging_server(*, trickles: bool = False) -> Iterator[int]:
    """The port of a server that accepts and never answers, or answers with a byte now and then for ever."""
    over = Event()
    held: list[socket.socket] = []

    def accept(listener: socket.socket) -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                held.append(listener.accept()[0])
            for connection in held if trickles else ():
                with suppress(OSError):
                    connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        listener.settimeout(0.05)
        thread = Thread(target=accept, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join()
            for connection in held:
                connection.close()


def wait_until(fact: Callable[[], bool], *, within_s: float = 10.0) -> None:
    """Returns as soon as it is so; fails when it takes longer."""
    ends = monotonic() + within_s
    while not fact():
        assert monotonic() < ends, "it did not come to pass in time"
        sleep(0.01)
