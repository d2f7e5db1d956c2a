"""Settings: defaults, what is refused, how it is told, and what is never told."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from config.secret_key import SECRET_KEY_FILE
from config.settings import Settings, SettingsError, load_settings

SECRET = "0123456789abcdef0123456789abcdef"
ENV = {"WECHAT_APPID": "wx0123456789abcdef", "WECHAT_SECRET": SECRET, "WECHAT_TOKEN": "testtoken"}
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    return tmp_path


def problems(root: Path, **env: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings({**ENV, **env}, root)
    return caught.value.problems


def test_the_defaults_are_those_of_the_contract(root: Path) -> None:
    settings = load_settings(ENV, root)
    assert settings.model_dump(exclude={"accounts", "secret_key", "redis_url", "notify_url", "log_format"}) == {
        "root": root,
        "api_base": "https://api.weixin.qq.com",
        "api_timeout": 5.0,
        "data_dir": root / "var",
        "config_dir": root / "config",
        "host": "127.0.0.1",
        "port": 8000,
        "web_workers": 1,
        "public_url": "",
        "timezone_name": "Asia/Shanghai",
        "poll_seconds": None,
        "hold_seconds": 60,
        "clock": "system",
    }
    assert settings.embedded
    assert [(one.name, one.appid, one.aes_key, one.allow_plaintext) for one in settings.accounts] == [
        ("main", "wx0123456789abcdef", None, False)
    ]


def test_every_problem_is_listed_at_once_with_how_to_mend_it(root: Path) -> None:
    found = problems(root, WECHAT_APPID="", WECHAT_AES_KEY="short", BOT_PORT="99999", BOT_TIMEZONE="Mars", BOT_HOLD="1")
    assert [line.split()[0] for line in found] == [
        "WECHAT_APPID",
        "WECHAT_AES_KEY",
        "BOT_PORT",
        "BOT_TIMEZONE",
        "BOT_HOLD",
    ]
    assert "BOT_HOLD_SECONDS" in problems(root, BOT_HOLD_SECOND="1")[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WECHAT_APPID", "gh_0123456789ab"),
        ("WECHAT_SECRET", "two words"),
        ("WECHAT_TOKEN", "no blanks"),
        ("WECHAT_TOKEN", "x" * 33),
        ("WECHAT_AES_KEY", AES_KEY[:-1]),
        ("WECHAT_AES_KEY", AES_KEY[:-1] + "!"),
        ("WECHAT_ALLOW_PLAINTEXT", "perhaps"),
        ("WECHAT_API_BASE", "api.weixin.qq.com"),
        ("WECHAT_API_TIMEOUT", "0"),
        ("REDIS_URL", "http://localhost"),
        ("REDIS_URL", "sentinel://localhost/mymaster"),
        ("REDIS_URL", "sentinel://localhost:1/mymaster?replicas=many"),
        ("BOT_CONFIG_DIR", "nowhere"),
        ("BOT_HOST", "a b"),
        ("BOT_PORT", "0"),
        ("BOT_WEB_WORKERS", "none"),
        ("BOT_PUBLIC_URL", "ftp://example.com"),
        ("BOT_SECRET_KEY", "short"),
        ("BOT_NOTIFY_URL", "nonsense"),
        ("BOT_TIMEZONE", "../etc/passwd"),
        ("BOT_POLL_SECONDS", "-1"),
        ("BOT_POLL_SECONDS", "inf"),
        ("BOT_POLL_SECONDS", "1e300"),
        ("BOT_HOLD_SECONDS", "1.5"),
        ("BOT_CLOCK", "atomic"),
        ("BOT_LOG_FORMAT", "xml"),
        ("BOT_COLOUR", "red"),
        ("WECHAT_APP_ID", "wx1"),
    ],
)
def test_a_wrong_value_is_one_problem_that_names_it_and_not_the_value(root: Path, name: str, value: str) -> None:
    extra = {"BOT_SECRET_KEY": "k" * 32} if name == "REDIS_URL" else {}
    found = problems(root, **extra, **{name: value})
    assert len(found) == 1
    assert found[0].startswith(f"{name} ")
    if len(value) > 6:
        assert value not in found[0]


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://:pass@10.0.0.1:6380/2",
        "rediss://redis.example.com:6379/0",
        "unix:///run/redis.sock",
        "unix:///run/redis.sock?db=1",
        "sentinel://a:26379,b:26379/mymaster/0",
        "sentinel://:pass@a:26379/mymaster",
        "sentinel://a:26379,b:26379/mymaster/0?replicas=1",
    ],
)
def test_every_documented_form_of_redis_url_is_taken(root: Path, url: str) -> None:
    settings = load_settings({**ENV, "REDIS_URL": url, "BOT_SECRET_KEY": "k" * 32}, root)
    assert settings.redis_url.get_secret_value() == url
    assert not settings.embedded


@pytest.mark.parametrize(
    "url",
    [
        "redis://h:6379?replicas=1",
        "redis://h/0?db=abc",
        "redis://h/0?colour=red",
        "redis://h/x",
        "redis://h:99999",
        "unix:///run/redis.sock?db=x",
        "sentinel://a:99999/mymaster",
        "http://h",
    ],
)
def test_a_url_that_no_client_can_be_made_of_is_malformed(root: Path, url: str) -> None:
    (found,) = problems(root, REDIS_URL=url, BOT_SECRET_KEY="k" * 32)
    assert found.startswith("REDIS_URL is malformed")


@pytest.mark.parametrize("name", ["BOT_DATA_DIR", "BOT_CONFIG_DIR"])
def test_the_home_of_somebody_unknown_is_malformed(root: Path, name: str) -> None:
    (found,) = problems(root, **{name: "~nobody-here/x"})
    assert found.startswith(f"{name} is malformed")


def test_an_outside_redis_needs_a_secret_key_and_is_told_how_to_make_one(root: Path) -> None:
    (found,) = problems(root, REDIS_URL="redis://localhost")
    assert found.startswith("BOT_SECRET_KEY is missing")
    assert "secrets.token_hex" in found


def test_the_environment_wins_over_the_file_and_an_empty_value_means_the_default(root: Path) -> None:
    (root / ".env").write_text("BOT_PORT=9001\nBOT_HOST=0.0.0.0\nBOT_HOLD_SECONDS=5\n", encoding="utf-8")
    settings = load_settings({**ENV, "BOT_PORT": "9002", "BOT_HOLD_SECONDS": ""}, root)
    assert (settings.port, settings.host, settings.hold_seconds) == (9002, "0.0.0.0", 60)


def test_an_unknown_name_in_the_file_is_a_problem_too(root: Path) -> None:
    (root / ".env").write_text("BOT_PROT=9001\n", encoding="utf-8")
    assert problems(root) == ("BOT_PROT is unknown: did you mean BOT_PORT?",)


def test_a_line_of_the_file_that_says_nothing_is_a_problem_and_not_repeated(root: Path) -> None:
    (root / ".env").write_text(
        f"# ours\nBOT_PORT=9001\n\nWECHAT_AES_KEY: {AES_KEY}\nBOT_HOLD_SECONDS\nLANG\nBOT_HOST='0.0.0.0\n",
        encoding="utf-8-sig",
    )
    found = problems(root)
    assert [line.split(":")[0] for line in found] == [
        ".env line 4 cannot be read",
        ".env line 5",
        ".env line 7 cannot be read",
    ]
    assert "BOT_HOLD_SECONDS has no value" in found[1]
    assert AES_KEY not in "".join(found)


def test_a_folder_called_dot_env_is_told(root: Path) -> None:
    (root / ".env").mkdir()
    assert problems(root) == (".env cannot be read: it must be a UTF-8 file that this user may read",)


def test_secrets_do_not_show_when_settings_are_printed(root: Path) -> None:
    env = {**ENV, "WECHAT_AES_KEY": AES_KEY, "REDIS_URL": "redis://:hunter22@h", "BOT_SECRET_KEY": "k" * 32}
    shown = repr(load_settings(env, root))
    assert not [secret for secret in (SECRET, "testtoken", AES_KEY, "hunter22", "k" * 32) if secret in shown]


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(root: Path) -> None:
    first = load_settings(ENV, root).secret_key.get_secret_value()
    assert load_settings(ENV, root).secret_key.get_secret_value() == first
    assert len(first) == 64
    assert stat.S_IMODE((root / "var" / SECRET_KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in (root / "var").iterdir()] == [SECRET_KEY_FILE]


def test_a_damaged_secret_key_is_never_replaced(root: Path) -> None:
    (root / "var").mkdir()
    (root / "var" / SECRET_KEY_FILE).write_text("")
    (found,) = problems(root)
    assert "damaged" in found


def test_commands_without_an_account_need_none_and_write_nothing(root: Path) -> None:
    settings = load_settings({}, root, need_account=False)
    assert settings.accounts == ()
    assert not (root / "var").exists()


ACCOUNTS = """
- name: food
  appid: wx1111111111111111
  secret: FOOD_SECRET
  token: WECHAT_FOOD_TOKEN
  aes_key: FOOD_AES
