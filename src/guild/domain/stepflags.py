"""What flags of a pipeline mean for its steps.

Source: reference 21-pipelines, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode
from guild.domain.nearest import did_you_mean
from guild.domain.pipeline import Step
from guild.domain.stepreferences import REFERENCE, references

__all__ = ["check_references", "resolved_options", "resolved_value", "step_flags"]

_WITH_REFERENCES = ("gpus", "label", "tags")


def check_references(step: Step, pipeline: Mapping[str, FlagValue]) -> None:
    """Refuse references in flags to what is no flag of the pipeline.

    Raises:
        GuildError: If there are any.
    """
    for name, value in step.flags.items():
        for reference in references(value):
            if reference not in pipeline:
                raise GuildError(
                    f"invalid value for {name} of step '{step.name}': '{reference}' is not a flag"
                    " of the pipeline",
                    did_you_mean(reference, pipeline),
                )


def step_flags(step: Step, opspec: str, pipeline: Mapping[str, FlagValue]) -> dict[str, FlagValue]:
    """Values that a step is run with.

    Flags of the pipeline that are named `OPERATION:FLAG` or `STEP:FLAG` count more than those
    of the step. Nulls are left out.

    Args:
        step: The step.
        opspec: Its operation, with the model.
        pipeline: Values of the pipeline's flags.
    """
    own = {name: resolved_value(value, pipeline) for name, value in step.flags.items()}
    for prefix in (f"{step.name}:", f"{opspec}:"):
        for name, value in pipeline.items():
            if name.startswith(prefix) and name != prefix:
                own[name.removeprefix(prefix)] = value
    return {name: value for name, value in own.items() if value is not None}


def resolved_value(value: FlagValue, pipeline: Mapping[str, FlagValue]) -> FlagValue:
    """A value with references replaced, also in lists and maps.

    Text that is one reference becomes the value itself; in other text its text is inserted.
    What is no flag of the pipeline stays as it is.
    """
    if isinstance(value, list):
        return [resolved_value(each, pipeline) for each in value]
    if isinstance(value, dict):
        return {key: resolved_value(each, pipeline) for key, each in value.items()}
    if not isinstance(value, str):
        return value
    whole = re.fullmatch(REFERENCE, value)
    if whole and whole[1] in pipeline:
        return pipeline[whole[1]]
    return re.sub(REFERENCE, lambda match: _inserted(match, pipeline), value)


def _inserted(match: re.Match[str], pipeline: Mapping[str, FlagValue]) -> str:
    if match[1] not in pipeline:
        return match[0]
    value = pipeline[match[1]]
    return value if isinstance(value, str) else "" if value is None else encode(value)


def resolved_options(
    options: Mapping[str, object], pipeline: Mapping[str, FlagValue]
) -> dict[str, object]:
    """Options of a step with references replaced, in those that may have any."""

    def text(value: object) -> str:
        found = resolved_value(str(value), pipeline)
        return found if isinstance(found, str) else "" if found is None else encode(found)

    found = dict(options)
    for name in _WITH_REFERENCES:
        value = options.get(name)
        if isinstance(value, tuple):
            found[name] = tuple(filter(None, map(text, value)))
        elif value is not None:
            found[name] = text(value)
    return found
