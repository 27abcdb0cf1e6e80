"""Reactive Resume's JSON (versions 3 to 5, https://rxresu.me) as a JSON Resume.

What its owner has hidden stays hidden. Texts are HTML; numbers of stars say nothing and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jobfit.ingest.formats import loose
from jobfit.ingest.formats.jobposting import visible

Object = Mapping[str, object]

_SECTIONS = {
    **dict.fromkeys(("work", "experience"), "work"),
    **dict.fromkeys(("certifications", "certificates"), "certificates"),
    **{name: name for name in ("education", "skills", "languages", "projects", "volunteer", "awards")},
    **{name: name for name in ("publications", "interests", "references")},
}


def is_reactive(value: Object) -> bool:
    """Whether the object has ``sections`` with items or contents, as every version of Reactive Resume writes."""
    sections = _object(value.get("sections"))
    return "basics" in value and any(
        isinstance(section, Mapping) and ("items" in section or "content" in section) for section in sections.values()
    )


def to_resume(value: Object) -> Object:
    """The same resume in the fields of JSON Resume; sections that it does not know keep their names."""
    basics, sections = _object(value.get("basics")), dict(_object(value.get("sections")))
    custom = sections.pop("custom", None)
    summary = value.get("summary", sections.pop("summary", None))
    url = _object(basics.get("url") or basics.get("website"))
    resume: dict[str, object] = {"id": value.get("id")} if isinstance(value.get("id"), str | int) else {}
    resume["basics"] = {
        "name": basics.get("name"),
        "label": basics.get("headline") or basics.get("label"),
        "summary": _html(_content(summary) or basics.get("summary")),
        "email": basics.get("email"),
        "phone": basics.get("phone"),
        "url": url.get("href") or url.get("url") or (basics.get("website") if not url else None),
        "location": basics.get("location"),
        **{_label(field): field.get("value") or field.get("text") for field in _objects(basics.get("customFields"))},
    }
    for name, section in sections.items():
        _add(resume, _SECTIONS.get(name, name), section)
    for section in custom.values() if isinstance(custom, Mapping) else custom if isinstance(custom, list) else ():
        _add(resume, _label(_object(section)), section)
    for section in _objects(value.get("customSections")):
        _add(resume, _SECTIONS.get(str(section.get("type")), _label(section)), section)
    return resume


def _add(resume: dict[str, object], name: str, section: object) -> None:
    given = _object(section)
    if _is_shown(given):
        items = [_item(item) for item in _objects(given.get("items")) if _is_shown(item)]
        content = _html(given.get("content"))
        told = [*items, content] if content else items
        before = resume.get(name)
        if told:
            resume[name] = [*before, *told] if isinstance(before, list) else told


def _item(item: Object) -> Object:
    kept = {
        key: value for key, value in item.items() if key not in ("level", "levelNum", "options", "visible", "hidden")
    }
    level = item.get("level")
    if isinstance(level, str) and level.strip():
        kept["level"] = level
    for key in ("summary", "description"):
        kept[key] = _html(item.get(key))
    if isinstance(item.get("language") or item.get("fluency"), str) or "keywords" in item:
        kept["level"] = kept.get("level") or kept.pop("description", None)
    if "fluency" not in item and set(kept) - {"id", "name", "description", "summary", "level"} == set():
        kept["level"] = kept.get("level") or kept.pop("description", None)  # a language, or a bare skill
    return {key: value for key, value in kept.items() if value}


def _content(value: object) -> object:
    """The text of the summary, which is a section of its own since version 4."""
    section = _object(value)
    return value if isinstance(value, str) else section.get("content") if _is_shown(section) else None


def _is_shown(section: Object) -> bool:
    return section.get("visible") is not False and section.get("hidden") is not True


def _label(section: Object) -> str:
    named = section.get("title") or section.get("name") or section.get("type")
    return str(named)[:80] if isinstance(named, str) else "other"


def _html(value: object) -> str:
    return visible(value, []) if isinstance(value, str) else loose.text(value, "", [])


def _object(value: object) -> Object:
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> Iterator[Object]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, Mapping))
