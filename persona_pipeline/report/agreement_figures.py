"""Figures of agreement: attributes left out (5), matrices and histograms of kappa (6 to 9), readable without colour."""

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from persona_pipeline.report.figures import DARK, DPI, LIGHT, LINE, as_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL_IN, HEAD_IN, FOOT_IN, GAP_IN = 3.6, 0.75, 1.0, 0.95
ROW_IN = 0.23  # of one attribute or persona
BINS = [place / 10 for place in range(-10, 11)]
INTERVAL = "95 % intervals: Wilson's for the agreement, with agreement by chance held fixed."


def matrices_and_histograms(cells: pd.DataFrame) -> dict[str, bytes]:
    """PNGs by name of what agreement.kappa_matrix holds: human with model (6, 7), model with model (8, 9), and one
    model for two personas, where a study is crossed."""
    drawn = {
        "figure_6": _matrices(cells, ("human_model",), "Humans and models: kappa by persona"),
        "figure_7": _histograms(cells, ("human_human", "human_model"), "Humans and models: how kappas are spread"),
        "figure_8": _matrices(cells, ("model_model",), "Models among themselves: kappa by persona"),
        "figure_9": _histograms(cells, ("model_model",), "Models among themselves: how kappas are spread"),
        "figure_personas": _matrices(cells, ("human_human", "persona_persona"), "One rater, two personas: kappa"),
    }
    return {name: png for name, png in drawn.items() if png is not None}


def leave_one_out(influences: pd.DataFrame, kappas: pd.DataFrame) -> dict[str, bytes]:
    """Figure 5: for each attribute the kappas of the personas, without it beside with it, the strongest on top.

    Args:
        influences: agreement.leave_one_out.
        kappas: design, attribute and kappa of each persona.
    """
    designs = [name for name in ("added", "dropped") if (influences["design"] == name).any()]
    if not designs:
        return {}
    most = max(int((influences["design"] == name).sum()) for name in designs)
    figure, height = _figure(len(designs), most * ROW_IN, panel_in=6.2)
    for place, design in enumerate(designs):
        axes = _axes(figure, place, len(designs), height, most * ROW_IN, labels_in=1.9)
        _boxes(axes, influences[influences["design"] == design].sort_values("rank"), kappas, design)
    n = influences.groupby("design")["n_items"].median()
    sizes = "; ".join(f"{name}: {int(n[name]):,} choices for an attribute in the middle" for name in designs)
    _words(
        figure,
        height,
        "Attributes left out: agreement of a judge that knows one with itself not knowing it",
        "Unit: Cohen's kappa of one persona's choices with and without the attribute; lower is more influence. Box: "
        "the middle half of the personas, line: median, whiskers: all. Dot and thick line: mean and its 95 % bootstrap "
        f"interval over personas. n = {sizes}. Order: share of choices that flip. {_simulated(influences)}",
    )
    return {"figure_5": as_png(figure)}


