"""The README says of the settings what the program says of itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_table_of_settings_is_the_programs_own():
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "cogapp", "-I", "docs", "--check", "tap-customwebshop/README.md"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, f"{done.stdout}{done.stderr}\ncog -I docs -r tap-customwebshop/README.md"
