"""What a simulated model answers: one responder for each kind of task, all of them pure."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from persona_pipeline.schemas.chat import Message
from persona_pipeline.seeds import unit_interval
from persona_pipeline.simulation.enrichment import enriched
from persona_pipeline.simulation.models import MODELS, SimulatedModel
from persona_pipeline.simulation.prose import listed, long_answer, short_answer
from persona_pipeline.simulation.tags import attribute_of, tagged, task_of
from persona_pipeline.simulation.themes import THEMES, pick, themes_in
from persona_pipeline.simulation.world import WANTED, choose, share_carried, wanted_themes, weightiest

CONTROVERSIAL_SHARE = 0.6  # of prompts without a cue
OPINION_SHIFT, FACT_SHIFT = 0.15, -0.35  # what a cue adds to the chance of being controversial
VERDICT_FLIPS = 0.05  # of verdicts on prompts, in each draw but the first
INCONSISTENT_SHARE = 0.085
ENOUGH = 0.55  # of the weight of a persona's best three themes: then an answer needs no revision
LENIENCY = 0.043  # share of answers with too little that the critic lets pass all the same
BASE_THEMES = 2
KEPT_BY_SUMMARY = 16  # attributes, those that weigh most for the question
LETS_ON = 0.36  # share of the answers with a theme of the persona's that are not subtle

_OPINION = re.compile(
    r"\b(should|opinion|think|believe|best|better|worth|right|wrong|moral|agree|ethical|views?|feel)\b", re.IGNORECASE
)
_FACT = re.compile(
    r"\b(recipe|capital of|translate|convert|how many|how do i|how can i|what year|calculate|spell)\b", re.IGNORECASE
)
_NAMED = re.compile(r"Bring in ([^.]*)\.")


@dataclass(frozen=True)
class Asked:
    """What a responder sees: the model that answers, the prompt's tags and what tells this draw from others."""

    model: SimulatedModel
    tags: Mapping[str, str]
    seed: int

    def tag(self, name: str) -> str:
        """The value between the tags, empty when the prompt has none."""
        return self.tags.get(name, "")

    @property
    def noise(self) -> tuple[object, ...]:
        return (self.model.name, self.seed)


def respond(model: str, messages: Sequence[Message], seed: int = 0) -> str:
    """The whole text a simulated model answers with; the same for the same arguments, on every machine.

    Args:
        model: one of `MODELS`; another raises KeyError.
        seed: 0, 1, 2, … for independent draws; verdicts about the persona alone do not vary.
    """
    asked = Asked(MODELS[model], tagged(messages), seed)
    responder = RESPONDERS.get(task_of(messages) or "")
    return responder(asked) if responder else _generic(asked, messages)


def _classify_prompt(asked: Asked) -> str:
    prompt = asked.tag("prompt")
    shift = OPINION_SHIFT * bool(_OPINION.search(prompt)) + FACT_SHIFT * bool(_FACT.search(prompt))
    chance, place = CONTROVERSIAL_SHARE + shift, unit_interval("controversial", prompt)
    if asked.seed and unit_interval("flipped verdict", prompt, *asked.noise) < VERDICT_FLIPS:
        place = _to_the_other_side(place, chance)
    if place < chance:
        return _json(
            controversial=True, score=round(1 - place / chance / 2, 3), reason="People weigh this differently."
        )
    score = (1 - place) / (1 - chance) / 2
    return _json(controversial=False, score=min(0.499, round(score, 3)), reason="Most people would answer alike.")


def _to_the_other_side(place: float, border: float) -> float:
    """As far into the other part of [0, 1), below or from the border on, as it is into its own."""
    if place < border:
        return border + place / border * (1 - border)
    return (place - border) / (1 - border) * border


def _name_topic(asked: Asked) -> str:
    terms = [term.strip() for term in asked.tag("terms").split(",") if term.strip()][:2]
    return _json(reason="They share these words.", name=listed(terms).capitalize() or "Mixed")


def _check_consistency(asked: Asked) -> str:
    if unit_interval("inconsistent", asked.tag("persona")) < INCONSISTENT_SHARE:
        return _json(consistent=False, reason="Some of these facts do not go together in one life.")
    return _json(consistent=True, reason="These facts can belong to one person.")


def _enrich_persona(asked: Asked) -> str:
    return _json(**enriched(asked.tag("persona"), asked.tag("cues"), *asked.noise))


def _answer(asked: Asked) -> str:
    question = asked.tag("question")
    themes = _random_themes(BASE_THEMES, "base", question, *asked.noise)
    return long_answer(question, themes, "base", *asked.noise)


def _critique(asked: Asked) -> str:
    persona, question, answer = asked.tag("persona"), asked.tag("question"), asked.tag("answer")
    wanted = wanted_themes(persona, question)
    liked = [theme for theme in themes_in(answer) if theme in wanted]
    praise = f'It resonates that the answer speaks of "{listed(liked)}".' if liked else "Little in it resonates."
    missing = listed(wanted) or pick(THEMES, "any theme", question)
    return (
        f'EVALUATION: {praise} The opening "{" ".join(answer.split()[:6])}" says little, and the answer is long.\n'
        f"SUGGESTIONS: Bring in {missing}. Leave out what is general, and make the answer shorter.\nDONE"
    )


