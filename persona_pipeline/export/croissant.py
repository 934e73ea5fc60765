"""Croissant metadata: a dataset folder described for machines (https://docs.mlcommons.org/croissant, version 1.0)."""

import json
from collections.abc import Mapping
from typing import Any

from persona_pipeline.export.facts import Facts

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "equivalentProperty": "cr:equivalentProperty",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
CONVERSATIONS = ("prompt", "chosen", "rejected")
FLAT = ("pair_id", "persona_id", "prompt_id", "persona_split", "question_type", "use", "model")


def croissant(name: str, facts: Facts, hashes: Mapping[str, str]) -> str:
    """croissant.json of a dataset folder.

    Args:
        hashes: SHA-256 by path in the folder.
    """
    splits = [split for split, count in facts.splits.items() if count]
    made = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": name,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "description": "Preference pairs of census-grounded personas, made by the method of PERSONA.",
        "citeAs": "Castricato, Lile, Rafailov, Fränken, Finn: PERSONA. arXiv 2407.17387",
        "license": sorted({str(licence) for _, licence, _ in facts.rows("sources")}),
        "distribution": [_file(f"data/{split}.parquet", hashes) for split in splits],
        "recordSet": [_records(split) for split in splits],
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _file(path: str, hashes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "encodingFormat": "application/x-parquet",
        "sha256": hashes[path],
    }


def _records(split: str) -> dict[str, Any]:
    path = f"data/{split}.parquet"
    fields = [_field(split, name, path) for name in FLAT]
    fields += [_conversation(split, name, path) for name in CONVERSATIONS]
    return {"@type": "cr:RecordSet", "@id": split, "name": split, "field": fields}


def _field(split: str, column: str, path: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{split}/{column}",
        "name": column,
        "dataType": "sc:Text",
        "source": {"fileObject": {"@id": path}, "extract": {"column": column}},
    }


def _conversation(split: str, column: str, path: str) -> dict[str, Any]:
    """A list of messages."""
    parts = []
    for name in ("role", "content"):
        part = _field(split, column, path) | {"@id": f"{split}/{column}/{name}", "name": name}
        parts.append(part | {"source": {**part["source"], "transform": {"jsonPath": name}}})
    return {"@type": "cr:Field", "@id": f"{split}/{column}", "name": column, "repeated": True, "subField": parts}
