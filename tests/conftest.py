"""How the tests are shared among workers, and what each of them leaves of the process to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from compiling import compiling_statements_once, copying_schemas_fast, trusting_the_disk
from keeping import process_kept
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDER = (
    "tests/flow/test_demo.py",
    "tests/flow/test_meltano.py",
    "tests/flow/test_both_ways.py",
    "tests/flow/oscar/",
    "tests/contract/both_ways/test_properties.py",
    "tests/unit/crosswalk/test_kill_points.py",
    "tests/flow/",
    "tests/unit/crosswalk/test_twoway_histories.py",
    "tests/contract/both_ways/",
    "tests/contract/",
    "tests/",
)
"""What takes longest begins first: whatever is short fills the end, so that no worker waits for another."""

TOGETHER = {
    "tests/flow/test_meltano.py": "tests/flow/test_demo.py",  # a project whose plugins are installed
    "tests/flow/oscar/test_stock.py": "tests/flow/oscar/test_oscar.py",  # a real shop
}
"""Files that share what takes long to make, so one worker runs both."""


class FileByFile(LoadScopeScheduling):
    """A file stays whole, for its tests share servers."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return TOGETHER.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `--dist=loadfile`, files in the order of `ORDER`, not by how many tests they have."""
    if config.getvalue("dist") == "loadfile":
        config.option.loadscopereorder = False
        return FileByFile(config, log)
    return None


def pytest_collection_modifyitems(config, items):
    if hasattr(config, "workerinput"):  # whoever runs them one after the other wants to see the quick ones first
        items.sort(key=lambda item: next(rank for rank, each in enumerate(ORDER) if item.nodeid.startswith(each)))


@pytest.fixture(scope="session", autouse=True)
def _pace() -> Iterator[None]:
    with compiling_statements_once(), trusting_the_disk(), copying_schemas_fast():
        yield


@pytest.fixture(autouse=True)
def _process() -> Iterator[None]:
    with process_kept():
        yield
