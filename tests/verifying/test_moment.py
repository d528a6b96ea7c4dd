"""Verifying sees one moment, holds nobody up and writes nothing."""

from threading import Thread

import pytest
from django.db import DatabaseError, connection, transaction

from checklists.models import Place, Production
from checklists.services.verifying.moment import one_moment, still_database
from tests.databases import CommittedDatabase
from tests.verifying.playing import played


def in_another_thread(production: Production, name: str) -> None:
    """Commits a new place on a connection of its own."""

    def add() -> None:
        Place.objects.create(production=production, name=name, secure=True)
        connection.close()

    thread = Thread(target=add)
    thread.start()
    thread.join(10)
    assert not thread.is_alive(), "the writer was kept waiting"


def test_what_is_written_meanwhile_is_not_seen_and_not_held_up(committed_db: CommittedDatabase) -> None:
    with transaction.atomic():
        production = played(2, size=6)

    with still_database(), one_moment():
        before = Place.objects.count()
        in_another_thread(production, "Truck")
        meanwhile = Place.objects.count()

    assert meanwhile == before
    assert Place.objects.count() == before + 1


def test_nothing_can_be_written_while_verifying(committed_db: CommittedDatabase) -> None:
    with transaction.atomic():
        production = played(2, size=6)

    with pytest.raises(DatabaseError), still_database(), one_moment():
        Place.objects.create(production=production, name="Truck", secure=True)
