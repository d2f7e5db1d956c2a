"""lifetimes.yaml: for how long readers' words are kept, checked at start, each mistake named by its field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.yaml_file import NOT_READABLE, read_yaml

LIFETIMES_FILE = "lifetimes.yaml"
Days = Annotated[int, Field(ge=30, le=3650)]


class LifetimesError(Exception):
    """lifetimes.yaml cannot be used; each line of the text names the file and the field."""


class Lifetimes(BaseModel):
    """Days; see lifetimes.yaml. Without the file what stands here holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    comments: Days = 180
    ballots: Days = 90
    trail: Days = 180

    @classmethod
    def load(cls, config_dir: Path | str) -> Lifetimes:
        """Read and check `config_dir`/lifetimes.yaml. Raises LifetimesError."""
        path = Path(config_dir) / LIFETIMES_FILE
        if not path.exists():
            return cls()
        try:
            rows = read_yaml(path)
            return cls.model_validate({} if rows is None else rows)
        except ValidationError as error:
            lines = [f"{path.name}: {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
            raise LifetimesError("\n".join(lines)) from None
        except NOT_READABLE as error:
            raise LifetimesError(f"{path.name}: {error}") from None
