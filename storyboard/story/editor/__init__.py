"""What an editor says about the format: words for a hover, values to choose from, texts to fill in."""
