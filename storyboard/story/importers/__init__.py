"""Stories in other formats, made into storyboards that a person wants to go on with."""
