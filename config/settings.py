"""Every setting of the program, checked together at start, from the environment or a .env file beside wsgi.py."""

from __future__ import annotations

import difflib
import os
import re
import sys
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo

from config.accounts import (
    ENVIRONMENT_HINTS,
    Accounts,
    AccountSettings,
    account_from_environment,
    accounts_from_file,
)
from config.env_file import read_env_file
from config.redis_url import is_redis_url
from config.secret_key import MAKE_SECRET_KEY, MIN_SECRET_KEY, kept_secret_key

ROOT = Path(__file__).resolve().parent.parent
ACCOUNTS_FILE = "accounts.yaml"

# How to mend each name; the wording follows "NAME is malformed: ".
_HINTS = {
    "WECHAT_API_BASE": "an http:// or https:// address; leave it out for WeChat itself",
    "WECHAT_API_TIMEOUT": "seconds, more than 0 and at most 60",
    "REDIS_URL": "redis://, rediss://, unix:///path or sentinel://host:port,host:port/name-of-master/0[?replicas=1]; "
    "leave it out for the embedded server",
    "BOT_DATA_DIR": "a folder that this user may write to",
    "BOT_CONFIG_DIR": "the folder of rules.yaml and phrases.yaml; it must exist",
    "BOT_HOST": "an address of this machine, such as 127.0.0.1 or 0.0.0.0",
    "BOT_PORT": "a port number from 1 to 65535",
    "BOT_WEB_WORKERS": "a number of processes from 1 to 64",
    "BOT_PUBLIC_URL": "the outside http:// or https:// address, or empty",
    "BOT_SECRET_KEY": f"at least {MIN_SECRET_KEY} characters that only you know; make one with: {MAKE_SECRET_KEY}",
    "BOT_NOTIFY_URL": "the https:// address of the group robot's webhook, or empty",
    "BOT_TIMEZONE": "a name of the time zone database, such as Asia/Shanghai",
    "BOT_POLL_SECONDS": "seconds, more than 0 and at most 86400; leave it out for the adaptive pace",
    "BOT_HOLD_SECONDS": "whole seconds from 0 to 86400",
    "BOT_CLOCK": "system or simulated",
    "BOT_LOG_FORMAT": "console or json",
}


class SettingsError(Exception):
    """The settings cannot be used; `problems` holds one line for each thing to mend, without any secret."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"settings: {count}", *(f"  {line}" for line in problems)]))


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _check_web_address(value: str) -> str:
    if value and (not _is_address(value, ("http", "https")) or re.search(r"\s", value)):
        raise ValueError("not an address")
    return value.rstrip("/")


def _check_notify_url(value: SecretStr) -> SecretStr:
    _check_web_address(value.get_secret_value())
    return value


def _check_redis_url(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and not is_redis_url(value.get_secret_value()):
        raise ValueError("not a Redis address")
    return value


def _check_zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("unknown zone") from None
    return value


def _from_root(value: Path, info: ValidationInfo) -> Path:
    return Path(os.path.normpath(info.data["root"] / _expanded(value)))


def _expanded(value: Path) -> Path:
    try:
        return value.expanduser()
    except RuntimeError:
        raise ValueError("~ of somebody unknown") from None


def _check_config_dir(value: Path) -> Path:
    if not value.is_dir():
        raise ValueError("no such folder")
    return value


def _check_secret_key(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and len(value.get_secret_value()) < MIN_SECRET_KEY:
        raise ValueError("too short")
    return value


def _log_format() -> Literal["console", "json"]:
    return "console" if sys.stderr.isatty() else "json"


def _setting(name: str, default: Any) -> Any:
    return Field(validation_alias=name, default=default, validate_default=True)


WebAddress = Annotated[str, AfterValidator(_check_web_address)]
FolderFromRoot = Annotated[Path, AfterValidator(_from_root)]


class Settings(BaseModel):
    """All settings, frozen. Secrets show as asterisks when printed; ask them with `.get_secret_value()`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    root: Path
    accounts: tuple[AccountSettings, ...]
    api_base: WebAddress = _setting("WECHAT_API_BASE", "https://api.weixin.qq.com")
    api_timeout: Annotated[float, Field(gt=0, le=60)] = _setting("WECHAT_API_TIMEOUT", 5.0)
    redis_url: Annotated[SecretStr, AfterValidator(_check_redis_url)] = _setting("REDIS_URL", SecretStr(""))
    data_dir: FolderFromRoot = _setting("BOT_DATA_DIR", Path("var"))
    config_dir: Annotated[FolderFromRoot, AfterValidator(_check_config_dir)] = _setting(
        "BOT_CONFIG_DIR", Path("config")
    )
    host: Annotated[str, Field(pattern=r"^[0-9A-Za-z.:_-]+$")] = _setting("BOT_HOST", "127.0.0.1")
    port: Annotated[int, Field(ge=1, le=65535)] = _setting("BOT_PORT", 8000)
    web_workers: Annotated[int, Field(ge=1, le=64)] = _setting("BOT_WEB_WORKERS", 1)
    public_url: WebAddress = _setting("BOT_PUBLIC_URL", "")
    secret_key: Annotated[SecretStr, AfterValidator(_check_secret_key)] = _setting("BOT_SECRET_KEY", SecretStr(""))
    notify_url: Annotated[SecretStr, AfterValidator(_check_notify_url)] = _setting("BOT_NOTIFY_URL", SecretStr(""))
    timezone_name: Annotated[str, AfterValidator(_check_zone)] = _setting("BOT_TIMEZONE", "Asia/Shanghai")
    poll_seconds: Annotated[float, Field(gt=0, le=86400)] | None = _setting("BOT_POLL_SECONDS", None)
    hold_seconds: Annotated[int, Field(ge=0, le=86400)] = _setting("BOT_HOLD_SECONDS", 60)
    clock: Literal["system", "simulated"] = _setting("BOT_CLOCK", "system")
    log_format: Literal["console", "json"] = Field(validation_alias="BOT_LOG_FORMAT", default_factory=_log_format)

    @property
    def timezone(self) -> zoneinfo.ZoneInfo:
        """BOT_TIMEZONE as a zone object."""
        return zoneinfo.ZoneInfo(self.timezone_name)

    @property
    def embedded(self) -> bool:
        """True when the program brings its own Redis (no REDIS_URL)."""
        return not self.redis_url.get_secret_value()

    def account(self, name: str = "") -> AccountSettings:
        """The account called `name`; without a name the first one. Raises KeyError if there is none."""
        for account in self.accounts:
            if not name or account.name == name:
                return account
        raise KeyError(name)


