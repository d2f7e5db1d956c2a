"""The accounts one deployment serves: one from the environment, or several from accounts.yaml."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, ValidationError

from config.yaml_file import NOT_READABLE, read_yaml

DEFAULT_ACCOUNT = "main"
AES_KEY_LENGTH = 43

APPID_HINT = "the account's AppID, which starts with wx (公众号后台 → 设置与开发 → 开发接口管理 → 基本配置)"
SECRET_HINT = "the account's AppSecret, without blanks (same page; reset it there if it was never written down)"
TOKEN_HINT = "the Token of 服务器配置: 3 to 32 letters and digits, the same as on WeChat's page"
AES_KEY_HINT = "the EncodingAESKey of 服务器配置: exactly 43 letters and digits, or empty for plaintext mode"
PLAINTEXT_HINT = "1 (also take plaintext callbacks although a key is set) or 0"

# What the environment calls each field of the one account, and how to mend it.
ENVIRONMENT_HINTS = {
    "WECHAT_APPID": APPID_HINT,
    "WECHAT_SECRET": SECRET_HINT,
    "WECHAT_TOKEN": TOKEN_HINT,
    "WECHAT_AES_KEY": AES_KEY_HINT,
    "WECHAT_ALLOW_PLAINTEXT": PLAINTEXT_HINT,
}
_REQUIRED = ("WECHAT_APPID", "WECHAT_SECRET", "WECHAT_TOKEN")
_FIELD_HINTS = {
    "name": "1 to 32 small letters, digits, - or _; it is part of the callback's address",
    "appid": APPID_HINT,
    "secret": "the NAME of the environment variable that holds the AppSecret",
    "token": "the NAME of the environment variable that holds the Token",
    "aes_key": "the NAME of the environment variable that holds the EncodingAESKey, or leave the line out",
    "allow_plaintext": "true or false",
}


def _check_appid(value: str) -> str:
    if value.startswith("gh_") or not re.fullmatch(r"[A-Za-z0-9_-]{3,64}", value):
        raise ValueError("not an AppID")
    return value


def _check_secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]+", value.get_secret_value()):
        raise ValueError("blank or not ASCII")
    return value


def _check_token(value: SecretStr) -> SecretStr:
    # WeChat's own page takes letters and digits; a relay may use a little more.
    if not re.fullmatch(r"[A-Za-z0-9_-]{3,32}", value.get_secret_value()):
        raise ValueError("not 3 to 32 letters and digits")
    return value


def _check_aes_key(value: SecretStr | None) -> SecretStr | None:
    if value is None or not value.get_secret_value():
        return None
    key = value.get_secret_value()
    try:
        decoded = base64.b64decode(key + "=", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not Base64") from None
    if len(key) != AES_KEY_LENGTH or len(decoded) != 32:
        raise ValueError("not 43 characters")
    return value


def _check_name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", value):
        raise ValueError("not a name")
    return value


class AccountSettings(BaseModel):
    """Credentials of one Official Account; `name` is its key in addresses and in the store."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, AfterValidator(_check_name)]
    appid: Annotated[str, AfterValidator(_check_appid)]
    secret: Annotated[SecretStr, AfterValidator(_check_secret)]
    token: Annotated[SecretStr, AfterValidator(_check_token)]
    aes_key: Annotated[SecretStr | None, AfterValidator(_check_aes_key)] = None
    allow_plaintext: bool = False


