"""Exact counts, where a person has the tokenizer's file."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
import sentencepiece
from rule_helpers import findings
from story_cases import many

from storyboard.errors import UsageError
from storyboard.generation.tokenizer import VARIABLE, token_count

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "the old keeper climbs the stairs with a brass lamp and stops at the narrow window to look out over the water"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small tokenizer of the same kind as umT5's, trained on the spot."""
    folder = tmp_path_factory.mktemp("tokenizer")
    chance = random.Random(1)
    lines = (" ".join(chance.choices(TEXT.split(), k=12)) for _ in range(300))
    (folder / "text.txt").write_text("\n".join(lines), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "text.txt"), model_prefix=str(folder / "spiece"), vocab_size=40, minloglevel=2
    )
    return folder / "spiece.model"


def test_without_a_file_there_is_no_exact_count() -> None:
    assert token_count() is None


def test_a_file_that_is_named_counts_exactly_and_findings_say_so(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(model))
    count = token_count()
    assert count is not None
    assert count("the old keeper") > 0
    assert count("") == 0
    told = next(each for each in findings(tmp_path, many(27)) if each.code == "prompt-too-long")
    assert "about" not in told.message
    assert "±" not in told.message


def test_a_file_that_is_not_there_or_no_tokenizer_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nothing.model"))
    with pytest.raises(UsageError, match="there is no such file"):
        token_count()
    (tmp_path / "text.model").write_text("no tokenizer", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "text.model"))
    with pytest.raises(UsageError, match="no tokenizer that sentencepiece can read"):
        token_count()
