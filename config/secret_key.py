"""The secret key that the embedded deployment makes for itself once and keeps in its data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

SECRET_KEY_FILE = "secret_key"
MAKE_SECRET_KEY = 'python3 -c "import secrets; print(secrets.token_hex(32))"'
MIN_SECRET_KEY = 16  # characters


def kept_secret_key(data_dir: Path) -> str:
    """The key kept in `data_dir` (mode 0600), made on first use; two starters at once agree on one.

    Raises OSError if the folder cannot be used and ValueError if the file is damaged: a fresh key would
    silently cut every pseudonym off from its person.
    """
    path = data_dir / SECRET_KEY_FILE
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    key = path.read_bytes().decode("ascii", errors="replace").strip()
    if len(key) < MIN_SECRET_KEY:
        raise ValueError(f"{SECRET_KEY_FILE} in BOT_DATA_DIR is damaged: put the old key back from its copy")
    return key


def _make(path: Path) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # fails if another process was first: its key stands
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
