"""The guard around every test, in conftest.py."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import httpx
import pytest
from conftest import ForgotLoopbackError
from hypothesis import given
from hypothesis import strategies as st


def test_another_machine_cannot_be_reached_by_its_address() -> None:
    with socket.socket() as connection, pytest.raises(ForgotLoopbackError, match=r"127\.0\.0\.1"):
        connection.connect(("192.0.2.1", 443))


def test_another_machine_cannot_be_reached_by_its_name() -> None:
    with pytest.raises(ForgotLoopbackError, match=r"example\.com is not this machine"):
        httpx.get("http://example.com/")


def test_a_datagram_cannot_leave_this_machine() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sender, pytest.raises(ForgotLoopbackError):
        sender.sendto(b"", ("192.0.2.1", 53))


def test_a_server_on_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


@given(st.just(None))
def test_the_guard_stands_in_property_tests_too(nothing: None) -> None:
    with socket.socket() as connection, pytest.raises(ForgotLoopbackError):
        connection.connect(("192.0.2.1", 443))


def test_no_key_and_no_setting_of_the_person_is_seen(tmp_path: Path) -> None:
    seen = {name for name in os.environ if name.startswith("STORYBOARD_")}
    assert seen == {"STORYBOARD_CACHE", "STORYBOARD_RATES"}
    assert not {"EMPIRIOLABS_API_KEY", "CI", "NO_COLOR"} & set(os.environ)
    for name in seen:
        assert Path(os.environ[name]).is_relative_to(tmp_path)
