"""What a change of the OpenAPI description takes away from those who call the interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


def breaking_changes(before: Json, after: Json) -> list[str]:
    """Each promise of *before* that *after* does not keep, sorted.

    A path, a method, a parameter, a media type or a member of an answer that is gone; a parameter that is needed now or
    takes another type; a member that is no longer certain to be there, or is of another type.
    """
    return sorted(_paths(before["paths"], after["paths"]) | _components(before, after))


def _paths(before: Json, after: Json) -> set[str]:
    found = set()
    for path, methods in before.items():
        for method, operation in methods.items():
            where = f"{method.upper()} {path}"
            if method not in after.get(path, {}):
                found.add(f"{where}: gone")
                continue
            found.update(f"{where}: {change}" for change in _operation(operation, after[path][method]))
    return found


def _operation(before: Json, after: Json) -> Iterator[str]:
    yield from _parameters(before["parameters"], after["parameters"])
    for status, response in before["responses"].items():
        if not status.startswith("2"):
            continue
        if status not in after["responses"]:
            yield f"the status {status} is gone"
        else:
            yield from _answer(response.get("content", {}), after["responses"][status].get("content", {}))
    taken = after.get("requestBody", {}).get("content", {})
    for media_type in before.get("requestBody", {}).get("content", {}):
        if media_type not in taken:
            yield f"no body in {media_type} is taken any more"


def _parameters(before: list[Json], after: list[Json]) -> Iterator[str]:
    old = {parameter["name"]: parameter for parameter in before}
    now = {parameter["name"]: parameter for parameter in after}
    for name, parameter in old.items():
        if name not in now:
            yield f"the parameter {name} is gone"
        elif parameter["schema"].get("type") != now[name]["schema"].get("type"):
            yield f"the parameter {name} takes another type"
    for name, parameter in now.items():
        if parameter["required"] and not old.get(name, {}).get("required"):
            yield f"the parameter {name} is needed now"


def _answer(before: Json, after: Json) -> Iterator[str]:
    for media_type, content in before.items():
        if media_type not in after:
            yield f"no answer in {media_type} any more"
        else:
            yield from _schema(content.get("schema"), after[media_type].get("schema"), "the answer")


def _components(before: Json, after: Json) -> set[str]:
    old, now = before["components"]["schemas"], after["components"]["schemas"]
    return {change for name, schema in old.items() for change in _schema(schema, now.get(name), name)}


def _schema(before: Any, after: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - a schema is any JSON
    """The promises of one schema that another does not keep; what it refers to is compared by itself."""
    if not isinstance(before, dict):
        return
    if not isinstance(after, dict):
        yield f"{where} is not described any more"
        return
    if before.get("$ref") != after.get("$ref"):
        yield f"{where} is another schema"
    if before.get("type") != after.get("type"):
        yield f"{where} is of another type"
    for name in set(before.get("required", ())) - set(after.get("required", ())):
        yield f"{where}.{name} is no longer certain to be there"
    for keyword in ("properties", "$defs"):
        now = after.get(keyword, {})
        for name, schema in before.get(keyword, {}).items():
            if name not in now:
                yield f"{where}.{name} is gone"
            else:
                yield from _schema(schema, now[name], f"{where}.{name}")
    yield from _schema(before.get("items"), after.get("items"), f"{where}[]")
    for old, new in zip(before.get("allOf", ()), after.get("allOf", ()), strict=False):
        yield from _schema(old, new, where)
