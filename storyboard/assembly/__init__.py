"""Takes and clips to an episode."""
