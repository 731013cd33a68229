"""One DAG for each schedule in meltano.yml, whose tasks run one after the other."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, chain

ROOT = Path(os.environ["MELTANO_PROJECT_ROOT"])
MELTANO = os.environ.get("MELTANO_EXECUTABLE", str(ROOT / ".venv" / "bin" / "meltano"))
ENVIRONMENT = os.environ.get("MELTANO_ENVIRONMENT", "prod")


def schedules() -> list[dict[str, Any]]:
    """What Meltano knows; about a second of work each time Airflow reads this file."""
    command = [MELTANO, "schedule", "list", "--format=json"]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(answer.stdout)["schedules"]["job"]


def dag(schedule: dict[str, Any]) -> DAG:
    """A schedule as a DAG: never two runs at once, and none for the time when Airflow was away."""
    with DAG(
        dag_id=f"meltano-{schedule['name']}",
        schedule=schedule["cron_interval"],
        start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
        catchup=False,
        max_active_runs=1,
        default_args={"retries": 1, "retry_delay": timedelta(minutes=5)},
    ) as made:
        chain(*(operator(number, task, schedule["env"]) for number, task in enumerate(schedule["job"]["tasks"], 1)))
    return made


def operator(number: int, task: str | list[str], variables: dict[str, str]) -> BashOperator:
    """One task of the job; `exec` lets a stopped task stop Meltano itself."""
    blocks = task.split() if isinstance(task, str) else task
    command = shlex.join([MELTANO, f"--environment={ENVIRONMENT}", "run", *blocks])
    return BashOperator(
        task_id=f"{number}-{blocks[0].replace(':', '-')}",
        bash_command=f"exec {command}",
        cwd=str(ROOT),
        env=variables,
        append_env=True,
    )


for each in schedules():
    globals()[f"meltano_{each['name']}"] = dag(each)
