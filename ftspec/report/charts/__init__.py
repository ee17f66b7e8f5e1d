"""Charts: frozen data in, SVG text out. One file a chart."""
