import hmac
import json
import socket
import subprocess
from pathlib import Path

import pytest
from pytest_django import Settings

from checklists.channels import PassingFailure, PermanentFailure, UnusableTarget, check_target, webhook
from tests.channels.messages import a_message, an_alert_line
from tests.sinks import Sink, running_sink


@pytest.fixture(autouse=True)
def private_targets_allowed(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = True


def test_the_body_is_what_the_contract_says() -> None:
    with running_sink() as sink:
        webhook.send(a_message(), target=sink.url, secret="hush")

    [request] = sink.requests
    assert json.loads(request.content) == {
        "id": "00000000-0000-0000-0000-000000000003",
        "production": "00000000-0000-0000-0000-000000000005",
        "sent_at": "2025-11-23T09:00:00+00:00",
        "alerts": [
            {
                "id": "00000000-0000-0000-0000-000000000001",
                "rule": "both-sign",
                "title": "Giver and receiver have both signed",
                "severity": "critical",
                "firearm": "00000000-0000-0000-0000-000000000007",
                "due_at": "2025-11-23T09:00:00+00:00",
                "opened_at": "2025-11-23T09:00:00+00:00",
                "met_at": None,
            }
        ],
    }


def test_an_alert_about_no_firearm_has_none() -> None:
    content = json.loads(webhook.body(a_message(an_alert_line(firearm_id=None, firearm_name=""))))

    assert content["alerts"][0]["firearm"] is None


def test_the_signature_is_made_over_the_bytes_that_were_sent() -> None:
    with running_sink() as sink:
        webhook.send(a_message(an_alert_line(title="Kammer geprüft")), target=sink.url, secret="hush")

    [request] = sink.requests
    expected = hmac.new(b"hush", request.content, "sha256").hexdigest()
    assert request.headers["X-Signature"] == f"sha256={expected}"


def test_another_secret_makes_another_signature() -> None:
    assert webhook.signature(b"{}", "hush") != webhook.signature(b"{}", "hash")


def test_without_a_secret_nothing_is_signed() -> None:
    with running_sink() as sink:
        webhook.send(a_message(), target=sink.url, secret="")

    assert "X-Signature" not in sink.requests[0].headers


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_receipt(status: int) -> None:
    with running_sink(statuses=[status]) as sink:
        webhook.send(a_message(), target=sink.url, secret="hush")

    assert len(sink.requests) == 1


@pytest.mark.parametrize("status", [304, 400, 401, 404, 410, 429, 500, 503])
def test_any_other_status_is_worth_trying_again(status: int) -> None:
    with running_sink(statuses=[status]) as sink, pytest.raises(PassingFailure, match=str(status)):
        webhook.send(a_message(), target=sink.url, secret="hush")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with (
        running_sink() as elsewhere,
        running_sink(statuses=[status], location=elsewhere.url) as sink,
        pytest.raises(PassingFailure),
    ):
        webhook.send(a_message(), target=sink.url, secret="hush")

    assert elsewhere.requests == []


def test_a_proxy_from_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_sink() as proxy, running_sink() as sink:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        webhook.send(a_message(), target=sink.url, secret="hush")

    assert (len(sink.requests), len(proxy.requests)) == (1, 0)


def test_a_port_where_nobody_listens_is_worth_trying_again() -> None:
    with running_sink() as sink:
        pass

    with pytest.raises(PassingFailure, match="ConnectError"):
        webhook.send(a_message(), target=sink.url, secret="hush")


def test_a_name_that_nobody_knows_is_worth_trying_again() -> None:
    with pytest.raises(PassingFailure):
        webhook.send(a_message(), target="http://nowhere.invalid/hook", secret="hush")


def test_a_loopback_address_is_refused_for_good(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False

    with running_sink() as sink, pytest.raises(PermanentFailure):
        webhook.send(a_message(), target=sink.url, secret="hush")

    assert sink.requests == []


def test_a_name_that_leads_to_loopback_is_not_connected_to(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    with running_sink() as sink:
        port = port_of(sink)
        monkeypatch.setattr("socket.getaddrinfo", a_name_server_that_points_inside)

        with pytest.raises(PassingFailure, match="private address"):
            webhook.send(a_message(), target=f"http://rebound.example:{port}/hook", secret="hush")

    assert sink.requests == []


def a_name_server_that_points_inside(host: str, port: int | None, *_: int, flags: int = 0, **__: int) -> list[object]:
    """Every name is loopback; no name is a number."""
    if flags & socket.AI_NUMERICHOST:
        raise OSError
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For hooks.example, signed by itself, with its key in the same file."""
    file = tmp_path_factory.mktemp("tls") / "hooks.example.pem"
    name = ["-subj", "/CN=hooks.example", "-addext", "subjectAltName=DNS:hooks.example"]
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(file), "-out", "-", *name]
    made = subprocess.run(new, capture_output=True, check=True)
    file.write_bytes(file.read_bytes() + made.stdout)
    return file


def test_over_tls_the_server_must_prove_its_name(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr("socket.getaddrinfo", a_name_server_that_points_inside)
    with running_sink(certificate=certificate) as sink:
        webhook.send(a_message(), target=f"https://hooks.example:{port_of(sink)}/hook", secret="hush")
        with pytest.raises(PassingFailure):
            webhook.send(a_message(), target=f"https://other.example:{port_of(sink)}/hook", secret="hush")

    assert len(sink.requests) == 1


def test_a_certificate_that_nobody_trusts_is_not_trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", a_name_server_that_points_inside)
    with running_sink(certificate=certificate) as sink, pytest.raises(PassingFailure):
        webhook.send(a_message(), target=f"https://hooks.example:{port_of(sink)}/hook", secret="hush")

    assert sink.requests == []


def port_of(sink: Sink) -> int:
    return int(sink.url.split(":")[2].removesuffix("/hook"))


@pytest.mark.parametrize(
    "target",
    [
        "https://hooks.example/alerts?token=1",
        "http://hooks.example:8080",
        "https://xn--bcher-kva.example/",
        "https://93.184.216.34/hook",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/hook",
    ],
)
def test_a_public_address_can_be_a_target(settings: Settings, target: str) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False

    check_target("webhook", target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "hooks.example",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "https://",
        "https:///hook",
        "https://hooks.example:port/",
        "https://hooks.example:70000/",
        "https://[::1/",
        "https://user:word@hooks.example/",
        "https://hooks.example/ hook",
        "https://hooks.example/\r\nX-Injected: 1",
        "https://bücher.example/",
    ],
)
def test_what_is_no_plain_web_address_is_no_target(target: str) -> None:
    with pytest.raises(UnusableTarget):
        check_target("webhook", target)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.0.0.1",
        "2130706433",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "localhost",
        "LOCALHOST.",
        "app.localhost",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
def test_a_loopback_or_private_address_is_no_target(settings: Settings, host: str) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False

    with pytest.raises(UnusableTarget):
        check_target("webhook", f"http://{host}/hook")


def test_a_private_address_is_a_target_where_they_are_allowed() -> None:
    check_target("webhook", "http://127.0.0.1:9000/hook")


def test_a_channel_that_is_not_installed_takes_no_target() -> None:
    with pytest.raises(UnusableTarget, match="carrier-pigeon"):
        check_target("carrier-pigeon", "the roof")
