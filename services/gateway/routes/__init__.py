"""What the gateway answers itself, one file per noun; ``api.py`` forwards all the rest."""
