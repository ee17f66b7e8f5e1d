"""What a spec says: frozen pydantic models, one file a block."""

from ftspec.text.late import late_references

with late_references():  # pydantic is imported here first
    import pydantic_core.core_schema  # noqa: F401
