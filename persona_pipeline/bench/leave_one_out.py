"""Leave-one-out: the mode persona with the whole persona, and with each of its attributes withheld.

In two ways, on the same items: the model under test is not told the attribute while the critics know the whole persona;
and the answer for the whole persona stays, while the critics are not told. A persona less an attribute is asked for as
any other persona, under an id of its own, so that requests, parsing and verdicts are the benchmark's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from persona_pipeline.asking.rows import cells
from persona_pipeline.bench import answers as answering
from persona_pipeline.bench import critic
from persona_pipeline.bench.answers import Case
from persona_pipeline.bench.design import item_id_of
from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.bench_leave_one_out import LEAVE_ONE_OUT_ANSWERS, LEAVE_ONE_OUT_VERDICTS, WithheldFrom
from persona_pipeline.schemas.chat import ChatReply, ChatRequest
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES
from persona_pipeline.seeds import content_id

MODE = "persona"
WHERE = ["judged_model", "item_id", "persona_id", "prompt_id"]
ANSWER = ["answer_id", "text", "status", "reason", "simulated"]


@dataclass(frozen=True)
class Sizes:
    """How much is asked.

    Args:
        items: the first ones of the design, the same for all attributes; 0: nothing is asked.
        attributes: those to leave out, of the personas that have them.
    """

    items: int = 3
    attributes: Sequence[str] = ATTRIBUTE_NAMES

    def __post_init__(self) -> None:
        unknown = [name for name in self.attributes if name not in ATTRIBUTE_NAMES]
        if unknown or self.items < 0 or len(set(self.attributes)) < len(self.attributes):
            raise ConfigError(
                f"{self.items} items" + (f", no attribute '{unknown[0]}'" if unknown else ""),
                where=LEAVE_ONE_OUT_ANSWERS.path,
                expected="0 or more items, and attributes of personas, each once",
            )


@dataclass(frozen=True)
class Views:
    """Personas whole and less an attribute.

    Args:
        frame: as personas.personas, a row per view; persona_id is the view's.
        whose: by view: the persona and the attribute it lacks, None for the whole persona.
    """

    frame: pd.DataFrame
    whose: dict[str, tuple[str, str | None]]

    @staticmethod
    def of(persona_id: str, attribute: str | None) -> str:
        """The id of a view."""
        return persona_id if attribute is None else content_id("view", persona_id, attribute)


def views(design: pd.DataFrame, personas: pd.DataFrame, sizes: Sizes) -> Views:
    """Everybody in the first items, whole and without each attribute that they have."""
    return _views(design.nsmallest(sizes.items, "position")["persona_id"], personas, sizes.attributes)


def views_of(answers: pd.DataFrame, personas: pd.DataFrame) -> Views:
    """Everybody behind these answers, whole and without each attribute that some answer was made without."""
    return _views(answers["persona_id"], personas, sorted(answers["attribute"].dropna().unique()))


def cases(design: pd.DataFrame, shown: Views, sizes: Sizes, models: Sequence[str]) -> list[Case]:
    """Every answer to ask for: by model and item, the whole persona first."""
    by_persona: dict[str, list[str]] = {}
    for view, (persona, _) in shown.whose.items():
        by_persona.setdefault(persona, []).append(view)
    items = list(cells(design.nsmallest(sizes.items, "position"), "persona_id", "prompt_id"))
    return [
        Case(MODE, model, view, prompt, 0)
        for model in models
        for persona, prompt in items
        for view in by_persona[persona]
    ]


def requests(wanted: Sequence[Case], shown: Views, prompts: pd.DataFrame) -> list[ChatRequest]:
    """One request for each answer; the whole persona's is the one that bench.answers makes."""
    return [
        replace(made, stage=LEAVE_ONE_OUT_ANSWERS.path) for made in answering.requests(wanted, shown.frame, prompts)
    ]


