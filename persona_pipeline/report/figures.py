"""Figures: personas beside the census, level by level, as PNGs that stay readable without colour."""

import base64
import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAIN = ("age", "sex", "race", "education", "employment_status", "income")
COLUMNS = 3
SHOWN_LEVELS = 10  # of an attribute; the rarer ones are one bar
LABEL_CHARACTERS, LABEL_LINES = 36, 2
Z95 = 1.96
DARK, LIGHT, LINE = "#1f4e79", "#d9d9d9", "#555555"  # far apart in lightness, so that grey print tells them apart
BAR = 0.38
PANEL_WIDTH_IN, LABELS_IN, BAR_HEIGHT_IN, HEAD_IN, FOOT_IN = 4.9, 2.45, 0.36, 0.5, 0.65
OVER_PANEL_IN, UNDER_PANEL_IN = 0.35, 0.5  # its title; its scale
DPI = 90


def histograms(shares: pd.DataFrame, *, n: int, title: str, source: str, attributes: Sequence[str]) -> bytes:
    """A PNG with one panel per attribute: the share of personas and of the census population at each level.

    Whiskers at the personas' bars span what 95 of 100 samples of n people from the census would show.

    Args:
        shares: attribute, level, personas, population, in the order to show.
        n: personas behind the shares.
        source: what the census is, for the caption ("ACS PUMS 2018-1yr").
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = [shown_levels(shares[shares["attribute"] == name]) for name in attributes]
    rows = [range(i, min(i + COLUMNS, len(panels))) for i in range(0, len(panels), COLUMNS)]
    bars = [max(len(panels[place]) for place in row) for row in rows]
    height = HEAD_IN + FOOT_IN + sum(n * BAR_HEIGHT_IN + OVER_PANEL_IN + UNDER_PANEL_IN for n in bars)
    figure = Figure(figsize=(PANEL_WIDTH_IN * COLUMNS, height), dpi=DPI)
    FigureCanvasAgg(figure)
    reached = height - HEAD_IN
    for row, n_bars in zip(rows, bars, strict=True):
        reached -= OVER_PANEL_IN + n_bars * BAR_HEIGHT_IN
        for column, place in enumerate(row):
            axes = figure.add_axes(_place(column, reached, n_bars, height))
            _panel(axes, panels[place], attributes[place], n)
            axes.set_ylim(n_bars - 0.4, -0.6)  # bars as thick in every panel
        reached -= UNDER_PANEL_IN
    _words(figure, height, title=title, caption=_caption(n, source))
    return as_png(figure)


def as_markdown(png: bytes, alternative: str) -> str:
    """The image inside a Markdown text, as the Dagster UI shows it."""
    return f"![{alternative}](data:image/png;base64,{base64.b64encode(png).decode('ascii')})"


def folder_beside(database: Path) -> Path:
    """The figures' default place: data/persona.duckdb has data/persona.figures/."""
    return database.with_name(database.stem + ".figures")


def save(png: bytes, path: Path) -> None:
    """Writes the image whole or not at all; makes the folder when it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    build = path.with_name(f".{path.name}.{os.getpid()}")
    build.write_bytes(png)
    build.replace(path)


def shown_levels(levels: pd.DataFrame) -> pd.DataFrame:
    """The levels of one panel: all, or the commonest and the rest as one."""
    if len(levels) <= SHOWN_LEVELS + 2:  # bands of age are eleven, and show a shape only when whole
        return levels
    largest = levels["population"].nlargest(SHOWN_LEVELS).index
    rest = levels.drop(index=largest)
    other = {"level": f"{len(rest)} other levels", **rest[["personas", "population"]].sum().to_dict()}
    return pd.concat([levels.loc[levels.index.isin(largest)], pd.DataFrame([other])], ignore_index=True)


def _place(column: int, bottom: float, n_bars: int, height: float) -> tuple[float, float, float, float]:
    """A panel's left, bottom, width and height as shares of the figure, from inches: labels are left of it."""
    width = PANEL_WIDTH_IN * COLUMNS
    left, wide = column * PANEL_WIDTH_IN + LABELS_IN, PANEL_WIDTH_IN - LABELS_IN - 0.15
    return left / width, bottom / height, wide / width, n_bars * BAR_HEIGHT_IN / height


def _panel(axes: "Axes", levels: pd.DataFrame, attribute: str, n: int) -> None:
    places = np.arange(len(levels))
    ours, census = levels["personas"].to_numpy() * 100, levels["population"].to_numpy() * 100
    spread = Z95 * np.sqrt(census * (100 - census) / n)
    axes.barh(places - BAR / 2, ours, BAR, color=DARK, label="personas")
    axes.barh(places + BAR / 2, census, BAR, color=LIGHT, edgecolor=LINE, linewidth=0.8, hatch="////", label="census")
    axes.errorbar(
        census,
        places - BAR / 2,
        xerr=np.vstack([np.minimum(spread, census), spread]),
        fmt="none",
        ecolor="black",
        elinewidth=1.1,
        capsize=2.5,
        label="95 % of census samples",
    )
    axes.set_yticks(places, [_label(level) for level in levels["level"]], parse_math=False)
    axes.set_xlim(left=0)
    axes.set_title(attribute.replace("_", " "), fontsize=11, fontweight="bold", loc="left")
    axes.set_xlabel("% of people", fontsize=8.5)
    axes.tick_params(labelsize=8.5, length=0)
    axes.tick_params(axis="y", labelsize=7.8)
    axes.grid(axis="x", color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _label(level: str) -> str:
    lines = wrap(level, LABEL_CHARACTERS, max_lines=LABEL_LINES, placeholder=" …")
    return "\n".join(lines)


def _caption(n: int, source: str) -> str:
    return (
        f"Unit: per cent of people. Personas: n = {n:,}, each counted once. Census: {source}, by person weight. "
        f"Whiskers: where 95 of 100 simple random samples of {n:,} people from the census would put the personas' bar. "
        "Levels are the official dictionary's; where an attribute does not apply, the reason is a level."
    )


def _words(figure: Any, height: float, *, title: str, caption: str) -> None:
    figure.legend(
        *figure.axes[0].get_legend_handles_labels(),
        loc="upper right",
        bbox_to_anchor=(0.99, 1 - 0.08 / height),
        ncols=3,
        frameon=False,
        fontsize=10,
    )
    figure.text(0.01, 1 - 0.15 / height, title, fontsize=14, fontweight="bold", va="top")
    lines = "\n".join(wrap(caption, int(PANEL_WIDTH_IN * COLUMNS * 12)))
    figure.text(0.01, 0.12 / height, lines, fontsize=9.5, va="bottom", linespacing=1.35)


def as_png(figure: Any) -> bytes:
    """The figure as a PNG; the same figure, the same bytes."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
