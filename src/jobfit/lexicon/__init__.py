"""The words that the rules know: one TOML file per language, and ``common.toml`` for what no language owns.

Adding a language is adding a file. Every table and key of it must be one that ``common.toml``, ``en.toml`` or
``fr.toml`` has, with a value of the same shape; what a language leaves out, its rules do not know. All languages are
read at once: a text is never assigned to one of them first, because a guessed language can change with a name.

Rules ask for words by table and key and build their patterns from them, once and when they are first needed:

>>> import re
>>> @built
... def _since(lexicon: Lexicon) -> re.Pattern[str]:
...     return re.compile(rf"\\b(?:{lexicon.union('dates', 'since')}) (\\d{{4}})")
>>> _since().search("depuis 2019").group(1)
'2019'

Values are a text of words separated by blanks, a list (of phrases, or of patterns where the key is used as such), or a
mapping from names to either. Patterns are regular expressions on folded text (:func:`jobfit.folding.fold`) unless a
comment in the file says otherwise; each repeat in them must be bounded, so that time stays linear. A key that has a
second one ending in ``_hints`` needs both: only texts that hold a hint are searched for the patterns.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from jobfit.artifacts import read_text
from jobfit.errors import InputError

T = TypeVar("T")
Value = str | list[str] | dict[str, str | int | list[str]]
_HERE = Path(__file__).parent
_COMMON = "common"
_HINTS = "_hints"  # cheap texts (or patterns), one of which stands in each match of the patterns under the key
_FIRST = ("en", "fr")  # where two languages claim one word, the earlier file keeps it


class Lexicon:
    """The words of several languages by table and key; the common ones come first, then each language in order."""

    def __init__(self, files: Mapping[str, Mapping[str, Mapping[str, Value]]]) -> None:
        self.languages = tuple(name for name in files if name != _COMMON)
        self._files = files
        self._built: dict[Callable[[Lexicon], object], Any] = {}

    def of(self, language: str, table: str) -> Mapping[str, Value]:
        return self._files.get(language, {}).get(table, {})

    def parts(self, table: str, key: str) -> tuple[str, ...]:
        return tuple(part for value in self._values(table, key) for part in _parts(value))

    def words(self, table: str, *keys: str) -> frozenset[str]:
        return frozenset(part for key in keys for part in self.parts(table, key))

    def union(self, table: str, *keys: str) -> str:
        """Return the parts under one or more keys as one alternation, the languages in order, each part once.

        A key without parts gives a pattern that matches nowhere.
        """
        return "|".join(dict.fromkeys(part for key in keys for part in self.parts(table, key))) or "(?!)"

    def groups(self, table: str, key: str) -> dict[str, tuple[str, ...]]:
        merged: dict[str, tuple[str, ...]] = {}
        for value in self._values(table, key):
            assert isinstance(value, dict), (table, key)
            for name, item in value.items():
                assert not isinstance(item, int), (table, key, name)
                merged[name] = (*merged.get(name, ()), *_parts(item))
        return merged

    def named_groups(self, table: str, key: str) -> str:
        """Return :meth:`groups` as one alternation of named groups."""
        return "|".join(rf"(?P<{name}>{'|'.join(parts)})" for name, parts in self.groups(table, key).items())

    def numbers(self, table: str, key: str) -> dict[str, int]:
        merged: dict[str, int] = {}
        for value in self._values(table, key):
            assert isinstance(value, dict), (table, key)
            merged = {word: number for word, number in value.items() if isinstance(number, int)} | merged
        return merged

    def texts(self, language: str | None, table: str) -> Mapping[str, str]:
        """Return a table of plain texts in ``language``; in the first language where that one has none."""
        found = self.of(language or "", table) or self.of(self.languages[0], table)
        return {key: value for key, value in found.items() if isinstance(value, str)}

    def _values(self, table: str, key: str) -> Iterator[Value]:
        values = [tables[table][key] for tables in self._files.values() if key in tables.get(table, {})]
        assert values, f"no language has {table}.{key}"
        return iter(values)

    def build(self, make: Callable[[Lexicon], T]) -> T:
        if make not in self._built:
            self._built[make] = make(self)
        return cast(T, self._built[make])


def _parts(value: Value) -> tuple[str, ...]:
    assert not isinstance(value, dict)
    return tuple(value.split()) if isinstance(value, str) else tuple(value)


def load_lexicon(*folders: str | Path) -> Lexicon:
    """Return the lexicon of the files that come with jobfit and of those in ``folders`` (``es.toml`` and so on).

    A file in a folder replaces the one of the same name. Tables, keys and shapes of values must be known ones.
    """
    paths = {path.stem: path for folder in (_HERE, *map(Path, folders)) for path in sorted(folder.glob("*.toml"))}
    order = [name for name in (_COMMON, *_FIRST) if name in paths]
    files = {name: _read(paths[name]) for name in [*order, *sorted(set(paths) - set(order))]}
    shipped = [files[name] if paths[name].parent == _HERE else _read(_HERE / f"{name}.toml") for name in order]
    for name in files:
        _check(paths[name], files[name], shipped)
    return Lexicon(files)


def _read(path: Path) -> dict[str, dict[str, Value]]:
    # Only here: each process that parses a file imports this module, and few of them need a word of it.
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(dict[str, dict[str, Value]]).validate_python(tomllib.loads(read_text(path)))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not a TOML file ({error})") from error
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"][:2])
        raise InputError(f"{path}: {where} is neither words, a list of texts nor a mapping of them") from error


def _check(path: Path, tables: dict[str, dict[str, Value]], shipped: list[dict[str, dict[str, Value]]]) -> None:
    """Refuse a key that no shipped file has: a misspelt one would silently teach the rules nothing."""
    for table, keys in tables.items():
        for key, value in keys.items():
            known = [file[table][key] for file in shipped if key in file.get(table, {})]
            if not known:
                names = sorted({name for file in shipped for name in file.get(table, {})})
                have = f"table {table} has {', '.join(names)}" if names else f"there is no table {table}"
                raise InputError(f"{path}: {table}.{key} is not known; {have}")
            hints = f"{key}{_HINTS}"
            if hints not in keys and any(hints in file.get(table, {}) for file in shipped):
                raise InputError(
                    f"{path}: {table}.{key} needs {table}.{hints}: a text without one of them is not searched"
                )
            if isinstance(value, dict) is not isinstance(known[0], dict):
                raise InputError(f"{path}: {table}.{key} should be like {known[0]!r:.60}")


@cache
def _shipped() -> Lexicon:
    return load_lexicon()


_ACTIVE: ContextVar[Lexicon | None] = ContextVar("lexicon", default=None)


def current() -> Lexicon:
    return _ACTIVE.get() or _shipped()


@contextmanager
def using(lexicon: Lexicon) -> Iterator[Lexicon]:
    token = _ACTIVE.set(lexicon)
    try:
        yield lexicon
    finally:
        _ACTIVE.reset(token)


class built(Generic[T]):
    """Makes a function of a lexicon one without arguments, whose value is made once for each lexicon in use."""

    def __init__(self, make: Callable[[Lexicon], T]) -> None:
        self._make = make
        self._last: tuple[Lexicon | None, T] | None = None
        self.__doc__ = make.__doc__

    def __call__(self) -> T:
        active, last = _ACTIVE.get(), self._last
        if last is not None and last[0] is active:
            return last[1]
        value = (active or _shipped()).build(self._make)
        self._last = (active, value)
        return value


@built
def stop_words(lexicon: Lexicon) -> frozenset[str]:
    """Return the function words of all languages."""
    return lexicon.words("detection", "stop_words")
