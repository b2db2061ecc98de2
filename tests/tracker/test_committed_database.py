"""Tests that commit get a database of their own, and leave nothing to the next."""

from threading import Thread

import pytest
from django.contrib.auth.models import User
from django.db import connection


@pytest.mark.django_db(transaction=True)
def test_a_commit_is_seen_by_another_thread() -> None:
    User.objects.create(username="reader")
    seen: list[int] = []

    def count() -> None:
        seen.append(User.objects.count())
        connection.close()

    thread = Thread(target=count)
    thread.start()
    thread.join()
    assert seen == [1]


@pytest.mark.parametrize("attempt", [1, 2])
def test_nothing_is_left_to_the_next(committed_database: str, attempt: int) -> None:
    assert not User.objects.exists()
    User.objects.create(username="curator")
    assert committed_database == connection.settings_dict["NAME"]


@pytest.mark.django_db
def test_ordinary_tests_roll_back_in_the_shared_database() -> None:
    assert not User.objects.exists()
    User.objects.create(username="viewer")
    assert connection.in_atomic_block
