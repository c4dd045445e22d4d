"""Story to plan, pure and without I/O: profile, timeline, cfg, prompt, price."""
