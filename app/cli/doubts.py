"""Settings that are probably not what was meant: misspelt names, and a key that nobody uses."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

from app.settings import Settings

# What other programs call what we call otherwise.
_OTHER_NAMES = {
    "OPENAI_API_BASE": "OPENAI_BASE_URL",
    "DB_URL": "DATABASE_URL",
    "POSTGRES_URL": "DATABASE_URL",
}
# Read by the commands that call a server, not by the server.
_KNOWN_ELSEWHERE = frozenset({"FOOTNOTE_BASE_URL", "FOOTNOTE_API_KEY"})
_PREFIX = "FOOTNOTE_"
# Names of other programs are less alike than this: XDG_DATA_DIRS and DATA_DIR are so by .78.
_ALIKE = 0.8
# Shorter ones resemble too much: PGHOST, SSH_PORT.
_SHORTEST = 6


def doubts(settings: Settings, environment: Mapping[str, str], *, env_file: Path = Path(".env")) -> list[str]:
    """Return a sentence for each setting that may have been meant otherwise."""
    in_file = {name: value or "" for name, value in dotenv_values(env_file).items()}
    found = []
    for name, value in sorted({**in_file, **environment}.items()):
        meant = _meant(name.upper(), value)
        if meant:
            place = "" if name in environment else f" in {env_file}"
            found.append(
                f"{name}{place} is not a setting of Footnote and has no effect. Did you mean {meant}?"
            )
    return [*found, *_unused_upstream(settings)]


def _meant(name: str, value: str) -> str | None:
    """Return the setting whose name a name resembles, None for a setting's own name and for other programs'."""
    settings = {field.upper() for field in Settings.model_fields}
    if name in settings | _KNOWN_ELSEWHERE:
        return None
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    bare = name.removeprefix(_PREFIX)
    if bare in settings:
        # Kubernetes makes FOOTNOTE_PORT itself, for a service that is called footnote.
        return None if value.startswith("tcp://") else bare
    plain = {setting.replace("_", ""): setting for setting in settings if len(setting) >= _SHORTEST}
    near = get_close_matches(bare.replace("_", ""), plain, n=1, cutoff=_ALIKE)
    return plain[near[0]] if near else None


def _unused_upstream(settings: Settings) -> list[str]:
    given = {"OPENAI_API_KEY": settings.openai_api_key, "OPENAI_BASE_URL": settings.openai_base_url}
    names = " and ".join(name for name, value in given.items() if value)
    if not settings.dev_fallbacks or not names:
        return []
    return [
        f"DEV_FALLBACKS=true: no model is asked, {names} or not. Remove DEV_FALLBACKS to have the model answer."
    ]
