"""What putting a film together costs, beside the ways that are usual."""
