"""What can be said of deployment files without a container engine: who they run as, what they show and run."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from persona_pipeline.cli.home import INSTANCE
from persona_pipeline.settings import SECRET_NAME
from persona_pipeline_tests.cli.running import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_no_service_runs_as_root_or_may_become_it():
    for name, service in SERVICES.items():
        assert service["user"] == "10001:10001", name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"], name
        assert service["healthcheck"]["test"][0] == "CMD", name
    assert re.findall(r"^USER (\S+)", (DEPLOY / "Containerfile").read_text("utf-8"), re.MULTILINE) == ["10001:10001"]


def test_only_the_code_location_is_given_secrets_and_none_stands_in_a_file():
    for name, service in SERVICES.items():
        secret = {variable for variable in service["environment"] if SECRET_NAME.search(variable)}
        assert (name == "code") == bool(secret)
        assert all(service["environment"][variable] == f"${{{variable}:-}}" for variable in secret)
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            assert not re.search(r"\b(sk-|hf_)\w{6,}", path.read_text("utf-8")), path


def test_only_loopback_is_published_and_the_code_location_is_reached_from_inside():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:3000:3000"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert all("inside" in service["networks"] for service in SERVICES.values())
    for unit in UNITS:
        hosts = re.findall(r"--host (\S+)", unit.read_text("utf-8"))
        assert set(hosts) <= {"127.0.0.1"}


def test_the_image_is_built_from_locked_packages_and_no_more_than_it_needs():
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert "--require-hashes -r requirements/run.lock" in text
    assert "--no-deps --no-build-isolation" in text
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    assert ignored[1] == "*"
    allowed = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for word in line.split()[:-1]]
    assert sorted(copied) == sorted(allowed)
    assert all((ROOT / path).exists() for path in copied)


def test_everybody_runs_the_same_three_commands():
    wanted = {
        "code": "dagster api grpc --port 4000 --module-name persona_pipeline.definitions",
        "webserver": "dagster-webserver --port 3000 --workspace",
        "daemon": "dagster-daemon run --workspace",
    }
    for name, words in wanted.items():
        unit = (DEPLOY / "systemd" / f"persona-{name}.service").read_text("utf-8")
        service = " ".join([*SERVICES[name]["entrypoint"], *SERVICES[name]["command"]])
        for text in (unit, service):
            assert set(shlex.split(words)) <= {
                Path(word).name if "/bin/" in word else word for word in text.split()
            } | {word.removeprefix("ExecStart=") for word in text.split()}, (name, words)


def test_a_dagster_home_that_is_prepared_has_telemetry_off_and_a_handler_that_exists():
    says = yaml.safe_load(INSTANCE)
    assert says["telemetry"] == {"enabled": False}
    module, _, name = says["python_logs"]["dagster_handler_config"]["handlers"]["json_lines"]["class"].rpartition(".")
    assert hasattr(__import__(module, fromlist=[name]), name)
    assert "DAGSTER_DISABLE_TELEMETRY := 1" in (ROOT / "Makefile").read_text("utf-8")


def test_the_example_for_the_chart_has_its_keys_and_no_telemetry():
    values = yaml.safe_load((DEPLOY / "helm-values.yaml").read_text("utf-8"))
    assert values["telemetry"] == {"enabled": False}
    [deployment] = values["dagster-user-deployments"]["deployments"]
    known = {  # of UserDeployment in the chart's schema
        *("name", "image", "dagsterApiGrpcArgs", "includeConfigInLaunchedRuns", "port", "env", "envSecrets"),
        *("nodeSelector", "podSecurityContext", "securityContext", "volumes", "volumeMounts"),
    }
    assert set(deployment) <= known
    assert values["runLauncher"]["type"] == "K8sRunLauncher"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_finds_nothing_wrong_but_that_the_program_is_not_installed():
    done = subprocess.run(["systemd-analyze", "verify", *map(str, UNITS)], capture_output=True, text=True, timeout=60)
    wrong = [line for line in done.stderr.splitlines() if "is not executable" not in line]
    assert [line for line in wrong if any(unit.name in line for unit in UNITS)] == []
