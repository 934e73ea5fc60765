from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.bench_leave_one_out import BENCH_LEAVE_ONE_OUT

SUITES.register(
    BENCH_LEAVE_ONE_OUT.path,
    lambda _: [
        row_rule(
            "no_value_without_a_reason",
            "A difference that is null says why.",
            lambda rows, _: rows["difference"].notna() | rows["reason"].notna(),
        ),
        row_rule(
            "the_interval_is_in_order",
            "The lower end of an interval is not above its upper end.",
            lambda rows, _: (rows["low"] <= rows["high"]).fillna(True),
        ),
        row_rule(
            "items_that_differ_are_among_all",
            "No more items pass one way only than there are.",
            lambda rows, _: rows["only_whole"] + rows["only_without"] <= rows["n_items"],
        ),
    ],
)
