"""The preview's page served on this machine, anew at every save."""
