"""The store of parts: the same in a folder and in a bucket of a server that speaks S3."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from persona_pipeline.errors import ConfigError, InputError
from persona_pipeline.schemas.feedback import CRITIQUES
from persona_pipeline.warehouse.parts import PartStore, note_of, read_part, write_part

ROW = {
    "pair_id": "pair-1",
    "persona_id": "persona-1",
    "prompt_id": "prompt-1",
    "evaluation": "Früh ☀ 'quoted'",
    "suggestions": "shorter",
    "status": "ok",
    "raw_text": "EVALUATION: …",
    "model": "sim-a",
    "template": "critique@1",
    "request_hash": "00",
    "simulated": True,
}


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PartStore]:
    if request.param == "folder":
        yield PartStore(str(tmp_path / "parts"))
        return
    pytest.importorskip("s3fs", reason="needs the extra s3: pip install 'persona-pipeline[s3]'")
    server = pytest.importorskip("moto.server", reason="needs moto: pip install 'moto[server]'")
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "canary")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = f"parts-{uuid.uuid4().hex[:8]}"  # fsspec keeps connections by their settings
    import s3fs

    s3fs.S3FileSystem(skip_instance_cache=True).mkdir(bucket)
    yield PartStore(f"s3://{bucket}/prefix")
    running.stop()


def test_a_part_comes_back_with_its_note(store: PartStore, tmp_path: Path) -> None:
    frame = CRITIQUES.frame([{**dict.fromkeys(CRITIQUES.column_names), **ROW}])
    file = tmp_path / "local.parquet"
    write_part(CRITIQUES, frame, file, {"rows_in": 1, "said": "it's"})
    name = "feedback.critiques/persona-0-abc.parquet"
    assert not store.has(name)
    store.put(file, name)
    assert store.has(name)
    fetched = store.fetch(name, tmp_path)
    assert note_of(fetched) == {"rows_in": 1, "said": "it's"}
    assert read_part(CRITIQUES, fetched).equals(frame)
    with pytest.raises(InputError, match="cannot be fetched"):
        store.fetch("feedback.critiques/other.parquet", tmp_path)


def test_equal_rows_are_equal_bytes(tmp_path: Path) -> None:
    frame = CRITIQUES.frame([{**dict.fromkeys(CRITIQUES.column_names), **ROW, "pair_id": f"p{n}"} for n in range(3000)])
    for name in ("a", "b"):
        write_part(CRITIQUES, frame, tmp_path / name, {"rows_in": 1})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_unknown_kind_of_store_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"persona-pipeline\[s3\]"):
        PartStore("nowhere://bucket").has("x")
