"""Figure 3: how the prompts spread over topics, and that both splits spread alike."""

from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from persona_pipeline.report.figures import DARK, DPI, LIGHT, LINE, as_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_IN, LABELS_IN, BAR_IN, HEAD_IN, FOOT_IN = 10.0, 3.6, 0.3, 0.6, 0.95
LABEL_CHARACTERS = 48
SHOWN = 60  # topics; the smaller ones are one bar
THICK = 0.38


def distribution(topics: pd.DataFrame, *, title: str) -> bytes:
    """A PNG with a pair of bars a topic, the largest first: its share of the train and of the held-out prompts.

    Args:
        topics: rows of prompts.topics.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = shown_topics(topics)
    height = HEAD_IN + FOOT_IN + BAR_IN * len(shown)
    figure = Figure(figsize=(WIDTH_IN, height), dpi=DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes(
        (LABELS_IN / WIDTH_IN, FOOT_IN / height, (WIDTH_IN - LABELS_IN - 0.3) / WIDTH_IN, BAR_IN * len(shown) / height)
    )
    _bars(axes, shown)
    figure.text(0.01, 1 - 0.15 / height, title, fontsize=13, fontweight="bold", va="top")
    figure.text(0.01, 0.1 / height, _caption(topics), fontsize=8.5, va="bottom")
    return as_png(figure)


def shown_topics(topics: pd.DataFrame) -> pd.DataFrame:
    """A label with both counts for each topic, the smallest together."""
    ordered = topics.sort_values(["prompts", "topic"], ascending=[False, True])
    labels = [name or f"({terms})" for name, terms in zip(ordered["name"], ordered["terms"], strict=True)]
    counts = ordered[["train", "held_out"]].astype(int).assign(label=labels).reset_index(drop=True)
    if len(counts) <= SHOWN:
        return counts
    rest = counts.iloc[SHOWN:]
    other = {"label": f"{len(rest)} smaller topics", "train": rest["train"].sum(), "held_out": rest["held_out"].sum()}
    return pd.concat([counts.iloc[:SHOWN], pd.DataFrame([other])], ignore_index=True)


def _bars(axes: "Axes", shown: pd.DataFrame) -> None:
    places = np.arange(len(shown))
    shares = [shown[split].to_numpy(float) / max(int(shown[split].sum()), 1) * 100 for split in ("train", "held_out")]
    axes.barh(places - THICK / 2, shares[0], THICK, color=DARK, label="train")
    axes.barh(
        places + THICK / 2, shares[1], THICK, color=LIGHT, edgecolor=LINE, linewidth=0.8, hatch="////", label="held out"
    )
    axes.set_ylim(len(shown) - 0.4, -0.6)
    labels = [shorten(label, LABEL_CHARACTERS, placeholder=" …") for label in shown["label"]]
    axes.set_yticks(places, labels, parse_math=False)
    axes.tick_params(labelsize=8.5, length=0)
    axes.set_xlabel("% of the split's prompts", fontsize=8.5)
    axes.grid(axis="x", color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.legend(loc="lower right", frameon=False, fontsize=9)


def _caption(topics: pd.DataFrame) -> str:
    counts = topics[["prompts", "train", "held_out"]].sum()
    named = "Names by a simulated model." if topics["simulated"].any() else "Names by a model."
    return (
        f"{counts['prompts']:,} prompts, {counts['train']:,} train and {counts['held_out']:,} held out, "
        f"in {len(topics)} topics. {named}\nUnit: per cent of each split."
    )
