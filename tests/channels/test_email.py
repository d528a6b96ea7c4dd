import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from checklists.channels import Message, PassingFailure, PermanentFailure, UnusableTarget, check_target, email
from tests.channels.messages import NINE, a_message, an_alert_line

ADDRESS = "ad@example.com"


def sent(message: Message) -> mail.EmailMessage:
    email.send(message, target=ADDRESS, secret="")
    return mail.outbox[-1]


def test_it_goes_to_one_person() -> None:
    assert sent(a_message()).recipients() == [ADDRESS]


def test_the_subject_says_how_bad_what_and_where() -> None:
    subject = sent(a_message()).subject

    assert subject == "CRITICAL: missing: Giver and receiver have both signed - COLT-1 Colt (The Long Ride)"


def test_the_worst_alert_comes_first() -> None:
    mild = an_alert_line(severity="warning", title="Inspected after checkout")
    worst = an_alert_line(severity="stop", title="Every chamber was looked into")

    message = sent(a_message(mild, worst))

    assert message.subject.startswith("STOP: missing: Every chamber was looked into - COLT-1 Colt and 1 more")
    assert message.body.index("Every chamber") < message.body.index("Inspected after checkout")


def test_what_has_been_done_meanwhile_comes_last_and_says_so() -> None:
    done = an_alert_line(severity="stop", title="Every chamber was looked into", met_at=NINE)
    missing = an_alert_line(severity="warning", title="Inspected after checkout")

    body = sent(a_message(done, missing)).body

    assert body.index("Inspected after checkout") < body.index("Every chamber")
    assert "done at 2025-11-23 09:00:00 UTC" in body


def test_line_breaks_in_a_title_do_not_reach_the_header() -> None:
    message = sent(a_message(an_alert_line(title="one\r\nBcc: x@example.com"), production_title="Ride\n2"))

    assert "\n" not in message.subject


def test_a_long_list_is_cut_and_says_how_much_is_missing() -> None:
    body = sent(a_message(*[an_alert_line() for _ in range(70)])).body

    assert "... and 20 more in the app." in body


def test_every_repeat_has_the_same_message_id() -> None:
    first, second = sent(a_message()), sent(a_message())

    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


class FailingServer(BaseEmailBackend):
    """A mail server that fails as it was told to."""

    error: Exception

    def send_messages(self, email_messages: object) -> int:
        raise self.error


@pytest.mark.parametrize(
    "error, failure",
    [
        (smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")}), PermanentFailure),
        (smtplib.SMTPRecipientsRefused({ADDRESS: (450, b"greylisted")}), PassingFailure),
        (smtplib.SMTPServerDisconnected("gone"), PassingFailure),
        (smtplib.SMTPAuthenticationError(535, b"no"), PassingFailure),
        (ConnectionRefusedError(), PassingFailure),
        (TimeoutError(), PassingFailure),
    ],
)
def test_only_an_address_that_the_server_refuses_fails_for_good(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception, failure: type[Exception]
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.FailingServer"
    monkeypatch.setattr(FailingServer, "error", error, raising=False)

    with pytest.raises(failure):
        email.send(a_message(), target=ADDRESS, secret="")


def test_an_address_can_be_the_target_of_a_channel() -> None:
    check_target("email", "watch@example.com")


def test_what_is_no_address_is_no_target() -> None:
    with pytest.raises(UnusableTarget):
        check_target("email", "watch")


def test_the_app_is_no_target_because_everybody_has_it() -> None:
    with pytest.raises(UnusableTarget):
        check_target("in_app", "somebody")
