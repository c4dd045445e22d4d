"""Pictures that move and carry words: what the sandbox's clips and the previews are both made with."""
