"""The files for containers fit the program: settings, ports, routes, users; and what they promise of safety is there."""

import re
import runpy
import sysconfig
from pathlib import Path
from typing import Any

import yaml

from app.api.dependencies import PUBLIC
from app.cli import _COMMANDS
from app.settings import Settings

ROOT = Path(__file__).parents[2]
NAMES = {name.upper() for name in Settings.model_fields}
# Read by libpq.
ELSEWHERE = {"PGPASSWORD"}


def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return read["services"]  # type: ignore[no-any-return]


def manifests() -> dict[str, Any]:
    text = (ROOT / "deploy" / "kubernetes.yml").read_text(encoding="utf-8")
    return {each["kind"]: each for each in yaml.safe_load_all(text)}


def test_the_image_holds_what_the_clone_holds() -> None:
    """A folder that the program reads and the image lacks would be noticed by its users only."""
    copied = set(re.findall(r"^COPY (?!--)(\S+)", dockerfile(), re.MULTILINE))

    assert copied == {"requirements.lock", "alembic.ini", "app", "migrations", "static", "deploy/slim.py"}
    assert "USER footnote" in dockerfile()
    assert "VOLUME" not in dockerfile()
    assert "/healthz" in dockerfile()
    # The processes that read files start with -P: the folder that they start in is not searched.
    assert re.search(r"echo /app > .*/footnote\.pth", dockerfile())


def test_compose_sets_what_the_program_reads() -> None:
    """And the port of .env is this machine's, not that inside."""
    services = compose()
    for name in ("footnote", "replica", "migrate"):
        service = services[name]
        assert set(service["environment"]) - ELSEWHERE <= NAMES
        assert service["environment"]["PORT"] == 8000
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert services["footnote"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    assert (
        services["replica"]["profiles"]
        == services["caddy"]["profiles"]
        == services["redis"]["profiles"]
        == ["scale"]
    )


def test_a_password_may_hold_any_character() -> None:
    """It is no part of an address, where @ and / mean something."""
    environment = compose()["footnote"]["environment"]

    assert "PASSWORD" not in environment["DATABASE_URL"]
    assert environment["PGPASSWORD"].startswith("${POSTGRES_PASSWORD")


def test_servers_start_after_the_migration() -> None:
    """Which is a command of the program, run once."""
    services = compose()

    assert services["migrate"]["command"] == ["migrate"]
    assert services["migrate"]["restart"] == "no"
    for name in ("footnote", "replica"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert manifests()["Job"]["spec"]["template"]["spec"]["containers"][0]["args"] == ["migrate"]
    assert "migrate" in _COMMANDS


def test_no_volume_is_nameless() -> None:
    """Each is declared, or a file of the clone."""
    declared = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["volumes"]
    used = [volume.split(":")[0] for service in compose().values() for volume in service.get("volumes", ())]

    assert {name for name in used if not name.startswith("./")} == set(declared)
    assert all((ROOT / name).is_file() for name in used if name.startswith("./"))


def test_kubernetes_asks_what_is_there() -> None:
    """Probes ask public routes at the image's port, as the image's user, on a root that nobody writes to."""
    found = manifests()
    assert set(found) == {"Job", "Deployment", "Service", "PodDisruptionBudget"}
    user = int(re.findall(r"--uid (\d+)", dockerfile())[0])
    for kind in ("Job", "Deployment"):
        pod = found[kind]["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsUser"] == user
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert pod["enableServiceLinks"] is False
        assert container["envFrom"] == [{"secretRef": {"name": "footnote"}}]
    (container,) = found["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["ports"] == [{"name": "http", "containerPort": 8000}]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert ("GET", container[probe]["httpGet"]["path"]) in PUBLIC
    labels = found["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert (
        found["Service"]["spec"]["selector"]
        == found["Deployment"]["spec"]["selector"]["matchLabels"]
        == labels
    )
    secrets = set(
        re.findall(r"--from-literal=(\w+)=", (ROOT / "deploy" / "kubernetes.yml").read_text(encoding="utf-8"))
    )
    assert secrets - ELSEWHERE <= NAMES


def test_the_balancer_knows_the_servers() -> None:
    """Those of compose, asked by a route that says whether they are ready."""
    caddy = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    (servers,) = re.findall(r"reverse_proxy (.+) \{", caddy)

    assert set(servers.split()) == {f"{name}:8000" for name in ("footnote", "replica")}
    assert ("GET", re.findall(r"health_uri (\S+)", caddy)[0]) in PUBLIC


def test_what_the_image_leaves_out_is_there_and_not_ours() -> None:
    """A pattern that finds nothing takes nothing out; a program of PostgreSQL that we start stays."""
    slim = runpy.run_path(str(ROOT / "deploy" / "slim.py"))
    packages = Path(sysconfig.get_path("purelib"))
    # What makes an environment may leave these out itself.
    patterns = set(slim["_UNUSED"]) - {"pip", "pip-*", "setuptools", "pkg_resources"}
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "app" / "postgres").glob("*.py"))
    started = set(re.findall(r"\b(?:initdb|pg_dump|pg_restore|psql|postgres)\b", code))

    assert {pattern for pattern in patterns if not any(packages.glob(pattern))} == set()
    assert started <= slim["_PROGRAMS"]
