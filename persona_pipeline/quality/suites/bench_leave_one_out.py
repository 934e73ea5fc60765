from persona_pipeline.quality.rules import interval_in_order, null_says_why, row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench_leave_one_out import BENCH_LEAVE_ONE_OUT

SUITES.register(
    BENCH_LEAVE_ONE_OUT.path,
    lambda _: [
        null_says_why("difference", "A difference that is null says why."),
        interval_in_order(),
        row_rule(
            "items_that_differ_are_among_all",
            "No more items pass one way only than there are.",
            lambda rows, _: rows["only_whole"] + rows["only_without"] <= rows["n_items"],
        ),
    ],
)
