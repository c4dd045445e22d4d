"""What is known of writing for the model, as rules: what each looks for, why, and from where that is known."""
