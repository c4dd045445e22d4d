"""A moving preview, made on this machine: the camera's moves, the captions and the times of an episode."""