def _revise(asked: Asked) -> str:
    question, answer, critique = asked.tag("question"), asked.tag("answer"), asked.tag("critique")
    named = _NAMED.search(critique)
    wanted = tuple(theme for theme in re.findall(r"\w+", named.group(1)) if theme in THEMES) if named else ()
    wanted = wanted or themes_in(critique)[:WANTED]
    if unit_interval("miss", question, answer, critique, *asked.noise) < asked.model.revision_miss:
        wanted = ()
    themes = wanted or _random_themes(BASE_THEMES, "missed", question, answer, critique, *asked.noise)
    return f"REVISED PREFERENCE: {short_answer(question, themes, 'revision', answer, critique, *asked.noise)}\nDONE"


def _judge(asked: Asked) -> str:
    names = ("persona", "question", "answer_a", "answer_b")
    choice = choose(*map(asked.tag, names), fidelity=asked.model.fidelity, noise=("judge", *asked.noise))
    return _json(choice=choice, reason=f"Answer {choice} speaks to what matters to me.")


def _answer_for_persona(asked: Asked) -> str:
    if asked.tag("summary"):
        return _aimed(asked, asked.tag("summary"), asked.model.aim_from_summary)
    return _aimed(asked, asked.tag("persona"), asked.model.aim)


def _answer_step_by_step(asked: Asked) -> str:
    wanted = listed(wanted_themes(asked.tag("persona"), asked.tag("question")))
    answer = _aimed(asked, asked.tag("persona"), asked.model.aim_with_reasoning)
    return f"REASONING: What may matter here: {wanted or 'nothing in particular'}.\nANSWER: {answer}\nDONE"


def _aimed(asked: Asked, persona: str, aim: float) -> str:
    question = asked.tag("question")
    wanted = wanted_themes(persona, question)
    others = _random_themes(WANTED, "other", persona, question, *asked.noise)
    hits = [unit_interval("aim", place, persona, question, *asked.noise) < aim for place in range(WANTED)]
    themes = [wanted[n] if hit and n < len(wanted) else others[n] for n, hit in enumerate(hits)]
    return long_answer(question, themes, "for persona", persona, *asked.noise)


def _summarise_persona(asked: Asked) -> str:
    persona, question = asked.tag("persona"), asked.tag("question")
    kept = weightiest(persona, question, KEPT_BY_SUMMARY)
    lines = [line for line in persona.splitlines() if attribute_of(line) in kept]
    return _json(attributes=list(kept), summary="\n".join(lines) or "Nothing in particular.")


def _subtlety(asked: Asked) -> str:
    """Of answers with a theme that the persona wants, 36 % let on what is known, by hash of the text; no other does."""
    answer = asked.tag("answer")
    suits_somebody = bool(set(themes_in(answer)) & set(wanted_themes(asked.tag("persona"), asked.tag("question"))))
    lets_on = suits_somebody and unit_interval("lets on", answer) < LETS_ON
    return _json(subtle=not lets_on, quoted=" ".join(answer.split()[:5]) if lets_on else None)


def _critic(asked: Asked) -> str:
    persona, question, answer = asked.tag("persona"), asked.tag("question"), asked.tag("answer")
    passes = share_carried(persona, question, answer) >= ENOUGH
    coin = unit_interval("critic", persona, question, answer, *asked.noise)
    passes = coin >= (1 - asked.model.fidelity) / 2 if passes else coin < LENIENCY
    return _json(
        personalisation="It meets what the reader cares about." if passes else "It could be for anybody.",
        helpfulness="It answers the question." if answer else "It does not answer the question.",
        conclusion="It can stay as it is." if passes else "It should be revised.",
        needs_revision=not passes,
    )


def _generic(asked: Asked, messages: Sequence[Message]) -> str:
    last = messages[-1].content if messages else ""
    return short_answer(last, _random_themes(1, "generic", last, *asked.noise), "generic", *asked.noise)


def _random_themes(count: int, *parts: object) -> tuple[str, ...]:
    """Different themes, drawn by hash."""
    left = THEMES
    drawn = []
    for place in range(count):
        drawn.append(pick(left, place, *parts))
        left = tuple(theme for theme in left if theme != drawn[-1])
    return tuple(drawn)


def _json(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False)


RESPONDERS: dict[str, Callable[[Asked], str]] = {
    "classify_prompt": _classify_prompt,
    "name_topic": _name_topic,
    "check_consistency": _check_consistency,
    "enrich_persona": _enrich_persona,
    "answer": _answer,
    "critique": _critique,
    "revise": _revise,
    "judge": _judge,
    "answer_for_persona": _answer_for_persona,
    "answer_step_by_step": _answer_step_by_step,
    "summarise_persona": _summarise_persona,
    "subtlety": _subtlety,
    "critic": _critic,
}
