from persona_pipeline.cli.commands import main

main()
