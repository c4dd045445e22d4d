"""A contact sheet: every segment of an episode as a panel, on pages to print."""
