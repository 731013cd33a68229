"""Meltano's own commands on this project: each works from any folder and finds the same links, settings and state."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from crosswalk.cli import main as crosswalk
from programs import serving

ROOT = Path(__file__).parents[2]
PLUGINS = yaml.safe_load((ROOT / "meltano.yml").read_text())["plugins"]
SINGER = {plugin["name"]: plugin for kind in ("extractors", "loaders") for plugin in PLUGINS[kind]}
STATE_ID = "sandbox:tap-customwebshop-to-target-businessnxt"
JOB = "webshop-to-businessnxt"
SCHEDULED = "sync"
MELTANO_KINDS = {"date-time": "date_iso8601", "number": "decimal"}


def kind(setting: dict) -> str:
    """What Meltano calls the type that a plugin gives a setting."""
    types = [setting["type"]] if isinstance(setting["type"], str) else setting["type"]
    named = next(each for each in types if each != "null")
    return MELTANO_KINDS.get(setting.get("format")) or MELTANO_KINDS.get(named, named)


@cache
def about(name: str) -> dict:
    """What a plugin says of itself."""
    program = Path(sys.executable).with_name(name)
    return json.loads(subprocess.run([program, "--about", "--format=json"], capture_output=True, check=True).stdout)


@pytest.mark.parametrize("name", SINGER)
def test_meltano_knows_every_setting_with_its_kind_and_whether_it_is_secret(name):
    told = {
        setting: (kind(schema), bool(schema.get("secret")))
        for setting, schema in about(name)["settings"]["properties"].items()
    }
    known = {
        setting["name"]: (setting.get("kind", "string"), setting.get("sensitive", False))
        for setting in SINGER[name]["settings"]
    }
    assert known == told


@pytest.mark.parametrize("name", SINGER)
def test_meltano_knows_what_a_plugin_can_do(name):
    assert set(SINGER[name]["capabilities"]) <= set(about(name)["capabilities"])


def settings(project, plugin: str, environment: str = "sandbox", **options) -> dict:
    """What Meltano would tell a plugin; it takes no environment for granted here, unlike when it runs one."""
    where = [f"--cwd={project.root}", f"--environment={environment}"]
    return json.loads(project.meltano(*where, "config", "print", plugin, **options))


def test_a_plugin_tells_of_itself_from_a_subfolder(project):
    told = project.meltano("invoke", "tap-customwebshop", "--about", "--format=json", cwd=project.root / "docs")

    assert json.loads(told)["name"] == "tap-customwebshop"


def test_settings_are_anchored_in_the_project_and_in_the_environment(project, tmp_path):
    sandbox = settings(project, "target-businessnxt", cwd=tmp_path)
    prod = settings(project, "crosswalk", environment="prod", cwd=tmp_path)

    assert sandbox["link_store"] == f"sqlite:///{project.root}/state/sandbox/links.db"
    assert sandbox["mapping"] == f"{project.root}/mapping"
    assert prod["link_store"] == f"sqlite:///{project.root}/state/prod/links.db"


def test_secrets_are_not_shown(project):
    shown = settings(project, "target-businessnxt")

    assert shown["client_id"] == "sandbox_client"
    assert "sandbox-secret" not in str(shown)


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """A shop and a company in which nothing is yet."""
    with serving(tmp_path_factory.mktemp("founded"), seed="empty") as both:
        yield both


@pytest.mark.parametrize("plugin", ["tap-businessnxt", "target-businessnxt"])
def test_a_doctor_is_called_by_meltano_with_the_settings_of_its_plugin(project, founded, plugin):
    found = json.loads(project.meltano("invoke", plugin, "doctor", "--json", env=founded.env))

    assert {each["status"] for each in found} <= {"ok", "skipped"}
    assert "company" in {each["check"] for each in found}
    assert founded.writes() == 0


def test_prod_takes_its_secrets_from_its_own_names_only(project):
    env = {"BUSINESSNXT_CLIENT_ID": "someone", "BUSINESSNXT_COMPANY_NO": "4711"}

    prod = settings(project, "target-businessnxt", environment="prod", env=env)
    sandbox = settings(project, "target-businessnxt", env=env)

    assert (prod["client_id"], prod["company_no"]) == ("someone", 4711)
    assert (sandbox["client_id"], sandbox["company_no"]) == ("sandbox_client", 1234567)


def test_schedules_name_the_way_there_and_back_and_the_nightly_one_reads_everything(project, tmp_path):
    listed = json.loads(project.meltano(f"--cwd={project.root}", "schedule", "list", "--format=json", cwd=tmp_path))

    jobs = {schedule["name"]: schedule for schedule in listed["schedules"]["job"]}
    assert {schedule["job"]["name"] for schedule in jobs.values()} == {SCHEDULED}
    assert jobs["nightly-full"]["env"] == {"MELTANO_RUN_FULL_REFRESH": "true"}
    assert jobs["every-15-minutes"]["env"] == {}


def test_the_job_runs_from_any_folder_keeps_state_and_can_be_told_to_read_all(project, neighbours, tmp_path):
    env = {
        **neighbours.env,
        "MELTANO_DATABASE_URI": f"sqlite:///{tmp_path}/meltano.db",
        "TARGET_BUSINESSNXT_LINK_STORE": f"sqlite:///{tmp_path}/links.db",
        "CROSSWALK_LINK_STORE": f"sqlite:///{tmp_path}/links.db",
    }

    def reads() -> dict[str, int]:
        told = CliRunner().invoke(crosswalk, ["--link-store", env["CROSSWALK_LINK_STORE"], "runs", "--json"]).stdout
        return {entity: counts["read"] for entity, counts in json.loads(told)[0]["counts"].items()}

    project.meltano("run", JOB, env=env, cwd=project.root / "docs")
    first = reads()
    runs = json.loads(project.meltano("invoke", "crosswalk", "runs", "--json", env=env))
    assert {entity: counts["read"] for entity, counts in runs[0]["counts"].items()} == first
    assert len(neighbours.rows("address")) >= first["customers"] > 0
    assert "bookmarks" in project.meltano("state", "get", STATE_ID, env=env)

    project.meltano(f"--cwd={project.root}", "run", JOB, env=env, cwd=tmp_path)
    assert sum(reads().values()) < sum(first.values())

    written = neighbours.writes()
    project.meltano("run", "--full-refresh", JOB, env=env)
    assert reads() == first
    assert neighbours.writes() == written

    project.meltano("schedule", "run", "nightly-full", env=env)
    assert reads() == first


def test_the_job_sync_goes_there_and_back_with_a_state_each_and_a_second_run_writes_nothing(
    project, neighbours, tmp_path
):
    env = {
        **neighbours.env,
        "TAP_BUSINESSNXT_KEY_FILE": f"{tmp_path}/keys.db",
        "MELTANO_DATABASE_URI": f"sqlite:///{tmp_path}/meltano.db",
        **{
            f"{name}_LINK_STORE": f"sqlite:///{tmp_path}/links.db"
            for name in ("TARGET_BUSINESSNXT", "TARGET_CUSTOMWEBSHOP", "CROSSWALK")
        },
    }

    project.meltano("run", "sync", env=env)
    (address, *_) = (each for each in neighbours.rows("address") if each["information1"] and not each["associateNo"])
    edit = {"where": {"addressNo": address["addressNo"]}, "set": {"phone": "22334455"}, "user": "kari"}
    neighbours.tell_company("PATCH", "tables/address", **edit)
    project.meltano("run", "sync", env=env)

    (customer,) = (each for each in neighbours.records("customers") if each["id"] == address["information1"])
    assert customer["phone"] == "22334455"
    states = project.meltano("state", "list", env=env)
    assert STATE_ID in states
    assert "sandbox:tap-businessnxt-to-target-customwebshop" in states

    written = neighbours.writes()
    project.meltano("run", "sync", env=env)
    assert neighbours.writes() == written
