"""What the schema allows at a path such as ``("levers", "bank_pressure", "level")``."""

from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from leaksim.scenario.schema import ScenarioFile

Models = set[type[BaseModel]]


def keys_at(path: Iterable[int | str], root: type[BaseModel] = ScenarioFile) -> tuple[str, ...]:
    """Return the keys that are possible at a path of a file of the form `root`.

    >>> keys_at(("levers", "bank_pressure"))
    ('level', 'start', 'until')
    """
    models = sorted(_models_at(path, root), key=lambda model: model.__name__)
    return tuple(name for model in models for name, _ in _named_fields(model))


def description_at(path: Iterable[int | str]) -> str:
    """Return the documentation of the field at a path, or nothing where no field of the schema is.

    >>> description_at(("period", "months"))
    'How many months are simulated.'
    """
    *above, last = path
    fields = (field for model in _models_at(above) for name, field in _named_fields(model) if name == last)
    return next((field.description or "" for field in fields), "")


def _models_at(path: Iterable[int | str], root: type[BaseModel] = ScenarioFile) -> Models:
    """Follow a path, which may contain the tag of one of several models, as pydantic's paths do."""
    here: Models = {root}
    for part in path:
        fields = [field for model in here for name, field in _named_fields(model) if name == part]
        if fields:
            here = {model for field in fields for model in _models_in(field.annotation)}
        else:
            entries = {below for model in here for below in _models_in(model.__annotations__.get("__pydantic_extra__"))}
            here = {model for model in here if model.__name__ == part} or entries or here
    return here


def _named_fields(model: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    return [(field.alias or name, field) for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> Models:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {model for part in get_args(annotation) for model in _models_in(part)}
