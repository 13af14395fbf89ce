"""The files to run it by let in only what is meant for outside, and agree with the program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from bot.console.guard import ROOT as CONSOLE
from bot.settings import Settings
from bot.web import WEBHOOK_PATH

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
OPEN = {WEBHOOK_PATH, CONSOLE}
NEEDED = {"GUIDE_TOKEN", "GUIDE_STAFF", "GUIDE_CURATORS", "GUIDE_WEBHOOK_URL"}


def kubernetes(kind: str) -> dict[str, Any]:
    """Return what there is of a kind."""
    text = (DEPLOY / "kubernetes" / "guide.yaml").read_text("utf-8")
    (found,) = (one for one in yaml.safe_load_all(text) if one["kind"] == kind)
    return dict(found)


def test_the_ingress_lets_in_only_what_is_meant_for_outside_by_https() -> None:
    spec = kubernetes("Ingress")["spec"]
    (rule,) = spec["rules"]
    assert {path["path"] for path in rule["http"]["paths"]} == OPEN
    assert [one["hosts"] for one in spec["tls"]] == [[rule["host"]]]
    env = kubernetes("Deployment")["spec"]["template"]["spec"]["containers"][0]["env"]
    assert {"name": "GUIDE_WEBHOOK_URL", "value": f"https://{rule['host']}"} in env


def test_the_balancer_lets_in_only_what_is_meant_for_outside_by_https() -> None:
    words = (DEPLOY / "Caddyfile").read_text("utf-8")
    (paths,) = re.findall(r"@open path (.*)", words)
    assert set(paths.split()) == {*OPEN, f"{CONSOLE}/*"}
    assert re.findall(r"^\{\$(\w+)\} \{$", words, re.MULTILINE) == ["GUIDE_WEBHOOK_URL"]
    balancer = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["balancer"]
    assert "443:443" in balancer["ports"]
    assert "GUIDE_WEBHOOK_URL" in balancer["environment"]


def test_a_slow_start_is_waited_for() -> None:
    pod = kubernetes("Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    probe = container["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 180
    assert probe["httpGet"] == container["livenessProbe"]["httpGet"]


def test_no_service_sets_a_setting() -> None:
    """Kubernetes tells pods of a service named guide by GUIDE_PORT=tcp://…, unless told not to."""
    name = kubernetes("Service")["metadata"]["name"].upper()
    assert f"{name}_PORT".removeprefix("GUIDE_").lower() in Settings.model_fields
    assert kubernetes("Deployment")["spec"]["template"]["spec"]["enableServiceLinks"] is False


def test_who_may_publish_and_decide_is_among_what_must_be_set() -> None:
    for file in (ROOT / "compose.yaml", DEPLOY / "kubernetes" / "guide.yaml"):
        assert set(re.findall(r"GUIDE_\w+", file.read_text("utf-8"))) >= NEEDED, file


def test_the_unit_finds_settings_and_database_where_commands_do() -> None:
    """A command in that folder reads its .env; what the unit set besides, it would not know."""
    unit = (DEPLOY / "guide.service").read_text("utf-8")
    (folder,) = re.findall(r"^WorkingDirectory=(.*)", unit, re.MULTILINE)
    assert "EnvironmentFile" not in unit
    assert "GUIDE_DATABASE_URL" not in unit
    assert f"/{folder.strip('/')}/.env" in unit
    (state,) = re.findall(r"^StateDirectory=(.*)", unit, re.MULTILINE)
    assert folder == f"/var/lib/{state}"
    (cache,) = re.findall(r"^CacheDirectory=(.*)", unit, re.MULTILINE)
    assert f"XDG_CACHE_HOME=/var/cache/{cache} " in unit
    (program,) = re.findall(r"^ExecStart=(.*) run", unit, re.MULTILINE)
    page = (ROOT / "docs" / "operators.md").read_text("utf-8")
    assert f"0 3 * * * cd {folder} && {program} backup" in page


def test_every_alert_is_in_the_operators_table() -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    page = (ROOT / "docs" / "operators.md").read_text("utf-8")
    assert [one["alert"] for one in rules if f"| {one['alert']} |" not in page] == []
