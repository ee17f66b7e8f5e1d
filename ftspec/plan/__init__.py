"""What will happen: frozen steps, canonical JSON, explanation, difference, resources."""
