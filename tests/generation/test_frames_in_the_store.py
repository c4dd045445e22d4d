"""First frames go to the machine that sends a request by way of the shared store."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from helpers import png

from storyboard.errors import ImageError, StoreError
from storyboard.generation.first_frame import body_of, fetch_frame, keep_frame
from storyboard.generation.purchase import Order
from storyboard.generation.store import Store, open_store
from storyboard.generation.stored_take import Kind

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = png()
SHA256 = hashlib.sha256(PICTURE).hexdigest()
ORDER = Order("empirio", "https://s", {"prompt": "p", "image": {"sha256": SHA256}}, 1, "s", "one", 2, Decimal(1))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store((tmp_path / "store").as_uri(), tmp_path)


@pytest.fixture
def agreed(tmp_path: Path, store: Store) -> Path:
    """The folder of the person who agreed."""
    picture = tmp_path / "keeper.png"
    picture.write_bytes(PICTURE)
    keep_frame(picture, SHA256, tmp_path / "person", store)
    return tmp_path / "person"


def test_a_frame_that_is_agreed_to_lies_in_the_store_under_its_hash(agreed: Path, tmp_path: Path) -> None:
    assert (agreed / "frames" / SHA256).read_bytes() == PICTURE
    assert (tmp_path / "store" / "frames" / SHA256[:2] / SHA256).read_bytes() == PICTURE


@pytest.mark.usefixtures("agreed")
def test_another_machine_sends_the_same_bytes(agreed: Path, tmp_path: Path, store: Store) -> None:
    fetch_frame(ORDER, tmp_path / "worker", store)
    assert body_of(ORDER, tmp_path / "worker", None) == body_of(ORDER, agreed, None)


def test_a_frame_that_no_store_has_is_told_and_nothing_is_sent(tmp_path: Path, store: Store) -> None:
    fetch_frame(ORDER, tmp_path / "worker", store)
    with pytest.raises(ImageError, match="is not on this machine, and no shared store"):
        body_of(ORDER, tmp_path / "worker", None)


@pytest.mark.usefixtures("agreed")
def test_a_frame_that_was_damaged_in_the_store_is_not_used(tmp_path: Path, store: Store) -> None:
    (tmp_path / "store" / "frames" / SHA256[:2] / SHA256).write_bytes(b"another picture")
    with pytest.raises(StoreError, match=r"The first frame kept as .* is damaged"):
        fetch_frame(ORDER, tmp_path / "worker", store)
    assert not (tmp_path / "worker" / "frames" / SHA256).exists()


def test_a_frame_that_changed_is_not_put(tmp_path: Path, store: Store) -> None:
    picture = tmp_path / "keeper.png"
    picture.write_bytes(b"something else")
    with pytest.raises(StoreError, match="was changed since its price was told"):
        store.put(picture, SHA256, Kind.FRAME)


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "", "0" * 63])
def test_what_is_no_hash_is_looked_for_nowhere(tmp_path: Path, store: Store, sha256: str) -> None:
    order = Order("empirio", "https://s", {"image": {"sha256": sha256}}, 1, "s", "one", 2, Decimal(1))
    fetch_frame(order, tmp_path / "worker", store)
    assert not (tmp_path / "worker").exists()


def test_frames_and_takes_of_one_hash_are_kept_apart(tmp_path: Path, store: Store) -> None:
    picture = tmp_path / "keeper.png"
    picture.write_bytes(PICTURE)
    store.put(picture, SHA256, Kind.FRAME)
    assert store.has(SHA256, Kind.FRAME)
    assert not store.has(SHA256)