- name: books
  appid: wx2222222222222222
  secret: BOOKS_SECRET
  token: BOOKS_TOKEN
  allow_plaintext: true
"""
SECRETS = {
    "FOOD_SECRET": SECRET,
    "WECHAT_FOOD_TOKEN": "foodtoken",
    "FOOD_AES": AES_KEY,
    "BOOKS_SECRET": SECRET,
    "BOOKS_TOKEN": "bookstoken",
}


def with_accounts(root: Path, text: str, env: dict[str, str]) -> Settings:
    (root / "config" / "accounts.yaml").write_text(text, encoding="utf-8")
    return load_settings(env, root)


def test_several_accounts_take_their_secrets_from_the_names_they_list(root: Path) -> None:
    settings = with_accounts(root, ACCOUNTS, SECRETS)
    assert [account.name for account in settings.accounts] == ["food", "books"]
    assert settings.account().name == "food"
    assert settings.account("books").token.get_secret_value() == "bookstoken"
    with pytest.raises(KeyError):
        settings.account("cars")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ACCOUNTS.replace("books", "food", 1), "listed twice"),
        (ACCOUNTS.replace("FOOD_AES", "FOOD_NOTHING"), "FOOD_NOTHING is missing in the environment"),
        (ACCOUNTS.replace("  token: BOOKS_TOKEN\n", ""), "account 2: token is missing"),
        (ACCOUNTS + "  colour: red\n", "account 2: colour is unknown"),
        ("- name: [\n", "line 2"),
        ("nothing: here\n", "must be a list"),
        ("[]\n", "must be a list"),
    ],
)
def test_a_wrong_accounts_file_is_told_with_its_place(root: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        with_accounts(root, text, SECRETS)
    assert any(told in line for line in caught.value.problems)


def test_a_secret_written_into_the_accounts_file_by_mistake_is_not_repeated(root: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        with_accounts(root, ACCOUNTS.replace("FOOD_SECRET", SECRET), SECRETS)
    assert SECRET not in str(caught.value)


def test_a_command_that_serves_no_account_asks_for_none_of_the_files_secrets(root: Path) -> None:
    (root / "config" / "accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")
    assert load_settings({"BOT_PORT": "9001"}, root, need_account=False).port == 9001


def test_an_account_in_the_environment_beside_the_file_is_a_contradiction(root: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        with_accounts(root, ACCOUNTS, {**SECRETS, **ENV})
    assert any(line.startswith("WECHAT_APPID is set, but accounts.yaml") for line in caught.value.problems)


def test_a_listed_account_may_stand_in_the_environment_too(root: Path) -> None:
    settings = with_accounts(root, ACCOUNTS, {**SECRETS, **ENV, "WECHAT_APPID": "wx1111111111111111"})
    assert [account.name for account in settings.accounts] == ["food", "books"]


def test_a_token_with_dashes_is_taken(root: Path) -> None:
    settings = load_settings({**ENV, "WECHAT_TOKEN": "my_test-token"}, root)
    assert settings.account().token.get_secret_value() == "my_test-token"
