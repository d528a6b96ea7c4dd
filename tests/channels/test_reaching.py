from time import monotonic

import httpcore
import pytest

from checklists.channels.reaching import Reaching, RefusedAddress
from tests.sinks import hanging_server, running_sink


def seconds_until_it_fails(port: int, *, ends_within_s: float) -> float:
    """How long a POST to this port takes to time out."""
    began = monotonic()
    patient = {"timeout": {"connect": 60.0, "read": 60.0, "write": 60.0}}
    with (
        httpcore.ConnectionPool(network_backend=Reaching(ends_within_s=ends_within_s, private=True)) as pool,
        pytest.raises(httpcore.TimeoutException),
    ):
        pool.request("POST", f"http://127.0.0.1:{port}/", content=b"{}", extensions=patient)
    return monotonic() - began


def test_a_server_that_accepts_and_never_answers_is_left_at_the_deadline() -> None:
    with hanging_server() as port:
        assert 0.4 < seconds_until_it_fails(port, ends_within_s=0.4) < 2


def test_a_server_that_answers_one_byte_at_a_time_is_left_at_the_deadline() -> None:
    with hanging_server(trickles=True) as port:
        assert 0.4 < seconds_until_it_fails(port, ends_within_s=0.4) < 2


def test_a_tls_handshake_that_never_comes_is_left_at_the_deadline() -> None:
    began = monotonic()
    with (
        hanging_server() as port,
        httpcore.ConnectionPool(network_backend=Reaching(ends_within_s=0.4, private=True)) as pool,
        pytest.raises(httpcore.TimeoutException),
    ):
        pool.request("POST", f"https://127.0.0.1:{port}/", content=b"{}")

    assert monotonic() - began < 2


def test_the_next_address_is_tried_when_one_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_sink() as sink:
        port = int(sink.url.split(":")[2].removesuffix("/hook"))
        addresses = [(2, 1, 6, "", ("127.0.0.9", 1)), (2, 1, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: addresses)
        with httpcore.ConnectionPool(network_backend=Reaching(ends_within_s=5, private=True)) as pool:
            answer = pool.request("POST", f"http://two.example:{port}/", content=b"{}")

    assert answer.status == 200


def test_only_public_addresses_of_a_name_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_sink() as sink:
        port = int(sink.url.split(":")[2].removesuffix("/hook"))
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", port))])
        backend = Reaching(ends_within_s=5, private=False)

        with pytest.raises(RefusedAddress):
            backend.connect_tcp("inside.example", port)

    assert sink.requests == []
