"""New series and new episodes, made from the templates that travel with the program."""
