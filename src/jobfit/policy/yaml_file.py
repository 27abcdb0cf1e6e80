"""Reading a YAML file into plain data, refusing what YAML would pass over in silence: a key that occurs twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from jobfit.errors import PolicyError

_LARGEST = 1_000_000  # characters; a policy is a page


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping that the file holds; an empty file gives an empty one.

    Raises:
        PolicyError: the file cannot be read, is too large, is no YAML, uses aliases, or repeats a key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: cannot be read as UTF-8 text ({error}); give the path of a YAML file") from error
    if len(text) > _LARGEST:
        raise PolicyError(f"{path}: {len(text)} characters are too many for a policy")
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        for line, problem in _problems(tree):
            raise PolicyError(f"{path}, line {line}: {problem}")
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PolicyError(f"{path}: this is not valid YAML: {' '.join(str(error).split())}") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise PolicyError(f"{path}: expected 'key: value' lines at the top, such as 'must_have: [Python]'")
    return data


def _problems(root: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Yield (line, problem) for each repeated key and each alias, which a policy has no use for."""
    pending, seen = [root] if root is not None else [], set()
    while pending:
        node = pending.pop()
        line = node.start_mark.line + 1
        if id(node) in seen:
            yield line, "aliases (&name, *name) are not allowed; write the value out"
            return
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            yield from ((line, f"the key {key!r} occurs twice") for key in keys if keys.count(key) > 1)
            pending += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            pending += node.value
