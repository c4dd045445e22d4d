from __future__ import annotations

import copy
import json
import pickle
from dataclasses import asdict, dataclass

import pytest

from storyboard.errors import KeyMissingError
from storyboard.generation.secret import Secret

KEY = "sk-empiriolabs-0123456789abcdef"


def test_a_secret_gives_the_key_only_when_asked_by_name() -> None:
    assert Secret(KEY).reveal() == KEY


def test_no_way_of_showing_a_secret_shows_the_key() -> None:
    secret = Secret(KEY)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>40}", f"{secret!r}", format(secret, "s")]
    assert repr(secret) == "Secret(****)"
    assert not any("0123" in text for text in shown)


def test_a_secret_has_no_dict_to_look_into_and_survives_copies_as_itself() -> None:
    @dataclass(frozen=True)
    class Holder:
        key: Secret

    holder = Holder(Secret(KEY))
    assert not hasattr(holder.key, "__dict__")
    assert copy.deepcopy(holder.key) is holder.key
    assert copy.copy(holder.key) is holder.key
    assert KEY not in repr(asdict(holder))


def test_a_secret_is_neither_pickled_nor_written_as_json() -> None:
    with pytest.raises(TypeError, match="not pickled") as caught:
        pickle.dumps(Secret(KEY))
    assert KEY not in str(caught.value)
    with pytest.raises(TypeError):
        json.dumps({"key": Secret(KEY)})


def test_two_secrets_are_equal_when_their_keys_are() -> None:
    assert Secret(KEY) == Secret(KEY)
    assert hash(Secret(KEY)) == hash(Secret(KEY))
    assert Secret(KEY) != Secret(KEY + "x")
    assert Secret(KEY) != KEY


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("", "is empty"),
        (KEY + "\n", "line break in it, at character 32 of 32"),
        ("\r" + KEY, "line break"),
        (KEY[:10] + " " + KEY[10:], "space or a tab in it, at character 11"),
        (KEY + "\t", "space or a tab"),
        (KEY + "\u00a0", "space or a tab"),
        (KEY + "\x00", "control character"),
        (KEY + "\x1b[31m", "control character"),
        (KEY + "\x7f", "control character"),
        (KEY + "é", "not ASCII"),
        ("“" + KEY + "”", "not ASCII"),
    ],
)
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(value: str, complaint: str) -> None:
    with pytest.raises(KeyMissingError, match=complaint) as caught:
        Secret(value, source="EMPIRIOLABS_API_KEY")
    told = caught.value.message + caught.value.hint + repr(caught.value)
    assert "EMPIRIOLABS_API_KEY" in told
    assert not any(KEY[at : at + 6] in told for at in range(len(KEY) - 6) if KEY[at : at + 6] != "empiri")


def test_a_key_that_a_service_repeats_is_blotted_out_of_its_answer() -> None:
    key = 'a"b\\c'
    body = json.dumps({"error": f"bad key {key}"}).encode() + key.encode()
    assert Secret(key).hide_in(body) == b'{"error": "bad key ****"}****'
