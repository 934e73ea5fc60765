"""The study's items for other annotation tools: what raters are shown and nothing more."""

import json
from collections.abc import Callable

from persona_pipeline.study.design import Design

LABELING = """<View>
  <Header value="You choose for this person"/>
  <Text name="persona" value="$persona"/>
  <Header value="$question"/>
  <Text name="answer_a" value="$answer_a"/>
  <Text name="answer_b" value="$answer_b"/>
  <Choices name="choice" toName="answer_a" choice="single" required="true">
    <Choice value="A"/>
    <Choice value="B"/>
  </Choices>
  <TextArea name="reason" toName="answer_a" required="true" placeholder="Why would this person prefer it?"/>
</View>
"""
"""A labeling configuration for Label Studio that fits `label_studio`."""


def label_studio(design: Design) -> str:
    """Tasks to import into Label Studio, as a JSON list; every item once, however many raters are wanted."""
    return json.dumps([{"data": data} for data in _shown(design)], ensure_ascii=False, indent=1) + "\n"


def jsonl(design: Design) -> str:
    """The same as JSON lines, such as for Argilla's records."""
    return "".join(json.dumps(data, ensure_ascii=False) + "\n" for data in _shown(design))


FORMATS: dict[str, Callable[[Design], str]] = {
    "label_studio": label_studio,
    "label_studio_config": lambda _: LABELING,
    "jsonl": jsonl,
}


def _shown(design: Design) -> list[dict[str, str]]:
    """Persona by persona, in the order that raters see."""
    items = {item.item_id: item for item in design.items}
    orders = {place.persona_id: place.items for place in design.places}
    texts = {persona: _text(design, persona) for persona in orders}
    return [
        {
            "item_id": name,
            "persona_id": persona,
            "persona": texts[persona],
            "question": items[name].question,
            "answer_a": items[name].answer_a,
            "answer_b": items[name].answer_b,
        }
        for persona, names in orders.items()
        for name in names
    ]


def _text(design: Design, persona: str) -> str:
    return "\n".join(f"{fact.label}: {fact.text}" for group in design.cards[persona].groups for fact in group.facts)
