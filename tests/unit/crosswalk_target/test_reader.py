"""What a target does with its input when it cannot go on."""

from __future__ import annotations

import os
import sys
import threading

import pytest
from crosswalk_target import reader
from target_customwebshop.target import TargetCustomWebshop

TOLD = b'{"type": "STATE", "value": {}}\n' * 20_000
"""More than a pipe holds."""


@pytest.fixture
def tap(monkeypatch):
    """A tap that writes all it has into a pipe; gives what stopped it."""
    source, sink = os.pipe()
    stopped = []

    def tell():
        try:
            with os.fdopen(sink, "wb") as pipe:
                pipe.write(TOLD)
        except OSError as error:
            stopped.append(error)

    telling = threading.Thread(target=tell)
    with os.fdopen(source) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        telling.start()
        yield stopped
    telling.join()


def test_a_target_that_fails_hears_the_tap_out_so_that_its_word_is_the_last(tap, tmp_path, caplog):
    file = tmp_path / "config.json"
    file.write_text('{"api_url": "http://127.0.0.1:9", "preset": "nowhere"}')

    with pytest.raises(SystemExit) as end:
        TargetCustomWebshop.cli.main(["--config", str(file)], standalone_mode=False)

    assert end.value.code == 1
    assert "nowhere" in caplog.records[-1].getMessage()
    assert sys.stdin.buffer.raw.read() == b""
    assert tap == []


def test_a_tap_that_never_ends_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(reader, "PATIENCE", 0.05)
    source, sink = os.pipe()
    with os.fdopen(source) as stdin, os.fdopen(sink, "wb"):
        monkeypatch.setattr(sys, "stdin", stdin)
        reader.hear_out()
