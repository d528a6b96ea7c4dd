"""Connects to an address that was checked itself, within one deadline for everything: resolve, check, connect, talk.

The check is made on the address that is then connected to, so a name that resolves differently a moment later
(DNS rebinding) leads nowhere. The deadline holds for the whole exchange: a server that sends a byte every few
seconds does not stay under way for ever.
"""

import socket
import ssl
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from time import monotonic

import httpcore

Address = IPv4Address | IPv6Address

NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
IPV4_COMPATIBLE = IPv6Network("::/96")  # RFC 4291: deprecated, nobody has one


class RefusedAddress(Exception):
    """The name leads to a loopback or private address."""


class Reaching(httpcore.NetworkBackend):
    """Opens connections for one exchange. Make a new one for each."""

    def __init__(self, *, ends_within_s: float, private: bool) -> None:
        self.ends_within_s = ends_within_s
        self.private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Tries the addresses of `host` in turn, leaving out those that may not be reached."""
        allowed = [address for address in resolve(host, port) if self.private or may_be_reached(address)]
        if not allowed:
            raise RefusedAddress(f"{host} leads to a loopback or private address (setting ALLOW_PRIVATE_WEBHOOKS)")
        deadline = monotonic() + self.ends_within_s
        failure: Exception = httpcore.ConnectTimeout()
        for address in allowed:
            try:
                left = within(deadline, timeout, httpcore.ConnectTimeout)
                stream = httpcore.SyncBackend().connect_tcp(str(address), port, timeout=left)
                return StreamWithDeadline(stream, deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class StreamWithDeadline(httpcore.NetworkStream):
    """A connection on which every wait ends at the deadline, however often something arrives."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self.stream = stream
        self.deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, within(self.deadline, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, within(self.deadline, timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = within(self.deadline, timeout, httpcore.ConnectTimeout)
        return StreamWithDeadline(self.stream.start_tls(ssl_context, server_hostname, left), self.deadline)

    def close(self) -> None:
        self.stream.close()


def within(deadline: float, timeout: float | None, too_late: type[httpcore.TimeoutException]) -> float:
    """The seconds that a wait may take; raises `too_late` when there are none left."""
    left = deadline - monotonic()
    if left <= 0:
        raise too_late
    return left if timeout is None else min(left, timeout)


def resolve(host: str, port: int) -> list[Address]:
    """The addresses of a name or of a number in any notation, each once; OSError when there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(without_scope(str(sockaddr[0])) for *_, sockaddr in found))


def literal_address(host: str) -> Address | None:
    """The address that `host` spells, also as 127.1, 0x7f.1 or 2130706433; None for a name. Asks no DNS."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return None
    return without_scope(str(found[0][4][0]))


def without_scope(address: str) -> Address:
    return ip_address(address.partition("%")[0])


def may_be_reached(address: Address) -> bool:
    """Whether it is an address of the public internet, also when an IPv4 address is wrapped in an IPv6 one."""
    if isinstance(address, IPv6Address):
        if address in IPV4_COMPATIBLE:
            return False
        if address in NAT64:
            return may_be_reached(IPv4Address(int(address) & 0xFFFFFFFF))
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if wrapped:
            return may_be_reached(wrapped)
    return address.is_global and not address.is_multicast
