"""footnote doctor: what would serve here, what is wrong, and how to mend it."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

import typer

from app.cli.later import later
from app.cli.output import EXIT_FAILED, print_plain
from app.cli.ports import why_not_listen
from app.cli.remote import AsJson, Quiet, print_json
from app.core.errors import FootnoteError
from app.core.shipped import shipped
from app.postgres.cluster import EmbeddedPostgresError

if TYPE_CHECKING:
    import asyncio

    from app.access import keys
    from app.cli import doubts, shared
    from app.providers import health
    from app.services import Services
    from app.settings import Settings
else:
    asyncio = later("asyncio")
    keys = later("app.access.keys")
    doubts = later("app.cli.doubts")
    shared = later("app.cli.shared")
    health = later("app.providers.health")

_GB = 1_000_000_000
_SCARCE_GB = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do about it where something is to be done."""

    what: str
    state: Literal["ok", "warning", "fault"]
    text: str
    remedy: str | None = None


def doctor(as_json: AsJson = False, quiet: Quiet = False) -> None:  # noqa: FBT002 - flags
    """Say what would serve here, what is wrong, and how to mend it. Exit code 1 if it could not serve.

    With --quiet, only what is wrong.
    """
    findings = asyncio.run(_examine(shared.load_settings()))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            _say(finding, quiet=quiet)
    faults = [finding for finding in findings if finding.state == "fault"]
    if not as_json and not quiet:
        print_plain(_verdict(findings))
    if faults:
        raise typer.Exit(EXIT_FAILED)


async def _examine(settings: "Settings") -> list[Finding]:
    findings = [*_settings(settings), *_installation(), *_disk(settings), *_port(settings)]
    try:
        async with shared.open_services() as services:
            found = [*await _providers(services, settings), await _access(services, settings)]
            return [*findings, Finding("database", "ok", _where(settings)), *found]
    except (FootnoteError, EmbeddedPostgresError) as error:
        # Their messages say what to do.
        return [*findings, Finding("database", "fault", str(error))]


def _settings(settings: "Settings") -> Iterator[Finding]:
    for doubt in doubts.doubts(settings, os.environ):
        yield Finding("settings", "warning", doubt, "Correct it in .env or in the environment.")


def _installation() -> Iterator[Finding]:
    missing = [name for name in ("static", "migrations") if not shipped(name).is_dir()]
    if missing:
        text = f"Parts of Footnote are not installed: {', '.join(missing)}."
        yield Finding("installation", "fault", text, "Install it again, from a whole clone or the wheel.")


def _disk(settings: "Settings") -> Iterator[Finding]:
    if settings.database_url is not None:
        return
    folder = next(
        place for place in (settings.data_dir, *settings.data_dir.absolute().parents) if place.exists()
    )
    free = shutil.disk_usage(folder).free / _GB
    if free < _SCARCE_GB:
        remedy = "Free some space, or set DATA_DIR to a folder on another disk."
        yield Finding("disk", "warning", f"{free:.1f} GB are free for {settings.data_dir}.", remedy)
    else:
        yield Finding("disk", "ok", f"{free:.0f} GB free")


def _port(settings: "Settings") -> Iterator[Finding]:
    reason = why_not_listen(settings.host, settings.port)
    if reason is not None:
        yield Finding("port", "warning", reason, "Nothing is wrong if that is a Footnote that runs already.")


async def _providers(services: "Services", settings: "Settings") -> list[Finding]:
    chat, *others = services.providers.names.items()
    names = " · ".join([f"provider: {chat[1]}", *(f"{role}: {name}" for role, name in others)])
    reasons = await services.provider_health.reasons(0.0)
    remedy = "Set it in .env, or DEV_FALLBACKS=true to answer without a model."
    faults = [Finding("model", "fault", text, remedy) for text in dict.fromkeys(reasons.values())]
    return faults or await _doubtful_models(services, settings) or [Finding("model", "ok", names)]


async def _doubtful_models(services: "Services", settings: "Settings") -> list[Finding]:
    """Return what would fail at this moment. It may be mended without us, so it is a warning."""
    found = await health.outages(services.providers)
    remedy = "Start that server, or correct its address in .env. Footnote starts without it; chats and searches fail meanwhile."
    away = [Finding("model", "warning", f"{role}: {text}", remedy) for role, text in found.items()]
    if "chat" not in found and (
        text := await health.unlisted_model(services.providers.chat, settings.chat_model)
    ):
        away.append(Finding("model", "warning", text))
    return away


async def _access(services: "Services", settings: "Settings") -> Finding:
    standing = await services.database.system("keys").keys.standing(keys.DEFAULT_PROJECT)
    try:
        settings.check_access(has_keys=standing.has_keys)
    except ValueError as error:
        return Finding("access", "fault", str(error))
    needed = standing.has_keys or bool(settings.bootstrap_keys)
    return Finding("access", "ok", "keys are needed" if needed else "open on this machine, no keys needed")


def _where(settings: "Settings") -> str:
    if settings.database_url is None:
        return f"embedded PostgreSQL in {settings.data_dir.resolve()}"
    return "the PostgreSQL of DATABASE_URL"


def _verdict(findings: list[Finding]) -> str:
    states = {finding.state for finding in findings}
    if "fault" in states:
        return "This would not serve."
    return "This would serve, with the warnings above." if "warning" in states else "All is well."


def _say(finding: Finding, *, quiet: bool) -> None:
    if quiet and finding.state == "ok":
        return
    print_plain(f"{finding.state:<8} {finding.what}: {finding.text}")
    if finding.remedy:
        print_plain(f"{'':8} → {finding.remedy}")
