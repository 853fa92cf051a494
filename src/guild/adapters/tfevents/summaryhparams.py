"""Hyperparameters in the form that TensorBoard's plugin for them reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, TypeAlias

# Slow to load, as are all messages.
from tensorboard.compat.proto import summary_pb2
from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2, summary_v2

from guild.adapters.tfevents.summaryvalues import number_of, text_of, unwrapped

__all__ = ["experiment_summary", "hparam_values", "session_end", "session_start", "status_of"]

_Value: TypeAlias = bool | float | str

_PREFIX = "STATUS_"


def experiment_summary(
    hparams: Mapping[str, Iterable[object]], metrics: Iterable[str], seconds: float
) -> Any:  # protobuf has no types
    """What an experiment varies and measures.

    Args:
        hparams: The values that each hyperparameter takes.
        metrics: Tags of scalars.
        seconds: When it was made, in seconds since the epoch.

    Raises:
        TypeError: If these are no values and no tags.
    """
    _need_mapping(hparams)
    if isinstance(metrics, (str, bytes)):
        raise TypeError(f"metrics must be several tags, not the text {metrics!r}")
    return summary_v2.hparams_config_pb(
        hparams=[
            summary_v2.HParam(_name(name), _domain(name, values))
            for name, values in hparams.items()
        ],
        metrics=[summary_v2.Metric(text_of("a metric", tag)) for tag in metrics],
        time_created_secs=seconds,
    )


def session_start(name: str, hparams: Mapping[str, _Value], seconds: float) -> Any:
    """The values of one session.

    Args:
        name: Its group: what TensorBoard calls the trial.
        hparams: As `hparam_values` gives them.
        seconds: When it began, in seconds since the epoch.
    """
    return summary_v2.hparams_pb(hparams, trial_id=name, start_time_secs=seconds)


def session_end(status: int, seconds: float) -> Any:
    """How a session ended, or that it goes on.

    Args:
        status: See `status_of`.
        seconds: When it ended, in seconds since the epoch.
    """
    info = plugin_data_pb2.SessionEndInfo(status=status, end_time_secs=seconds)
    value = summary_pb2.Summary.Value(
        tag=metadata.SESSION_END_INFO_TAG,
        metadata=metadata.create_summary_metadata(
            plugin_data_pb2.HParamsPluginData(session_end_info=info)
        ),
        tensor=metadata.NULL_TENSOR,
    )
    return summary_pb2.Summary(value=[value])


def status_of(status: object) -> int:
    """The number of a status.

    Args:
        status: Its name in TensorBoard, such as `STATUS_SUCCESS`, without `STATUS_` or with it,
            in any case; or the number itself.

    Raises:
        TypeError: If it is neither a name nor a number.
        ValueError: If there is no such status.
    """
    known: dict[str, int] = dict(api_pb2.Status.items())
    if isinstance(status, str):
        number = known.get(_PREFIX + status.upper().removeprefix(_PREFIX))
    elif isinstance(status, int) and not isinstance(status, bool):
        number = status if status in known.values() else None
    else:
        raise TypeError(f"a status must be text, not {type(status).__name__}")
    if number is None:
        names = ", ".join(name.removeprefix(_PREFIX).lower() for name in known)
        raise ValueError(f"unknown status {status!r}: there are {names}")
    return number


def hparam_values(hparams: Mapping[str, object]) -> dict[str, _Value]:
    """Values of hyperparameters as the plugin has them, without those that are None.

    Raises:
        TypeError: If a name is no text, or a value is neither a number nor a text.
    """
    _need_mapping(hparams)
    values = {_name(name): _value(name, value) for name, value in hparams.items()}
    return {name: value for name, value in values.items() if value is not None}


def _domain(name: str, values: Iterable[object]) -> Any:
    """The values a hyperparameter may have; None where they are of different kinds."""
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise TypeError(f"hyperparameter {name!r} must have several values, not {values!r}")
    known = [value for each in values if (value := _value(name, each)) is not None]
    numbers = [float(value) for value in known if not isinstance(value, (bool, str))]
    if known and len(numbers) == len(known):
        return summary_v2.Discrete(sorted(set(numbers)))
    if len({type(value) for value in known}) == 1:
        return summary_v2.Discrete(sorted(set(known)))  # all are texts, or truth values
    return None


def _value(name: str, value: object) -> _Value | None:
    what = f"hyperparameter {name!r}"
    value = unwrapped(what, value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text_of(what, value)
    if not isinstance(value, (int, float)):
        raise TypeError(
            f"{what} must be a number, text, True or False, not {type(value).__name__}"
        )
    number = number_of(what, value)
    return number if isfinite(number) else str(number)  # the plugin fails at what JSON has not


def _name(name: object) -> str:
    return text_of("the name of a hyperparameter", name)


def _need_mapping(hparams: object) -> None:
    if not isinstance(hparams, Mapping):
        raise TypeError(f"hparams must be a mapping of names, not {type(hparams).__name__}")
