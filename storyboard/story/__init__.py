"""What an author writes: the model, YAML with positions, findings."""
