"""What a class of the language says about itself: a docstring as prose and an example.

The prose stands first; a node type's docstring ends with an example, behind the words "For example:".
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from textwrap import dedent

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class About:
    """A docstring, read. `prose` is a list of paragraphs, `example` YAML or empty."""

    prose: tuple[str, ...]
    example: str

    @property
    def plain(self) -> str:
        """Its prose on one line."""
        return " ".join(self.prose)

    @property
    def markdown(self) -> str:
        """Prose and example, for an editor's hover."""
        fenced = f"```yaml\n{self.example}```" if self.example else ""
        return "\n\n".join(filter(None, (*self.prose, fenced)))


def about(model: type[BaseModel]) -> About:
    """What a class's own docstring says."""
    prose, marked, example = inspect.cleandoc(model.__doc__ or "").partition("For example:\n")
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\n+", prose) if part]
    return About(tuple(paragraphs), dedent(example).strip() + "\n" if marked else "")
