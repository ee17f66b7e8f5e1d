"""The reference: pages on codes, blocks, attributes and keywords, made from the models themselves."""

from ftspec.reference.lookup import index, page

__all__ = ["index", "page"]
