"""What the report shows, decided before anything is drawn: frozen view data, one section a file."""
