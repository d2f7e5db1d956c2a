"""config/type_weights.yaml: how much each cue and sign speaks for each type, fitted to labelled comments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from bot.domain.comment import CommentType
from replies.case import RulesError
from replies.yaml_lines import explain_errors, load_with_lines

__all__ = ["Weights", "read_weights"]

FILE = "type_weights.yaml"


def _numbers(value: Any) -> Any:
    return tuple(value.split()) if isinstance(value, str) else value


_Row = Annotated[tuple[float, ...], BeforeValidator(_numbers)]


class Weights(BaseModel):
    """For each cue or sign one weight (natural logarithm of odds) per type, in the order of `types`.

    `piece`: what one step in type_pieces.bin is worth.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    types: tuple[CommentType, ...]
    start: _Row
    piece: float = 0.0
    weights: dict[str, _Row]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.types != tuple(CommentType) or len(self.types) != len(self.start):
            raise ValueError("types must be all types in their order, with one start each")
        for name, row in self.weights.items():
            if len(row) != len(self.types):
                raise ValueError(f"{name} needs {len(self.types)} weights")
        return self


def read_weights(config_dir: Path) -> Weights:
    """Read and check config/type_weights.yaml. Raises RulesError naming file, line and field."""
    path = config_dir / FILE
    data, lines = load_with_lines(path)
    try:
        return Weights.model_validate(data)
    except ValidationError as error:
        raise RulesError(explain_errors(path, error, lines)) from error
