"""What a spec says: frozen pydantic models, one file a block."""
