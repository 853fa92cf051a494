"""Growth as a picture: lines on two logarithmic scales, written as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

__all__ = ["Panel", "picture"]

_WIDTH, _HEIGHT = 900, 420
_TOP, _BOTTOM = 56, 46
_LEFT, _PLOT, _LABELS = 58, 232, 150
"""Of each panel: room for the scale, for the lines, and for their names."""
_LINE_HEIGHT = 15
# Told apart also by those who don't see all colours, and on light and dark ground.
_COLOURS = (
    ("#0072b2", "#56b4e9"),
    ("#b34700", "#e69f00"),
    ("#00795a", "#2fc79a"),
    ("#a83279", "#e58fc0"),
    ("#6a4fb3", "#b3a1f0"),
    ("#8a6d00", "#f0e442"),
    ("#b3261e", "#ff8a80"),
    ("#4d5b66", "#aab7c2"),
)
_DASHES = ("", "6 3", "2 3")
_STYLE = """\
text {{ font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }}
.title {{ font-size: 13px; font-weight: 600 }}
.ground {{ fill: #ffffff }}
.grid {{ stroke: #d8dee4; stroke-width: 1 }}
.line {{ fill: none; stroke-width: 2 }}
.lead {{ fill: none; stroke-width: 1; opacity: 0.5 }}
{light}
@media (prefers-color-scheme: dark) {{
text {{ fill: #e6edf3 }}
.ground {{ fill: #0d1117 }}
.grid {{ stroke: #30363d }}
{dark}
}}
"""


class Panel:
    """One of the diagrams of a picture.

    Attributes:
        title: Above it.
        lines: By name, seconds by number of runs.
    """

    def __init__(self, title: str, lines: Mapping[str, Mapping[int, float]]) -> None:
        self.title = title
        self.lines = lines


def picture(panels: Sequence[Panel]) -> str:
    """The panels side by side, with the same scales.

    Raises:
        ValueError: If there is nothing to show.
    """
    sizes = {size for panel in panels for line in panel.lines.values() for size in line}
    times = [time for panel in panels for line in panel.lines.values() for time in line.values()]
    if not times:
        raise ValueError("nothing was measured")
    scales = _Scales(sorted(sizes), _decades(times))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        f' width="{_WIDTH}" height="{_HEIGHT}" role="img">',
        "<title>Processor time of commands by the number of runs in the home</title>",
        f"<style>\n{_style()}</style>",
        f'<rect class="ground" width="{_WIDTH}" height="{_HEIGHT}"/>',
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, scales, number * (_LEFT + _PLOT + _LABELS + 10))
    return "\n".join([*parts, "</svg>", ""])


class _Scales:
    """Where numbers of runs and times are, both logarithmic."""

    def __init__(self, sizes: Sequence[int], decades: Sequence[float]) -> None:
        self.sizes = sizes
        self.decades = decades

    def x(self, size: int) -> float:
        first, last = self.sizes[0], self.sizes[-1]
        share = math.log(size / first) / math.log(last / first) if last > first else 0.5
        return _LEFT + share * _PLOT

    def y(self, seconds: float) -> float:
        first, last = self.decades[0], self.decades[-1]
        share = math.log(seconds / first) / math.log(last / first)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _decades(times: Sequence[float]) -> list[float]:
    low = math.floor(math.log10(min(times)))
    high = max(math.ceil(math.log10(max(times))), low + 1)
    return [10.0**power for power in range(low, high + 1)]


def _style() -> str:
    sides = []
    for shade in (0, 1):
        sides.append(
            "\n".join(
                f".s{number} {{ stroke: {pair[shade]} }} .d{number} {{ fill: {pair[shade]} }}"
                for number, pair in enumerate(_COLOURS)
            )
        )
    return _STYLE.format(light=sides[0], dark=sides[1])


def _panel(panel: Panel, scales: _Scales, left: float) -> list[str]:
    bottom = _HEIGHT - _BOTTOM
    right = _LEFT + _PLOT
    parts = [
        f'<g transform="translate({left:g} 0)">',
        f'<text class="title" x="{_LEFT}" y="22">{panel.title}</text>',
        f'<text x="{_LEFT}" y="42">processor time</text>',
        f'<text x="{_LEFT + _PLOT / 2}" y="{_HEIGHT - 8}" text-anchor="middle">'
        "runs in the home</text>",
    ]
    for time in scales.decades:
        y = scales.y(time)
        parts += [
            f'<path class="grid" d="M{_LEFT} {y:.1f}H{right}"/>',
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_time(time)}</text>',
        ]
    for size in scales.sizes:
        x = scales.x(size)
        parts += [
            f'<path class="grid" d="M{x:.1f} {_TOP}V{bottom}"/>',
            f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{size:,}</text>',
        ]
    drawn = {name: line for name, line in panel.lines.items() if line}
    places = _label_places({name: scales.y(line[max(line)]) for name, line in drawn.items()})
    for number, (name, line) in enumerate(drawn.items()):
        parts += _line(name, line, scales, number, places[name])
    return [*parts, "</g>"]


def _line(
    name: str, line: Mapping[int, float], scales: _Scales, number: int, label_y: float
) -> list[str]:
    points = [(scales.x(size), scales.y(line[size])) for size in sorted(line)]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    colour = number % len(_COLOURS)
    dash = _DASHES[number % len(_DASHES)]
    end_x, end_y = points[-1]
    beside = _LEFT + _PLOT + 16
    return [
        f'<path class="line s{colour}" stroke-dasharray="{dash}" d="M{path}"/>'
        if dash
        else f'<path class="line s{colour}" d="M{path}"/>',
        *(f'<circle class="d{colour}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points),
        f'<path class="lead s{colour}" d="M{end_x:.1f} {end_y:.1f}L{beside - 3} {label_y:.1f}"/>',
        f'<circle class="d{colour}" cx="{beside + 2}" cy="{label_y:.1f}" r="4"/>',
        f'<text x="{beside + 10}" y="{label_y + 4:.1f}">{name}</text>',
    ]


def _label_places(wanted: Mapping[str, float]) -> dict[str, float]:
    """Heights for labels: where their lines end, but one below the other."""
    names = sorted(wanted, key=lambda name: wanted[name])
    places: dict[str, float] = {}
    last = float("-inf")
    for name in names:
        last = places[name] = max(wanted[name], last + _LINE_HEIGHT)
    below = last - (_HEIGHT - _BOTTOM)
    if below <= 0:
        return places
    # They don't fit: moved up from the lowest one.
    last = _HEIGHT - _BOTTOM + _LINE_HEIGHT
    for name in reversed(names):
        last = places[name] = min(places[name], last - _LINE_HEIGHT)
    return places


def _time(seconds: float) -> str:
    return f"{seconds * 1000:g} ms" if seconds < 1 else f"{seconds:g} s"
