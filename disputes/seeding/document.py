"""YAML that remembers its line numbers, so that an error can name the line on which it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from disputes.seeding.problems import Location, Problem, SeedError


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file as plain mappings, lists and strings, with the line of every part.

    Every scalar stays the text that was written: 2023-04-19 is no date, 0.10 no number and `no` no falsehood until
    the schema says so.
    """

    path: Path
    data: Any
    lines: Mapping[Location, int]

    def line(self, location: Location) -> int:
        """Give the line of a part, or of the nearest part around it that was written."""
        for length in range(len(location), -1, -1):
            line = self.lines.get(location[:length])
            if line is not None:
                return line
        return 1

    def problem(self, location: Location, message: str) -> Problem:
        """Say what is wrong with one part of this file."""
        return Problem(self.path, self.line(location), location, message)


def read_document(path: Path) -> Document:
    """Read a YAML file. Raises SeedError where it can't be read, is no YAML, repeats a key or uses anchors."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SeedError([Problem(path, line, (), f"this is no YAML: {error.problem or error.context}")]) from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SeedError([Problem(path, 1, (), f"the file can't be read: {error}")]) from error
    builder = _Builder(path)
    data = None if node is None else builder.build(node, ())
    if builder.problems:
        raise SeedError(builder.problems)
    return Document(path, data, builder.lines)


class _Builder:
    """Turns a tree of YAML nodes into plain values and notes where each was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Location, int] = {}
        self.problems: list[Problem] = []
        self._met: set[int] = set()

    def build(self, node: yaml.Node, location: Location) -> Any:
        self.lines.setdefault(location, node.start_mark.line + 1)
        if id(node) in self._met:
            # An alias is the node of its anchor once more: at best a repetition, at worst one without end.
            self._complain(node, location, "anchors and aliases are not used here; write the value again")
            return None
        self._met.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*location, index)) for index, item in enumerate(node.value)]
        return node.value

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                self._complain(key, location, "a field's name is a word")
                continue
            part = (*location, name)
            if name in values:
                self._complain(key, part, f"given twice, first on line {self.lines[part]}")
                continue
            self.lines[part] = key.start_mark.line + 1
            values[name] = self.build(value, part)
        return values

    def _complain(self, node: yaml.Node, location: Location, message: str) -> None:
        self.problems.append(Problem(self.path, node.start_mark.line + 1, location, message))


def items(data: Any) -> Sequence[Any]:
    """Give the items of a list, and none of what is no list."""
    return data if isinstance(data, list) else ()