def parse(
    wanted: Sequence[Case], shown: Views, requests: list[ChatRequest], replies: list[ChatReply], *, seed: int
) -> pd.DataFrame:
    """One row per case: the answer, or why there is none."""
    parsed = answering.parse(wanted, requests, replies, seed=seed)
    whose = [shown.whose[case.persona_id] for case in wanted]
    rows = parsed.assign(
        persona_id=[persona for persona, _ in whose],
        attribute=[attribute for _, attribute in whose],
        item_id=[item_id_of(persona, case.prompt_id) for case, (persona, _) in zip(wanted, whose, strict=True)],
    )
    return LEAVE_ONE_OUT_ANSWERS.conform(rows[LEAVE_ONE_OUT_ANSWERS.column_names])


def to_judge(answers: pd.DataFrame, *, judge: str) -> pd.DataFrame:
    """Every verdict to ask for: a row per answer, and one for each whole persona's answer and attribute withheld."""
    whole, less = answers[answers["attribute"].isna()], answers[answers["attribute"].notna()]
    by_critics = less[[*WHERE, "attribute"]].merge(whole[[*WHERE, *ANSWER]], on=WHERE)
    ways: list[tuple[WithheldFrom, pd.DataFrame]] = [("nobody", whole), ("model", less), ("critics", by_critics)]
    columns = [*WHERE, "attribute", *ANSWER]
    rows = pd.concat([some[columns].assign(withheld_from=way) for way, some in ways], ignore_index=True)
    told = zip(rows["answer_id"], rows["withheld_from"], rows["attribute"], strict=True)
    ids = pd.Series([content_id("verdict", judge, *what) for what in told], dtype=object)
    return rows.assign(verdict_id=ids, judge=judge)


def verdict_requests(judged: pd.DataFrame, shown: Views, prompts: pd.DataFrame, *, judge: str) -> list[ChatRequest]:
    """One request per usable answer and way, to the benchmark's own critics."""
    made = critic.requests(_for_critics(judged), shown.frame, prompts, judge=judge)
    return [replace(request, stage=LEAVE_ONE_OUT_VERDICTS.path) for request in made]


def parse_verdicts(
    judged: pd.DataFrame, requests: list[ChatRequest], replies: list[ChatReply], *, judge: str
) -> pd.DataFrame:
    """One row per verdict wanted: what the critics say, or why they say nothing."""
    said = critic.parse(judged.assign(answer_id=judged["verdict_id"]), requests, replies, judge=judge)
    said = said.rename(columns={"answer_id": "verdict_id"}).drop(columns=["judge", "draw"])
    where = judged[["verdict_id", "judge", "answer_id", "withheld_from", "attribute", *WHERE]]
    rows = where.merge(said, on="verdict_id", validate="one_to_one")
    return LEAVE_ONE_OUT_VERDICTS.conform(rows[LEAVE_ONE_OUT_VERDICTS.column_names])


def _views(who: pd.Series, personas: pd.DataFrame, attributes: Sequence[str]) -> Views:
    some = personas[personas["persona_id"].isin(who)].astype(object)  # so that any attribute can be None
    people: list[tuple[str | None, pd.DataFrame]] = [(None, some)]
    people += [(name, some[some[name].notna()].assign(**{name: None})) for name in attributes]
    whose = {Views.of(persona, name): (persona, name) for name, rows in people for persona in rows["persona_id"]}
    frame = pd.concat([rows for _, rows in people], ignore_index=True).assign(persona_id=list(whose))
    return Views(frame, whose)


def _for_critics(judged: pd.DataFrame) -> pd.DataFrame:
    """The answers under the verdicts' ids, each with the persona that its critics are shown."""
    who = [
        Views.of(persona, attribute if way == "critics" else None)
        for persona, attribute, way in cells(judged, "persona_id", "attribute", "withheld_from")
    ]
    return judged.assign(answer_id=judged["verdict_id"], persona_id=who)