def load_settings(
    env: Mapping[str, str] | None = None, root: Path | None = None, *, need_account: bool = True
) -> Settings:
    """Read and check all settings; `env` (default: the process's own) wins over `root`/.env.

    With `need_account=False` account and secret key may be missing and no secret key is made (for commands that
    store nothing). Raises SettingsError listing every problem at once.
    """
    root = ROOT if root is None else root
    values, problems = _read_values(os.environ if env is None else env, root)
    given = {name: values[name] for name in _HINTS if values.get(name)}
    settings = _validate(given, root, problems)
    folder = Path(given.get("BOT_CONFIG_DIR", "config"))
    if not str(folder).startswith("~") or settings:
        folder = _expanded(folder)
    accounts = _load_accounts(root / folder / ACCOUNTS_FILE, values, need_account)
    problems = accounts.problems + problems + _unknown(values, accounts.used_names)
    if need_account and given.get("REDIS_URL") and "BOT_SECRET_KEY" not in given:
        problems.append(
            f"BOT_SECRET_KEY is missing: REDIS_URL is set, so all machines need the same one; "
            f"make it with: {MAKE_SECRET_KEY}"
        )
    if problems or settings is None:
        raise SettingsError(problems)
    changes: dict[str, Any] = {"accounts": tuple(accounts.found)}
    if need_account and "BOT_SECRET_KEY" not in given:
        try:
            changes["secret_key"] = SecretStr(kept_secret_key(settings.data_dir))
        except OSError as error:
            raise SettingsError([f"BOT_DATA_DIR cannot be used ({error}): {_HINTS['BOT_DATA_DIR']}"]) from None
        except ValueError as error:
            raise SettingsError([str(error)]) from None
    return settings.model_copy(update=changes)


def _read_values(env: Mapping[str, str], root: Path) -> tuple[dict[str, str], list[str]]:
    try:
        from_file, problems = read_env_file(root / ".env")
    except (OSError, UnicodeDecodeError):
        raise SettingsError([".env cannot be read: it must be a UTF-8 file that this user may read"]) from None
    return {name: value.strip() for name, value in {**from_file, **env}.items()}, problems


def _validate(given: Mapping[str, str], root: Path, problems: list[str]) -> Settings | None:
    try:
        return Settings.model_validate({"root": root, "accounts": (), **given})
    except ValidationError as error:
        names = {str(item["loc"][0]) for item in error.errors(include_input=False)}
        problems.extend(f"{name} is malformed: {_HINTS[name]}" for name in _HINTS if name in names)
        return None


def _load_accounts(path: Path, values: Mapping[str, str], required: bool) -> Accounts:
    if not path.is_file():
        return account_from_environment(values, required)
    accounts = accounts_from_file(path, values)
    if not required:  # a command that serves no account has no use for their secrets
        accounts.problems.clear()
    # The same account named twice says nothing new; another one would silently not be served.
    is_listed = values.get("WECHAT_APPID") in {account.appid for account in accounts.found}
    for name in sorted(set(ENVIRONMENT_HINTS) - accounts.used_names):
        if values.get(name) and not is_listed:
            accounts.problems.append(f"{name} is set, but {ACCOUNTS_FILE} lists the accounts: remove one of the two")
    accounts.used_names.update(ENVIRONMENT_HINTS)
    return accounts


def _unknown(values: Mapping[str, str], account_names: set[str]) -> list[str]:
    known = {*_HINTS, *ENVIRONMENT_HINTS, *account_names}
    problems = []
    for name in sorted(values):
        if name.startswith(("BOT_", "WECHAT_")) and name not in known:
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
            problems.append(f"{name} is unknown: " + (f"did you mean {close[0]}?" if close else "remove it"))
    return problems