def _matrices(cells: pd.DataFrame, kinds: Sequence[str], title: str) -> bytes | None:
    """A panel for each two raters: all personas with all, or, where personas share no questions, one row for each."""
    groups = _groups(cells, kinds)
    if not groups:
        return None
    personas = sorted({*cells["row_persona"], *cells["column_persona"]})
    crossed = any((one["row_persona"] != one["column_persona"]).any() for _, one in groups)
    columns = 2 if len(groups) == 4 else min(len(groups), 3)
    tall = PANEL_IN if crossed else max(len(personas) * ROW_IN * 0.8, 2.0)
    figure, height = _figure(columns, tall, rows=-(-len(groups) // columns))
    for place, (name, one) in enumerate(groups):
        axes = _axes(figure, place, columns, height, tall, labels_in=0.55)
        (_heat if crossed else _dots)(axes, one, personas)
        axes.set_title(name, fontsize=10, fontweight="bold", loc="left")
    shown = pd.concat([one for _, one in groups])
    what = (
        "Light is low, dark is high; crossed out: undefined, or one and the same ratings."
        if crossed
        else f"Lines: {INTERVAL}"
    )
    _words(figure, height, title, f"Unit: Cohen's kappa, from -1 to 1. {what} {_sizes(shown, personas)}")
    return as_png(figure)


def _histograms(cells: pd.DataFrame, kinds: Sequence[str], title: str) -> bytes | None:
    """A histogram of kappas for each two raters; of the same persona dark, of different ones light."""
    groups = _groups(cells, kinds)
    if not groups:
        return None
    columns = 2 if len(groups) == 4 else min(len(groups), 3)
    figure, height = _figure(columns, 2.1, rows=-(-len(groups) // columns))
    for place, (name, one) in enumerate(groups):
        axes = _axes(figure, place, columns, height, 2.1, labels_in=0.55)
        _bars(axes, one)
        axes.set_title(name, fontsize=10, fontweight="bold", loc="left")
    personas = sorted({*cells["row_persona"], *cells["column_persona"]})
    shown = pd.concat([one for _, one in groups])
    _words(
        figure,
        height,
        title,
        "Unit: number of cells by Cohen's kappa. Dark: both raters for one persona; hatched: for two different ones. "
        f"Line below: median kappa of one persona with the median ends of its interval. {INTERVAL} "
        f"{_sizes(shown, personas)}",
    )
    return as_png(figure)


def _groups(cells: pd.DataFrame, kinds: Sequence[str]) -> list[tuple[str, pd.DataFrame]]:
    some = cells[cells["kind"].isin(kinds)]
    order = [*dict.fromkeys(zip(some["row_rater"], some["column_rater"], strict=True))]
    found = []
    for row, column in order:
        one = some[(some["row_rater"] == row) & (some["column_rater"] == column)]
        found.append((row if row == column else f"{row} × {column}", one))
    return found


def _heat(axes: "Axes", cells: pd.DataFrame, personas: list[str]) -> None:
    grid = np.full((len(personas), len(personas)), np.nan)
    rows, columns = (pd.Index(personas).get_indexer(cells[name]) for name in ("row_persona", "column_persona"))
    grid[rows, columns] = cells["kappa"].to_numpy(dtype=float, na_value=np.nan)
    if (cells["row_rater"] == cells["column_rater"]).all():
        grid[columns, rows] = grid[rows, columns]
    image = axes.imshow(grid, cmap="Greys", vmin=-1, vmax=1, interpolation="nearest")
    undefined = np.isnan(grid)
    axes.plot(*np.nonzero(undefined)[::-1], "x", color=LINE, markersize=3, markeredgewidth=0.6)
    axes.set_xlabel(f"persona ({cells['column_rater'].iloc[0]})", fontsize=8.5)
    axes.set_ylabel(f"persona ({cells['row_rater'].iloc[0]})", fontsize=8.5)
    axes.set_xticks([0, len(personas) - 1], ["1", str(len(personas))], fontsize=8)
    axes.set_yticks([0, len(personas) - 1], ["1", str(len(personas))], fontsize=8)
    bar = axes.figure.colorbar(image, ax=axes, fraction=0.046, pad=0.03)
    bar.ax.tick_params(labelsize=7.5)


def _dots(axes: "Axes", cells: pd.DataFrame, personas: list[str]) -> None:
    own = cells[cells["row_persona"] == cells["column_persona"]].sort_values("row_persona")
    place = pd.Index(personas).get_indexer(own["row_persona"])
    kappa, low, high = (own[name].to_numpy(dtype=float, na_value=np.nan) for name in ("kappa", "low", "high"))
    axes.hlines(place, low, high, color=LINE, linewidth=1.2)
    axes.plot(kappa, place, "o", color=DARK, markersize=4.5)
    axes.set_xlim(-1.05, 1.05)
    axes.set_ylim(len(personas) - 0.4, -0.6)
    axes.set_yticks([0, len(personas) - 1], ["1", str(len(personas))], fontsize=8)
    axes.set_ylabel("persona", fontsize=8.5)
    axes.set_xlabel("kappa", fontsize=8.5)
    _plain(axes)


def _bars(axes: "Axes", cells: pd.DataFrame) -> None:
    same = cells["row_persona"] == cells["column_persona"]
    values = cells["kappa"].to_numpy(dtype=float, na_value=np.nan)
    own, others = (values[mask & ~np.isnan(values)] for mask in (same.to_numpy(), ~same.to_numpy()))
    if len(others):
        axes.hist(others, BINS, color=LIGHT, edgecolor=LINE, hatch="////", linewidth=0.7)
    axes.hist(own, BINS, color=DARK, edgecolor="white", linewidth=0.6, alpha=1.0)
    axes.set_xlim(-1.05, 1.05)
    axes.tick_params(labelsize=8)
    axes.set_xlabel("kappa", fontsize=8.5)
    axes.set_ylabel("cells", fontsize=8.5)
    top = axes.get_ylim()[1]
    if len(own):
        ends = [cells.loc[same, name].astype("Float64").median() for name in ("low", "kappa", "high")]
        axes.set_ylim(-0.13 * top, top)
        axes.hlines(-0.06 * top, ends[0], ends[2], color="black", linewidth=1.8)
        axes.plot(ends[1], -0.06 * top, "o", color="black", markersize=4.5)
    axes.text(-1, top * 0.97, f"n = {len(own)} + {len(others)}", fontsize=8, va="top")
    _plain(axes)


def _boxes(axes: "Axes", influences: pd.DataFrame, kappas: pd.DataFrame, design: str) -> None:
    of_design = kappas[kappas["design"] == design]
    values = {name: rows["kappa"].dropna().to_numpy(dtype=float) for name, rows in of_design.groupby("attribute")}
    names = influences["attribute"].tolist()
    axes.boxplot(
        [values.get(name, np.empty(0)) for name in names],
        positions=range(len(names)),
        orientation="horizontal",
        widths=0.6,
        whis=(0, 100),
        patch_artist=True,
        manage_ticks=False,
        boxprops={"facecolor": LIGHT, "edgecolor": LINE, "linewidth": 0.8},
        medianprops={"color": "black", "linewidth": 1.4},
        whiskerprops={"color": LINE, "linewidth": 0.8},
        capprops={"color": LINE, "linewidth": 0.8},
    )
    mean, low, high = (
        influences[name].to_numpy(dtype=float, na_value=np.nan) for name in ("kappa_mean", "kappa_low", "kappa_high")
    )
    axes.hlines(range(len(names)), low, high, color=DARK, linewidth=2.6)
    axes.plot(mean, range(len(names)), "o", color=DARK, markersize=4)
    marked = influences["corrected_p"].astype("Float64").fillna(1.0).to_numpy(dtype=float) < 0.05
    labels = [f"{name.replace('_', ' ')}{' *' if star else ''}" for name, star in zip(names, marked, strict=True)]
    axes.set_yticks(range(len(names)), labels, fontsize=8)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(-1.05, 1.05)
    axes.set_xlabel("kappa", fontsize=8.5)
    axes.set_title(TITLES[design], fontsize=10, fontweight="bold", loc="left")
    _plain(axes)


TITLES = {
    "added": "3 random attributes, and the same with one more",
    "dropped": "whole persona, and without one (*: Holm p < 0.05)",
}


def _plain(axes: "Axes") -> None:
    axes.tick_params(axis="x", labelsize=8)
    axes.tick_params(length=0)
    axes.grid(axis="x", color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _figure(columns: int, panel_height: float, *, rows: int = 1, panel_in: float = PANEL_IN + 0.9) -> tuple[Any, float]:
    """A figure with room for the panels, a title and a caption, and its height in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    height = HEAD_IN + FOOT_IN + rows * (panel_height + GAP_IN) - GAP_IN / 2
    figure = Figure(figsize=(max(columns * panel_in, 7.0), height), dpi=DPI)
    FigureCanvasAgg(figure)
    return figure, height


def _axes(figure: Any, place: int, columns: int, height: float, panel_height: float, *, labels_in: float) -> "Axes":
    """The axes of one panel, from inches: labels are left of it."""
    width = float(figure.get_figwidth())
    row, column = divmod(place, columns)
    panel = width / columns
    bottom = height - HEAD_IN - (row + 1) * panel_height - row * GAP_IN
    left, wide = column * panel + labels_in, panel - labels_in - 0.6
    axes: Axes = figure.add_axes((left / width, bottom / height, wide / width, panel_height / height))
    return axes


def _words(figure: Any, height: float, title: str, caption: str) -> None:
    figure.text(0.01, 1 - 0.12 / height, title, fontsize=13, fontweight="bold", va="top")
    lines = "\n".join(wrap(caption, int(figure.get_figwidth() * 13.5)))
    figure.text(0.01, 0.1 / height, lines, fontsize=8.8, va="bottom", linespacing=1.3)


def _sizes(cells: pd.DataFrame, personas: list[str]) -> str:
    n = cells["n_items"].astype(int)
    spread = (cells["high"] - cells["low"]).astype("Float64").median()
    half = "" if spread is pd.NA else f" Half the width of an interval is {spread / 2:.2f} in the middle."
    items = f"{n.min()} to {n.max()}" if n.min() != n.max() else f"{n.min()}"
    few = " Under 30 items a kappa says little." if n.min() < 30 else ""
    return f"n = {len(personas)} personas, {items} items a cell.{half}{few} {_simulated(cells)}"


def _simulated(rows: pd.DataFrame) -> str:
    return "Simulated models or raters: no real model or person was asked." if rows["simulated"].any() else ""