class _Entry(BaseModel):
    """One entry of accounts.yaml: the secrets are named, not written."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, AfterValidator(_check_name)]
    appid: Annotated[str, AfterValidator(_check_appid)]
    secret: str
    token: str
    aes_key: str | None = None
    allow_plaintext: bool = False


class Accounts:
    """What was found: the accounts, the environment names they use, and what is wrong."""

    def __init__(self) -> None:
        self.found: list[AccountSettings] = []
        self.used_names: set[str] = set()
        self.problems: list[str] = []


def account_from_environment(values: Mapping[str, str], required: bool) -> Accounts:
    """The single account `main` from WECHAT_*; with `required` a missing name is a problem."""
    accounts = Accounts()
    accounts.used_names.update(ENVIRONMENT_HINTS)
    missing = [name for name in _REQUIRED if not values.get(name)]
    if missing and not required:
        return accounts
    for name in missing:
        accounts.problems.append(f"{name} is missing: {ENVIRONMENT_HINTS[name]}")
    given = {name: values[name] for name in ENVIRONMENT_HINTS if values.get(name)}
    fields = {name.removeprefix("WECHAT_").lower(): value for name, value in given.items()}
    try:
        accounts.found.append(AccountSettings.model_validate({"name": DEFAULT_ACCOUNT, **fields}))
    except ValidationError as error:
        for field in sorted({str(item["loc"][0]) for item in error.errors(include_input=False)}):
            name = f"WECHAT_{field.upper()}"
            if name in given:
                accounts.problems.append(f"{name} is malformed: {ENVIRONMENT_HINTS[name]}")
    return accounts


def accounts_from_file(path: Path, values: Mapping[str, str]) -> Accounts:
    """The accounts listed in `path`, their secrets taken from the environment `values`."""
    accounts = Accounts()
    entries = _read_entries(path, accounts)
    seen: dict[str, str] = {}
    for number, entry in enumerate(entries, start=1):
        where = f"{path.name}, account {number}"
        try:
            checked = _Entry.model_validate(entry)
        except ValidationError as error:
            for item in error.errors(include_input=False):
                field = str(item["loc"][0]) if item["loc"] else ""
                hint = _FIELD_HINTS.get(field, f"the fields are {', '.join(_FIELD_HINTS)}")
                wrong = {"missing": "is missing", "extra_forbidden": "is unknown"}.get(item["type"], "is malformed")
                accounts.problems.append(f"{where}: {field or 'the entry'} {wrong}: {hint}")
            continue
        for value in (checked.name, checked.appid):
            if value in seen:
                accounts.problems.append(f"{where}: {value} is listed twice: remove one of the two")
            seen[value] = where
        _resolve(checked, where, values, accounts)
    return accounts


def _read_entries(path: Path, accounts: Accounts) -> list[object]:
    try:
        content = read_yaml(path)
    except NOT_READABLE as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        accounts.problems.append(f"{path.name}{line}: cannot be read as YAML in UTF-8")
        return []
    if isinstance(content, dict) and set(content) == {"accounts"}:
        content = content["accounts"]
    if not isinstance(content, list) or not content:
        accounts.problems.append(f"{path.name}: must be a list of accounts, each with {', '.join(_FIELD_HINTS)}")
        return []
    return content


def _resolve(entry: _Entry, where: str, values: Mapping[str, str], accounts: Accounts) -> None:
    names = {"secret": entry.secret, "token": entry.token}
    if entry.aes_key:
        names["aes_key"] = entry.aes_key
    accounts.used_names.update(names.values())
    missing = [(field, name) for field, name in names.items() if not values.get(name)]
    for field, name in missing:
        hint = ENVIRONMENT_HINTS[f"WECHAT_{field.upper()}"]
        # A secret written into the file by mistake must not be repeated in the message.
        shown = name if re.fullmatch(r"[A-Z][A-Z0-9_]*", name) else "the variable it names"
        accounts.problems.append(f"{where}: {field}: {shown} is missing in the environment: {hint}")
    if missing:
        return
    secrets = {field: values[name] for field, name in names.items()}
    try:
        accounts.found.append(
            AccountSettings.model_validate(
                {"name": entry.name, "appid": entry.appid, "allow_plaintext": entry.allow_plaintext, **secrets}
            )
        )
    except ValidationError as error:
        for field in sorted({str(item["loc"][0]) for item in error.errors(include_input=False)}):
            hint = ENVIRONMENT_HINTS[f"WECHAT_{field.upper()}"]
            accounts.problems.append(f"{where}: {names[field]} is malformed: {hint}")
