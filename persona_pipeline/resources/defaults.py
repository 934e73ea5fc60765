"""Resources with other defaults than their own: those of the environment, or of the file that PERSONA_CONFIG names."""

import copy
from collections.abc import Mapping
from typing import Any, TypeVar

import dagster as dg
from pydantic import ValidationError, create_model

from persona_pipeline.errors import ConfigError

R = TypeVar("R", bound=dg.ConfigurableResource)  # type: ignore[type-arg]


def with_defaults(kind: type[R], given: Mapping[str, Any]) -> R:
    """The resource, with each setting as given where a run does not say otherwise.

    Dagster forgets all values that a resource was made with as soon as a run names one setting of it: a run that sets
    `drift` would publish into another file. Defaults of the fields hold one by one.
    """
    unknown = sorted(set(given) - set(kind.model_fields))
    if unknown:
        known = ", ".join(kind.model_fields)
        raise ConfigError(
            f"there is no {unknown[0]}", where=f"resources of {kind.__name__}", expected=f"some of: {known}"
        )
    try:
        checked = kind(**given)
    except ValidationError as exc:
        raise ConfigError(str(exc), where=f"resources of {kind.__name__}", fix="See config/demo.yaml.") from exc
    fields: dict[str, Any] = {}
    for name in given:
        info = copy.copy(kind.model_fields[name])
        info.default = getattr(checked, name)
        fields[name] = (info.annotation, info)
    made = create_model(kind.__name__, __base__=kind, __module__=kind.__module__, **fields)
    made.__doc__ = kind.__doc__
    return made()
