"""A signed HTTP POST. Any 2xx is receipt, anything else is tried again with the same id; redirects are not followed."""

import hmac
import json
from typing import Any
from urllib.parse import urlsplit

import httpcore
from django.conf import settings

from checklists.channels import AlertLine, Message, PassingFailure, PermanentFailure, UnusableTarget
from checklists.channels.reaching import Reaching, RefusedAddress, literal_address, may_be_reached

AT_ONCE = 48
TELLS_AFTERWARDS = True

CONNECTS_WITHIN_S = 5.0
ENDS_WITHIN_S = 10.0

Headers = dict[bytes | str, bytes | str]


def send(message: Message, *, target: str, secret: str) -> None:
    """Posts the message; returns on 2xx and raises otherwise, ten seconds after the address is known at the latest."""
    try:
        check_target(target)
    except UnusableTarget as error:
        raise PermanentFailure(str(error)) from error
    content = body(message)
    headers: dict[bytes | str, bytes | str] = {
        "Content-Type": "application/json",
        "Connection": "close",
        "User-Agent": "alerts-webhook/1",
    }
    if secret:
        headers["X-Signature"] = signature(content, secret)
    try:
        status = post(target, headers=headers, content=content)
    except RefusedAddress as error:
        raise PassingFailure(str(error)) from error
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise PassingFailure(f"no receipt: {type(error).__name__}") from error
    if not 200 <= status < 300:
        raise PassingFailure(f"answered with status {status}")


def body(message: Message) -> bytes:
    """The JSON bytes that are sent and signed."""
    content = {
        "id": str(message.id),
        "production": str(message.production_id),
        "sent_at": message.sent_at.isoformat(),
        "alerts": [alert_json(alert) for alert in message.alerts],
    }
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def alert_json(alert: AlertLine) -> dict[str, Any]:
    return {
        "id": str(alert.id),
        "rule": alert.rule,
        "title": alert.title,
        "severity": alert.severity,
        "firearm": str(alert.firearm_id) if alert.firearm_id else None,
        "due_at": alert.due_at.isoformat(),
        "opened_at": alert.opened_at.isoformat(),
        "met_at": alert.met_at.isoformat() if alert.met_at else None,
    }


def signature(content: bytes, secret: str) -> str:
    """The value of X-Signature: HMAC-SHA256 over the exact bytes of the body."""
    return "sha256=" + hmac.digest(secret.encode(), content, "sha256").hex()


def post(target: str, *, headers: Headers, content: bytes) -> int:
    """The status of the answer; its body is not read. No proxies, no redirects, no connection kept."""
    backend = Reaching(ends_within_s=ENDS_WITHIN_S, private=settings.ALLOW_PRIVATE_WEBHOOKS)
    limits = {"connect": CONNECTS_WITHIN_S, "read": ENDS_WITHIN_S, "write": ENDS_WITHIN_S, "pool": ENDS_WITHIN_S}
    with (
        httpcore.ConnectionPool(network_backend=backend) as pool,
        pool.stream("POST", target, headers=headers, content=content, extensions={"timeout": limits}) as answer,
    ):
        return answer.status


def check_target(target: str) -> None:
    """Web addresses in ASCII, without a login; numeric and local ones only where private targets are allowed."""
    if not (target.isascii() and target.isprintable() and " " not in target):
        raise UnusableTarget("A webhook needs an address in plain ASCII (a foreign host name in its xn-- form).")
    try:
        parts = urlsplit(target)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UnusableTarget("This is not an address.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise UnusableTarget("A webhook needs an address that begins with http:// or https://.")
    if parts.username is not None or parts.password is not None:
        raise UnusableTarget("A webhook address can't contain a login; use the secret.")
    if not settings.ALLOW_PRIVATE_WEBHOOKS and is_plainly_private(host):
        raise UnusableTarget("Loopback and private addresses are refused (setting ALLOW_PRIVATE_WEBHOOKS).")


def is_plainly_private(host: str) -> bool:
    """Whether the name itself says so; what other names resolve to is checked at each connection."""
    address = literal_address(host)
    if address is not None:
        return not may_be_reached(address)
    return host.rstrip(".").rpartition(".")[2] == "localhost"
