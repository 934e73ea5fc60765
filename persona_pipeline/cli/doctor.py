"""persona-pipeline doctor: what would keep a run from working, and what to type."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from persona_pipeline.cli.console import console
from persona_pipeline.cli.options import Database, run_config
from persona_pipeline.settings import Settings

COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


def doctor(
    config: Annotated[Path | None, typer.Option(help="A run configuration (YAML), else what PERSONA_CONFIG names.")] = (
        None
    ),
    base_url: Annotated[str | None, typer.Option(help="An endpoint to reach: http://…/v1.")] = None,
    model: Annotated[str | None, typer.Option(help="A model that the endpoint should have.")] = None,
    database: Database = None,
    ledger: Annotated[str | None, typer.Option(help="The reply ledger (else beside the DuckDB file).")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Looks at versions, disk, locks, files, endpoint, clock and secrets; changes nothing and asks no model.

    Exits with 0 when nothing keeps a run from working; warnings do not.
    """
    from persona_pipeline.cli.examination import as_json, chosen_from, examine

    settings = Settings.from_environment()
    file = config or (Path(settings.config) if settings.config else None)
    given = run_config(file, {"base_url": base_url, "model": model, "database": database, "ledger": ledger})
    resources = given.get("resources") or {}
    chat = (resources.get("chat") or {}).get("config") or {}
    path = ((resources.get("warehouse") or {}).get("config") or {}).get("path")
    findings = list(examine(chosen_from(settings, path, chat.get("ledger"), chat)))
    if json:
        sys.stdout.write(as_json(findings) + "\n")
    else:
        for finding in findings:
            mark = f"[{COLOURS[finding.state]}]{finding.state:<8}[/]"
            console.print(f"{mark} {finding.matter:<13} {escape(finding.says)}", soft_wrap=True)
            if finding.fix:
                console.print(f"{'':<23}→ {escape(finding.fix)}", soft_wrap=True)
    if any(finding.state == "problem" for finding in findings):
        raise typer.Exit(1)
