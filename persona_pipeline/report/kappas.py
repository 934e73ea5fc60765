"""Figures 6 to 9: matrices and histograms of kappa by persona, drawn for the page."""

import base64
from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any

import numpy as np
from markupsafe import Markup

from persona_pipeline.report import plots
from persona_pipeline.report.blocks import Picture, Scale
from persona_pipeline.report.numbers import is_absent
from persona_pipeline.report.queries import Answer

Cell = dict[str, Any]
SIDE = 240  # pixels of a matrix, about
GREYS = (-1.0, -0.5, 0.0, 0.5, 1.0)
BINS = 20
KAPPA = Scale(-1, 1)


def matrices(*kinds: str) -> Callable[[Answer], Sequence[Picture]]:
    """Draws a matrix for each two raters; where personas share no questions, a dot for each persona."""
    return lambda answer: _panels(answer, kinds, _matrix, _grey_key())


def histograms(*kinds: str) -> Callable[[Answer], Sequence[Picture]]:
    """Draws how the kappas of each two raters are spread."""
    key = plots.key("both raters for one persona", "for two personas")
    return lambda answer: _panels(answer, kinds, _histogram, key)


def _panels(
    answer: Answer, kinds: Sequence[str], draw: Callable[[str, list[Cell]], Markup], key: Markup
) -> Sequence[Picture]:
    found = [dict(zip(answer.names, row, strict=True)) for row in answer.rows]
    wanted = [cell for cell in found if cell["kind"] in kinds]
    panel = Markup('<div class="of"><p class="panel-title">{}</p>{}</div>')
    drawn = [panel.format(name, draw(name, list(own))) for name, own in groupby(wanted, _raters)]
    if not drawn:
        return ()
    return (Picture(key + Markup('<div class="panels">{}</div>').format(Markup("").join(drawn))),)


def _raters(cell: Cell) -> str:
    row, column = cell["row_rater"], cell["column_rater"]
    return f"{row}" if row == column else f"{row} × {column}"


def _matrix(name: str, cells: list[Cell]) -> Markup:
    personas = sorted({cell[side] for cell in cells for side in ("row_persona", "column_persona")})
    if all(cell["row_persona"] == cell["column_persona"] for cell in cells):
        return _dots(name, cells)
    place = {persona: n for n, persona in enumerate(personas)}
    grid = np.full((len(personas), len(personas)), np.nan)
    for cell in cells:
        at = place[cell["row_persona"]], place[cell["column_persona"]]
        grid[at] = np.nan if is_absent(cell["kappa"]) else cell["kappa"]
        if cell["row_rater"] == cell["column_rater"]:
            grid[at[::-1]] = grid[at]
    image = base64.b64encode(_png(_pixels(grid))).decode("ascii")
    told = f"Matrix of kappa, {name}, {len(personas)} by {len(personas)} personas. {_spread(cells)}"
    markup = Markup('<img class="heat" src="data:image/png;base64,{}" width="{}" height="{}" alt="{}">')
    return markup.format(image, SIDE, SIDE, told)


def _dots(name: str, cells: list[Cell]) -> Markup:
    """A kappa with its interval for each persona, one below the other."""
    rows = [plots.interval(cell["kappa"], cell["low"], cell["high"], None, KAPPA) for cell in cells]
    told = f"Kappa of each persona, {name}, from −1 to 1. {_spread(cells)}"
    return Markup('<div class="dots" role="img" aria-label="{}">{}</div>').format(told, Markup("").join(rows))


def _histogram(name: str, cells: list[Cell]) -> Markup:
    known = [cell for cell in cells if not is_absent(cell["kappa"])]
    same = [cell["kappa"] for cell in known if cell["row_persona"] == cell["column_persona"]]
    others = [cell["kappa"] for cell in known if cell["row_persona"] != cell["column_persona"]]
    own, different = (np.histogram(values, bins=BINS, range=(-1, 1))[0].tolist() for values in (same, others))
    told = f"Histogram of kappa, {name}. {_spread(cells)}"
    return plots.histogram(own, different, alternative=told)


def _spread(cells: list[Cell]) -> str:
    known = sorted(float(cell["kappa"]) for cell in cells if not is_absent(cell["kappa"]))
    undefined = f"{len(cells) - len(known)} of {len(cells)} undefined"
    if not known:
        return f"{undefined}."
    return f"From {known[0]:.2f} to {known[-1]:.2f}, median {known[len(known) // 2]:.2f}; {undefined}."


def _pixels(grid: np.ndarray) -> np.ndarray:
    """Low is light, high is dark, undefined is white with a cross."""
    size = max(SIDE // len(grid), 3)
    grey = np.where(np.isnan(grid), 255, 245 - (np.nan_to_num(grid) + 1) / 2 * 225).astype(np.uint8)
    pixels = np.kron(grey, np.ones((size, size), dtype=np.uint8))
    for row, column in np.argwhere(np.isnan(grid)):
        for step in range(size):
            pixels[row * size + step, column * size + step] = 110
            pixels[row * size + step, (column + 1) * size - 1 - step] = 110
    return pixels


def _png(pixels: np.ndarray) -> bytes:
    from PIL import Image

    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, format="png", optimize=True)
    return buffer.getvalue()


def _grey_key() -> Markup:
    """Which grey is which kappa."""
    grey = [int(245 - (kappa + 1) / 2 * 225) for kappa in GREYS]
    item = Markup(
        '<li><svg width="24" height="12" viewBox="0 0 24 12" aria-hidden="true">'
        '<rect x="1" y="1" width="22" height="10" fill="rgb({0},{0},{0})" stroke="#888"/></svg> {1}</li>'
    )
    items = [item.format(shade, f"{kappa:g}".replace("-", "−")) for shade, kappa in zip(grey, GREYS, strict=True)]
    return Markup('<ul class="legend">{}<li>crossed out: undefined, or the same ratings</li></ul>').format(
        Markup("").join(items)
    )
