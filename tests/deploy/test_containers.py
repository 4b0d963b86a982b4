"""The image, and how one box or many replicas run it."""

import asyncio
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from types import ModuleType
from typing import Any

import pytest
import yaml
from bot.sandbox.server import StandIn
from bot.settings import CREDENTIALS
from bot.wiring.service_manager import ServiceManager

from tests.end_to_end.process import ROOT, TOKEN, a_bot

DEPLOY = ROOT / "deploy"
PINNED = re.compile(r"(?:[a-z0-9.-]+/)*[a-z0-9-]+:(\d+\.\d+\.\d+)[a-z0-9.-]*(@sha256:[0-9a-f]{64})?")


# -- the image -----------------------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    """The Containerfile as (word, rest), comments gone, continued lines joined."""
    lines = [
        line
        for line in (DEPLOY / "Containerfile").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in joined.splitlines() if line.strip()]


def last_stage() -> list[tuple[str, str]]:
    whole = instructions()
    return whole[max(i for i, (word, _) in enumerate(whole) if word == "FROM") :]


def test_the_image_begins_at_a_named_version_and_ends_on_nothing() -> None:
    bases = [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    assert len(bases) > 1 and bases[-1] == "scratch"
    assert all(PINNED.fullmatch(base) for base in bases[:-1]), bases


def test_nothing_is_installed_that_was_not_pinned_by_its_hash() -> None:
    commands = [c.strip() for word, rest in instructions() if word == "RUN" for c in rest.split("&&")]
    installing = [c for c in commands if re.search(r"\bpip\b.*\binstall\b", c)]
    assert len(installing) == 2
    for command in installing:
        assert "--require-hashes" in command and "--only-binary :all:" in command
    assert not [c for c in commands if re.search(r"\b(apt|apt-get|curl|wget|apk)\b", c)]


def test_the_last_stage_runs_no_shell_and_has_a_user_without_power() -> None:
    stage = last_stage()
    words = [word for word, _ in stage]
    assert "RUN" not in words and "ADD" not in words
    assert dict(stage)["USER"] == "65532:65532"
    for word in ("ENTRYPOINT", "CMD"):
        assert dict(stage)[word].startswith('["'), f"{word} would ask for a shell"


def test_the_health_check_is_the_bots_own_interpreter() -> None:
    check = dict(last_stage())["HEALTHCHECK"]
    assert re.search(r'CMD \["/usr/local/bin/python", "/opt/marigold/deploy/healthcheck\.py"\]$', check)


def test_certificates_are_looked_for_where_they_are_put() -> None:
    """An interpreter from elsewhere looks elsewhere by itself; without certificates Telegram cannot be reached."""
    settings = dict(re.findall(r"(\w+)=(\S+)", dict(last_stage())["ENV"]))
    gather = (DEPLOY / "gather.py").read_text("utf-8")
    assert f'CERTIFICATES = Path("{settings["SSL_CERT_FILE"]}")' in gather


def test_what_is_mounted_into_a_root_that_cannot_be_written_has_a_place() -> None:
    settings = dict(re.findall(r"(\w+)=(\S+)", dict(last_stage())["ENV"]))
    made = re.findall(r'\(into / "(\w+)"\)\.mkdir', (DEPLOY / "gather.py").read_text("utf-8"))
    for name in ("BOT_STATE_DIR", "CREDENTIALS_DIRECTORY"):
        assert Path(settings[name]).parts[1] in made


def test_all_that_is_copied_is_there_and_nothing_else_is_let_in() -> None:
    ignoring = (ROOT / ".containerignore").read_text("utf-8")
    assert ignoring == (ROOT / ".dockerignore").read_text("utf-8"), (
        "podman and docker would build differently"
    )
    let_in = set(re.findall(r"^!(\S+)$", ignoring, re.MULTILINE))
    copied = {
        source
        for word, rest in instructions()
        if word == "COPY" and not rest.startswith("--from=")
        for source in rest.split()[:-1]
    }
    assert copied == let_in
    assert all((ROOT / source).exists() for source in copied)
    assert not [source for source in copied if "secret" in source]


# -- its health check ----------------------------------------------------------------------------------------


@pytest.fixture
def healthcheck() -> ModuleType:
    spec = importlib.util.spec_from_file_location("healthcheck", DEPLOY / "healthcheck.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


abstract = pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's own")


@abstract
def test_a_pulse_is_heard_among_other_words(healthcheck: ModuleType) -> None:
    name = f"@marigold-heard-{os.getpid()}"
    manager, enough = ServiceManager(name), Event()

    def speak() -> None:
        while not enough.wait(0.02):
            manager.ready()
            manager.alive()

    speaking = Thread(target=speak)
    speaking.start()
    try:
        assert healthcheck.pulse_is_heard(name)
    finally:
        enough.set()
        speaking.join()


@abstract
def test_silence_and_other_words_are_no_pulse(healthcheck: ModuleType) -> None:
    assert not healthcheck.pulse_is_heard(f"@marigold-silent-{os.getpid()}", 0.05)


@pytest.mark.parametrize("address", ["", "/run/notify", "name"])
def test_a_health_check_without_a_name_to_listen_at_says_so(address: str) -> None:
    done = subprocess.run(
        [sys.executable, str(DEPLOY / "healthcheck.py")],
        env={"NOTIFY_SOCKET": address}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and done.stderr.startswith("NOTIFY_SOCKET has to be")


@abstract
async def test_the_health_check_hears_the_real_bot_and_not_one_that_hangs(
    tmp_path: Path, healthcheck: ModuleType
) -> None:
    name = f"@marigold-bot-{os.getpid()}"
    async with StandIn(token=TOKEN) as stand_in, a_bot(stand_in, tmp_path, NOTIFY_SOCKET=name) as bot:
        await bot.until(lambda: b"polling" in bot.errors)
        assert await asyncio.to_thread(healthcheck.pulse_is_heard, name, 60.0)
        bot.process.send_signal(signal.SIGSTOP)
        try:
            assert not await asyncio.to_thread(healthcheck.pulse_is_heard, name, 7.0)
        finally:
            bot.process.send_signal(signal.SIGCONT)


# -- compose -------------------------------------------------------------------------------------------------


def composed(name: str) -> dict[str, Any]:
    loaded = yaml.safe_load((DEPLOY / name).read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def services() -> dict[str, dict[str, Any]]:
    """Every service of both files; what a service extends stands in it."""
    one, many = composed("compose.yaml")["services"], composed("compose.replicas.yaml")["services"]
    found = dict(one)
    for name, service in many.items():
        base = service.pop("extends", None)
        assert base is None or base == {"file": "compose.yaml", "service": "bot"}
        found[name] = {**(one["bot"] if base else {}), **service}
    return found


@pytest.mark.parametrize("name", ["bot", "replica", "valkey"])
def test_each_container_can_do_nothing_it_does_not_need(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith(("0", "root"))
    assert service["mem_limit"] == service["memswap_limit"], "it could be swapped to a disk"
    assert service["ulimits"] == {"core": 0} and service["pids_limit"]
    assert "privileged" not in service and "ports" not in service and "network_mode" not in service
    assert PINNED.fullmatch(service["image"])


def test_secrets_are_files_and_never_in_the_environment() -> None:
    for name in ("compose.yaml", "compose.replicas.yaml"):
        secrets = composed(name)["secrets"]
        assert all(value == {"file": f"secrets/{key}"} for key, value in secrets.items())
    for service in services().values():
        assert not {f"BOT_{name.upper()}" for name in CREDENTIALS} & set(service.get("environment", {}))
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_valkey_keeps_nothing_on_a_disk_and_nobody_outside_reaches_it() -> None:
    valkey = services()["valkey"]
    assert memory_only(valkey["command"])
    assert "volumes" not in valkey and valkey["networks"] == ["shared"]
    assert composed("compose.replicas.yaml")["networks"]["shared"] == {"internal": True}


def memory_only(command: list[str]) -> bool:
    """Whether a valkey-server started like this writes neither a snapshot nor a log of commands."""
    given = dict(zip(command[1::2], command[2::2], strict=True))
    return given["--save"] == "" and given["--appendonly"] == "no" and "--dir" not in given


# -- Kubernetes ----------------------------------------------------------------------------------------------

TREE = DEPLOY / "kubernetes"


def objects() -> list[dict[str, Any]]:
    names = yaml.safe_load((TREE / "kustomization.yaml").read_text("utf-8"))["resources"]
    return [o for name in names for o in yaml.safe_load_all((TREE / name).read_text("utf-8"))]


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {o["metadata"]["name"]: o for o in objects() if o["kind"] == kind}


def test_every_file_of_the_tree_is_used_and_every_file_that_is_used_is_there() -> None:
    names = yaml.safe_load((TREE / "kustomization.yaml").read_text("utf-8"))["resources"]
    assert sorted([*names, "kustomization.yaml"]) == sorted(p.name for p in TREE.iterdir())


def test_everything_a_replica_needs_to_live_in_a_cluster_is_there() -> None:
    kinds = {o["kind"] for o in objects()}
    assert kinds == {
        "Namespace", "ConfigMap", "Deployment", "Service",
        "HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy",
    }  # fmt: skip
    assert all(o["kind"] == "Namespace" or o["metadata"]["namespace"] == "marigold" for o in objects())


@pytest.mark.parametrize("name", ["marigold", "valkey"])
def test_each_pod_is_restricted(name: str) -> None:
    pod = of_kind("Deployment")[name]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"] and container["livenessProbe"]
    for volume in pod["volumes"]:
        assert set(volume) - {"name"} == {"secret"} or volume["emptyDir"]["medium"] == "Memory", volume


def test_a_replica_is_asked_whether_it_lives_and_whether_it_takes_messages() -> None:
    (container,) = of_kind("Deployment")["marigold"]["spec"]["template"]["spec"]["containers"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert {p["containerPort"] for p in container["ports"]} == {8081}
    assert PINNED.fullmatch(container["image"])


def test_the_bot_reaches_names_telegram_and_valkey_and_nothing_else() -> None:
    policies = of_kind("NetworkPolicy")
    assert policies["nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    names, telegram, valkey = policies["bot"]["spec"]["egress"]
    assert {(p["port"], p["protocol"]) for p in names["ports"]} == {(53, "UDP"), (53, "TCP")}
    assert [to["ipBlock"]["cidr"] for to in telegram["to"]] == ["149.154.160.0/20", "91.108.4.0/22"]
    assert telegram["ports"] == [{"port": 443, "protocol": "TCP"}]
    assert valkey["to"] == [{"podSelector": {"matchLabels": labels_of("valkey")}}]
    assert valkey["ports"] == [{"port": 6379, "protocol": "TCP"}]


def test_valkey_hears_the_bot_alone_calls_nobody_and_keeps_nothing() -> None:
    spec = of_kind("NetworkPolicy")["valkey"]["spec"]
    assert spec["podSelector"]["matchLabels"] == labels_of("valkey")
    assert "egress" not in spec and "Egress" in spec["policyTypes"]
    (rule,) = spec["ingress"]
    assert rule["from"] == [{"podSelector": {"matchLabels": labels_of("marigold")}}]
    (container,) = of_kind("Deployment")["valkey"]["spec"]["template"]["spec"]["containers"]
    assert memory_only(container["command"]) and PINNED.fullmatch(container["image"])


def labels_of(name: str) -> dict[str, str]:
    template = of_kind("Deployment")[name]["spec"]["template"]["metadata"]["labels"]
    assert isinstance(template, dict)
    return template


def test_services_budget_and_scaling_mean_the_pods_there_are() -> None:
    assert of_kind("Service")["marigold"]["spec"]["selector"] == labels_of("marigold")
    assert of_kind("Service")["valkey"]["spec"]["selector"] == labels_of("valkey")
    assert of_kind("PodDisruptionBudget")["marigold"]["spec"]["selector"]["matchLabels"] == labels_of(
        "marigold"
    )
    scaling = of_kind("HorizontalPodAutoscaler")["marigold"]["spec"]
    assert scaling["scaleTargetRef"]["name"] == "marigold" and scaling["minReplicas"] >= 2
    assert "replicas" not in of_kind("Deployment")["marigold"]["spec"]


def test_a_secret_is_named_and_never_written() -> None:
    mounted = {
        volume["secret"]["secretName"]
        for deployment in of_kind("Deployment").values()
        for volume in deployment["spec"]["template"]["spec"]["volumes"]
        if "secret" in volume
    }
    assert mounted == {"marigold", "marigold-valkey"}
    settings = of_kind("ConfigMap")["marigold-settings"]["data"]
    assert not {f"BOT_{name.upper()}" for name in CREDENTIALS} & set(settings)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on this machine")
def test_kustomize_builds_the_tree() -> None:
    done = subprocess.run(
        ["kubectl", "kustomize", str(TREE)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert len(list(yaml.safe_load_all(done.stdout))) == len(objects())


@pytest.mark.skipif(shutil.which("checkov") is None, reason="checkov is not on this machine")
def test_checkov_finds_nothing_but_what_is_reasoned(tmp_path: Path) -> None:
    """It knows a container file only by docker's name for one."""
    shutil.copytree(DEPLOY, tmp_path / "deploy", ignore=shutil.ignore_patterns("*.txt", "secrets"))
    (tmp_path / "deploy/Containerfile").rename(tmp_path / "deploy/Dockerfile")
    done = subprocess.run(
        ["checkov", "--directory", str(tmp_path), "--framework", "kubernetes", "dockerfile", "secrets",
         "--compact", "--quiet", "--skip-download"],
        capture_output=True, text=True, check=False, timeout=110,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Failed checks: 0" in done.stdout
