import pandas as pd
import pytest

from persona_pipeline.agreement.persona_matrices import kappa_matrix
from persona_pipeline.agreement.ratings import simulated_ratings
from persona_pipeline.agreement.study import study_items
from persona_pipeline.report.agreement_figures import leave_one_out, matrices_and_histograms
from persona_pipeline.schemas.agreement_reports import KAPPA_MATRIX, LEAVE_ONE_OUT
from persona_pipeline_tests.feedback import chain, factories

PNG = b"\x89PNG\r\n"


@pytest.mark.parametrize("design", ["crossed", "nested"])
def test_a_studys_matrices_are_pngs_and_the_same_cells_give_the_same_bytes(design):
    made = chain.run(factories.simulated, n_personas=5, pairs_per_persona=5)
    items = study_items(made.pairs, personas=4, items_per_persona=4, design=design, seed=1)
    rated = simulated_ratings(items, made.personas, raters=["simulated-1", "simulated-2"], seed=1)
    model = rated[rated["rater_id"] == "simulated-2"].assign(rater_kind="model")
    cells = kappa_matrix(pd.concat([rated[rated["rater_id"] == "simulated-1"], model]), items)
    images = matrices_and_histograms(cells)
    assert {"figure_6", "figure_7"} <= set(images)
    assert all(png.startswith(PNG) for png in images.values())
    assert matrices_and_histograms(cells) == images


def test_nothing_to_draw_gives_no_figure():
    assert matrices_and_histograms(KAPPA_MATRIX.frame()) == {}
    assert leave_one_out(LEAVE_ONE_OUT.frame(), pd.DataFrame()) == {}
