"""What every service stands on: no business noun lives here (outside ``events/``)."""
