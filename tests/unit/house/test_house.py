"""What holds for the project as a whole: pins, generated pages, environments, no trace of where it was made."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
PINS = sorted((ROOT / "requirements").glob("*.txt"))
GENERATED = ("assumptions", "mapping", "personal-data", "scenarios", "settings", "sources", "webshops")
PAGES = ["README.md", *(f"docs/{each}.md" for each in GENERATED)]
MELTANO = yaml.safe_load((ROOT / "meltano.yml").read_text())


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def plugins(kind: str) -> list[dict]:
    return MELTANO["plugins"][kind]


def test_pins_answer_what_the_packages_ask_for_today():
    result = run("requirements/compile.py", "--check")

    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="module")
def generated():
    """What is said of all pages: one start of the programs that they tell of."""
    result = run("-m", "cogapp", "-I", "docs", "--check", *PAGES)
    return f"{result.stdout}{result.stderr}"


@pytest.mark.parametrize("page", PAGES)
def test_a_generated_page_says_what_programs_and_mapping_files_say(generated, page):
    assert f"Checking {page}\n" in generated, f"{generated}\nrun `make docs`"


@pytest.mark.parametrize("pins", PINS, ids=lambda file: file.name)
def test_every_pin_has_a_hash_and_none_names_an_index_or_a_folder(pins):
    text = pins.read_text()

    entries = re.findall(r"^\S+==\S+.*(?:\n    --hash=\S+.*)*", text, flags=re.MULTILINE)
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"(?:https?|file)://\S+|^-e|--(?:extra-)?index", text, flags=re.MULTILINE) == []


def test_targets_and_crosswalk_keep_their_links_in_one_place():
    settings = {
        plugin["name"]: {setting["name"]: setting.get("value") for setting in plugin["settings"]}
        for plugin in [*plugins("loaders"), *plugins("utilities")]
    }

    for target in ("target-businessnxt", "target-customwebshop"):
        assert settings[target]["link_store"] == settings["crosswalk"]["link_store"]
        assert settings[target]["mapping"] == settings["crosswalk"]["mapping"]


@pytest.mark.parametrize("kind", MELTANO["plugins"])
def test_meltano_is_told_of_each_setting_once(kind):
    told = [(plugin["name"], setting["name"]) for plugin in plugins(kind) for setting in plugin["settings"]]

    assert sorted(told) == sorted(set(told))


def test_the_example_names_every_variable_that_prod_reads_and_no_other():
    prod = next(environment for environment in MELTANO["environments"] if environment["name"] == "prod")
    read = set(re.findall(r"\$([A-Z_]+)", yaml.safe_dump(prod)))
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))

    assert named == read


@pytest.mark.parametrize(
    "plugin", [plugin for kind in MELTANO["plugins"].values() for plugin in kind], ids=lambda plugin: plugin["name"]
)
def test_a_plugin_is_installed_from_this_project_with_the_pins(plugin):
    arguments = plugin["pip_url"].split()
    values = [value.strip('"') for value in arguments[1::2]]

    assert arguments[0] == "-e"  # Meltano discovers the catalog anew each time only for what starts so
    assert all(value.startswith("$MELTANO_PROJECT_ROOT/") for value in values)
    assert {"-c", "-b"} < set(arguments)


def test_no_file_names_the_machine_it_was_made_on():
    here = [f"{place}/".encode() for place in (ROOT, Path.home())]
    guilty = [file for file in tracked_files() if file.is_file() and any(place in file.read_bytes() for place in here)]

    assert guilty == []


def test_every_row_of_every_mapping_file_has_a_test_in_each_of_its_directions():
    folder = "tests/contract/both_ways"
    said = re.findall(r"`(test_\w+\[[^\]`]+\])`", (ROOT / "docs" / "mapping.md").read_text())
    listed = run("-m", "pytest", "--collect-only", "-q", f"{folder}/test_properties.py").stdout
    there = {each.rpartition("::")[2] for each in listed.splitlines() if "[" in each}
    unproved = run("-c", f"import sys; sys.path.insert(0, '{folder}'); from trials import *; print("
                   "[each.name for each in ALL if not any(proof(each, side) for side in Side)])")  # fmt: skip

    assert unproved.stdout.strip() == "[]"
    assert [each for each in said if each not in there] == []
    assert sorted(said) == sorted(there)
